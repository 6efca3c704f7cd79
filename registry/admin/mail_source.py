"""The original mail, byte for byte, for staff who may read its record: as a download, or as its source."""

from collections.abc import Callable
from io import BytesIO
from typing import cast

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from files.virus_scanner import ScanError, find_virus
from registry import chain
from registry.models import File, FileAccess, Intake
from registry.permissions import may_read_mail

SECONDS_TO_SCAN = 20.0
SOURCE_POLICY = "sandbox; default-src 'none'"


def make_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("mail/<int:pk>/", site.admin_view(download_mail), name="registry_mail"),
        path("mail/<int:pk>/source/", site.admin_view(show_source), name="registry_mail_source"),
    ]


@require_safe
def download_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the mail, to be opened in a mail program."""
    return _serve(request, pk, _as_download)


@require_safe
def show_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the mail's source as plain text, of which a browser runs nothing."""
    return _serve(request, pk, _as_source)


def _serve(request: HttpRequest, pk: int, respond: Callable[[Intake], HttpResponse]) -> HttpResponse:
    """Check that the user may read the mail and that it is safe, log the access, and respond."""
    intake = _find(request, pk)
    if why := _find_refusal(intake):
        return _refuse(request, why)
    _log(request, intake)
    return respond(intake)


def _as_download(intake: Intake) -> HttpResponse:
    name = get_valid_filename(str(getattr(intake, "record", None) or f"mail-{intake.pk}").replace("/", "-"))
    headers = {"Content-Disposition": f'attachment; filename="{name}.eml"'}
    return HttpResponse(bytes(intake.raw), content_type="message/rfc822", headers=headers)


def _as_source(intake: Intake) -> HttpResponse:
    raw = bytes(intake.raw)
    headers = {"Content-Security-Policy": SOURCE_POLICY, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(raw, content_type=f"text/plain; charset={_charset_of(raw)}", headers=headers)


def _find(request: HttpRequest, pk: int) -> Intake:
    mails = Intake.objects.filter(channel=Intake.Channel.MAIL).select_related("record__case__series")
    intake = get_object_or_404(mails, pk=pk)
    if not may_read_mail(cast("User", request.user), intake):
        raise Http404
    return intake


def _find_refusal(intake: Intake) -> str:
    """Return why the mail cannot be opened, by the same rules as for its files, which it contains."""
    scans = set(intake.files.values_list("scan", flat=True))
    if intake.state == Intake.State.DISPOSED:
        return _("The e-mail has been disposed of and no longer exists.")
    if File.Scan.INFECTED in scans:
        return _("A file in the e-mail is infected. The e-mail is kept as evidence and cannot be downloaded.")
    if File.Scan.PENDING in scans:
        return _("A file in the e-mail is waiting to be checked for viruses. Try again in a minute.")
    return _scan(intake) if settings.CLAMD_URL else ""


def _scan(intake: Intake) -> str:
    """Scan the whole mail, since not all of its parts are stored as files. Return why it is refused, if so."""
    try:
        signature = find_virus(BytesIO(bytes(intake.raw)), settings.CLAMD_URL, SECONDS_TO_SCAN)
    except ScanError:
        return _("The e-mail could not be checked for viruses. Try again in a minute.")
    if signature:
        return _("The e-mail is infected (%(said)s). It is kept as evidence and cannot be downloaded.") % {
            "said": signature
        }
    return ""


def _refuse(request: HttpRequest, why: str) -> HttpResponse:
    context = {"why": why, "title": _("The original e-mail")}
    return render(request, "admin/registry/mail_refused.html", context, status=409)


@transaction.atomic
def _log(request: HttpRequest, intake: Intake) -> None:
    FileAccess.objects.create(intake=intake, username=request.user.get_username())
    chain.state_changes("mail given out", actor=request.user.get_username())


def _charset_of(raw: bytes) -> str:
    """Return the charset for the browser: the bytes are unchanged, and a mail may mix several."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"
