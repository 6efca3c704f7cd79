"""Clean the WSGI environment before Django makes a request of it.

Django parses the Content-Type and, if it names a charset, all parameters as soon as it makes a request: outside all
middleware, where an error is a bare 500. So both are cleaned first. The visitor's address is put in a proxy's place,
and what is sent is read with patience but not for ever.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from email.message import Message
from typing import Any

from visitors import places
from visitors.addresses import identify_visitor
from visitors.bodies import DrainedAnswer, PatientBody, get_length

UTF_8 = ("utf-8", "utf8")
LONGEST_LENGTH = 18
"""Digits of a Content-Length; no real size has more."""
OTHER_CHARSET = "portal.other_charset"
"""The key set in the environment of a request in another charset than UTF-8."""
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_clean_environ(application: Application) -> Application:
    """Wrap a WSGI application so that it is called with a clean environment, when there is a place to work."""

    def cleaned(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        clean_environ(environ)
        body = environ["wsgi.input"] = PatientBody(environ["wsgi.input"], get_length(environ))
        with closing(body), places.at_work():
            answer = application(environ, start_response)
        return DrainedAnswer(answer, body) if body.is_left_unread else answer

    return cleaned


def clean_environ(environ: dict[str, Any]) -> None:
    """Put the visitor in the place of a proxy, and what is told of the body in order."""
    identify_visitor(environ)
    _clean_content(environ)


def _clean_content(environ: dict[str, Any]) -> None:
    """Keep only media type and boundary of the Content-Type, and a Content-Length only if it is a number."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit() and len(length) <= LONGEST_LENGTH):
        environ["CONTENT_LENGTH"] = ""
    content_type = environ.get("CONTENT_TYPE") or ""
    if ";" in content_type:
        header = Message()
        header["Content-Type"] = content_type.replace("\0", "").replace("\r", "").replace("\n", "")
        environ[OTHER_CHARSET] = (header.get_content_charset() or UTF_8[0]) not in UTF_8
        boundary = header.get_boundary()
        environ["CONTENT_TYPE"] = header.get_content_type() + (f'; boundary="{boundary}"' if boundary else "")
