"""HTTP responses with a version's file: whole, a range, or "not modified" (RFC 9110).

No library does it: django-ranged-response and django-ranged-fileresponse know neither preconditions nor `If-Range`,
and neither has had a release for years.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from documents.models import DocumentVersion, MediaType

CHUNK = 128 * 1024
ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)
CACHE = "public, no-cache"
"""Caches must revalidate: with `immutable` a withdrawn version would live on in them for a year.

Revalidating costs a 304 of some 300 bytes, never the file.
"""
CACHE_OF_STAFF = "private, no-cache"
logger = logging.getLogger(__name__)


class Part(NamedTuple):
    """The requested bytes, both ends included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


class UnsatisfiableError(Exception):
    """The requested range lies outside the file."""


def send_file(request: HttpRequest, version: DocumentVersion, *, at_own_address: bool) -> HttpResponseBase:
    """Return the version's file for GET or HEAD. The caller has checked that the visitor may have it.

    The response at the version's own address links to the latest one (RFC 5829). At the document's address, where
    another file may be tomorrow, it gives the version's own (RFC 9110, 8.7).
    """
    answer = _conditional(request, version, _disposition(version), may_go_elsewhere=True)
    if isinstance(answer, HttpResponseRedirect):
        return answer
    answer["Cache-Control"] = CACHE
    if at_own_address:
        answer["Link"] = f'<{version.document.get_file_url()}>; rel="latest-version"'
    else:
        answer["Content-Location"] = reverse("documents:version", args=[version.document.slug, version.number])
    return answer


def send_file_to_staff(request: HttpRequest, version: DocumentVersion) -> HttpResponseBase:
    """Return the file to staff, public or not: as an attachment, and not for shared caches.

    Never by a temporary address, which works for whoever has it: permission is checked for each request.
    """
    name = f"{version.document.slug}-{version.number}.{MediaType(version.media_type).suffix}"
    disposition = content_disposition_header(True, name) or "attachment"  # noqa: FBT003 - Django's own signature
    answer = _conditional(request, version, disposition, may_go_elsewhere=False)
    answer["Cache-Control"] = CACHE_OF_STAFF
    return answer


def _conditional(
    request: HttpRequest, version: DocumentVersion, disposition: str, *, may_go_elsewhere: bool
) -> HttpResponseBase:
    """Return the response with its validators (ETag and Last-Modified)."""
    etag, changed = _etag(version), int(version.created_at.timestamp())
    answer = get_conditional_response(request, etag=etag, last_modified=changed) or _answer(
        request, version, disposition, may_go_elsewhere=may_go_elsewhere
    )
    if not isinstance(answer, HttpResponseRedirect):
        answer["ETag"] = etag
        answer["Last-Modified"] = http_date(changed)
        answer["Accept-Ranges"] = "bytes"
        answer["Content-Language"] = version.document.language
    return answer


def _answer(
    request: HttpRequest, version: DocumentVersion, disposition: str, *, may_go_elsewhere: bool
) -> HttpResponseBase:
    """Return the response to a request whose preconditions hold."""
    try:
        part = _part_asked_for(request, version)
    except UnsatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{version.size}"})
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse()
    elif may_go_elsewhere and (address := _elsewhere(version, disposition)):
        return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})
    else:
        answer = StreamingHttpResponse(_Chunks(version, part or Part(0, version.size - 1)))
    if part:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {part.first}-{part.last}/{version.size}"
    answer["Content-Length"] = str(len(part) if part else version.size)
    answer["Content-Type"] = version.media_type
    answer["Content-Disposition"] = disposition
    return answer


def _elsewhere(version: DocumentVersion, disposition: str) -> str | None:
    """Return a temporary address, if visitors fetch files from the storage themselves."""
    storage: Any = version.file.storage
    return storage.temporary_url(version.file.name, disposition=disposition, media_type=version.media_type)


def _part_asked_for(request: HttpRequest, version: DocumentVersion) -> Part | None:
    """Return the requested range, or None for the whole file. Raise `UnsatisfiableError`.

    Several ranges at once get the whole file, which RFC 9110 (14.2) allows: clients that read a PDF in parts ask for
    one at a time, and many small ranges are a known denial-of-service attack.
    """
    requested = ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or requested is None or not _is_of_this_file(request.headers.get("If-Range"), version):
        return None
    first, last = requested.groups()
    if not first:
        if not last:
            return None
        if int(last) == 0:
            raise UnsatisfiableError
        return Part(max(version.size - int(last), 0), version.size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= version.size:
        raise UnsatisfiableError
    return Part(int(first), min(int(last or version.size), version.size - 1))


def _is_of_this_file(if_range: str | None, version: DocumentVersion) -> bool:
    """Whether the client's partial copy is of this very file (RFC 9110, 13.1.5), by strong comparison."""
    return if_range is None or if_range.strip() in (_etag(version), http_date(version.created_at.timestamp()))


def _etag(version: DocumentVersion) -> str:
    """Return a strong validator: the file's checksum."""
    return f'"{version.checksum}"'


def _disposition(version: DocumentVersion) -> str:
    """Return the header that shows a PDF in the browser and saves other files, with a readable name (RFC 6266)."""
    media_type = MediaType(version.media_type)
    return content_disposition_header(media_type != MediaType.PDF, version.download_name()) or "inline"


class _Chunks:
    """A part of the file, read while it is sent. The response closes it, even if nothing was read."""

    def __init__(self, version: DocumentVersion, part: Part) -> None:
        self.left = len(part)
        self.file = _open(version)
        self.file.seek(part.first)

    def __iter__(self) -> Iterator[bytes]:
        while self.left and (chunk := self.file.read(min(CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()


def _open(version: DocumentVersion) -> File:
    try:
        return version.file.storage.open(version.file.name or "", "rb")
    except FileNotFoundError as error:
        logger.exception("The file of version %s is not where it should be.", version.pk)
        raise Http404 from error
