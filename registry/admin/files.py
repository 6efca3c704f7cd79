"""Downloads of files by staff who may read what they belong to."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from registry import chain
from registry.models import File, FileAccess
from registry.permissions import may_read

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


def download_file(request: HttpRequest, pk: int) -> "HttpResponseBase":
    """Download a file and log the access. It is never shown inline: its content is the sender's."""
    files = File.objects.select_related("record__case", "intake__record__case")
    file = get_object_or_404(files, pk=pk)
    user = cast("User", request.user)
    if not may_read(user, file):
        raise Http404
    if not file.may_be_opened:
        return _refused(request, file)
    _note_access(file, user)
    return FileResponse(
        file.file.open(), as_attachment=True, filename=file.original_name, content_type=file.content_type
    )


@transaction.atomic
def _note_access(file: File, user: User) -> None:
    FileAccess.objects.create(file=file, username=user.get_username())
    chain.state_changes("file given out", actor=user.get_username())


def _refused(request: HttpRequest, file: File) -> HttpResponse:
    """Explain why a file that waits for its scan, or failed it, cannot be downloaded."""
    return render(request, "admin/registry/file_refused.html", {"file": file, "title": file.original_name}, status=409)
