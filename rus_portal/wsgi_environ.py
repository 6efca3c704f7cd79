"""What a WSGI environment must hold before Django makes a request of it.

Django reads the Content-Type and, where it names a charset, all parameters as soon as it makes a request: outside
every middleware, where an error is a bare 500. So both are put in order first.
"""

from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

UTF_8 = ("utf-8", "utf8")
LONGEST_LENGTH = 18
"""Digits of a Content-Length; more is no size that anything has."""
OTHER_CHARSET = "portal.other_charset"
"""Set in the environment of a request that says to be in another charset than UTF-8."""
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_clean_environ(application: Application) -> Application:
    """Return the WSGI application, called with an environment that it can read."""

    def cleaned(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        clean_environ(environ)
        return application(environ, start_response)

    return cleaned


def clean_environ(environ: dict[str, Any]) -> None:
    """Leave the media type and its boundary of the Content-Type, and a Content-Length that is a number."""
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
