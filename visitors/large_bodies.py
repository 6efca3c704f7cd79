"""Large bodies: who may send them, how many at once, and how many bytes an hour.

What is refused here is refused before it is parsed. Beyond the quota a message's files are left out and its words
kept; only far beyond it, nothing is read.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase

from visitors import places
from visitors.addresses import find_network
from visitors.bodies import CHUNKED_AT_MOST, PatientBody, get_length, is_chunked
from visitors.counts import HOUR, count_use, find_seconds_left
from visitors.refusals import BusyError, TooMuchSentError

View = Callable[..., HttpResponseBase]
NOT_EVEN_READ = 2
"""Times the quota: what is beyond is refused unread, words and all."""
SECONDS_FOR_A_PLACE = 10
"""To work on a large body that is here."""


class LeaveFilesOut(FileUploadHandler):
    """Takes the words of a form, not its files, and notes whether there were any."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.request.files_left_out = True  # type: ignore[union-attr]
        raise SkipFile


class LargeBodies:
    """Middleware: large bodies come from staff, or to views that take files, and only some are taken at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.has_large_place = False  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            if request.has_large_place:  # type: ignore[attr-defined]
                places.large_work.release()

    def process_view(
        self,
        request: HttpRequest,
        view: View,
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> None:
        chunked = is_chunked(request.META)
        if get_length(request.META) <= places.LARGE and not chunked:
            return
        if not (chunked or getattr(view, "takes_files", False) or request.user.is_authenticated):
            raise RequestDataTooBig
        if isinstance(body := request.META["wsgi.input"], PatientBody):  # as everywhere but in the tests' client
            length = body.gather(CHUNKED_AT_MOST if chunked else get_length(request.META))
            request.META["CONTENT_LENGTH"] = str(length)
            if length <= places.LARGE:
                return
        with places.let_others_work():
            has_place = places.large_work.acquire(timeout=SECONDS_FOR_A_PLACE)
        request.has_large_place = has_place  # type: ignore[attr-defined]
        if not has_place:
            raise BusyError(SECONDS_FOR_A_PLACE)


def takes_files(view: View) -> View:
    """Let anyone send files to a view, as many bytes an hour as SENT_BYTES_PER_HOUR says for each network."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            _weigh(request)
        return view(request, *args, **kwargs)

    limited.takes_files = True  # type: ignore[attr-defined]
    return limited


def are_files_left_out(request: HttpRequest) -> bool:
    """Whether the form had files that were not taken. Read the form first."""
    return getattr(request, "files_left_out", False)


def _weigh(request: HttpRequest) -> None:
    """Count what is sent. Words are always taken; files only within the quota."""
    limit, length = settings.SENT_BYTES_PER_HOUR, get_length(request.META)
    if not limit:
        return
    sent = count_use("sent", HOUR, network=find_network(request), more=length)
    if sent > limit * NOT_EVEN_READ and length > places.LARGE:
        raise TooMuchSentError(find_seconds_left(HOUR))
    if sent > limit:
        request.upload_handlers = [LeaveFilesOut(request)]
