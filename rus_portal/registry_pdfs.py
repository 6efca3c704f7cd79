"""The case sheet and the daily list as PDF: the same content for the same users as the pages for printing."""

from datetime import date
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.pdf_export import make_pdf
from files.media_types import PDF
from registry.admin import case_sheet, daily_list
from registry.models import Case, Record, SecrecyMark
from registry.permissions import READS_ALL

LONGEST = 500_000
"""Characters, tags included, that can be typeset in two or three seconds."""


def case_sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The case sheet, for users who may read the case."""
    user = cast("User", request.user)
    case = case_sheet.find_readable_case(user, pk)
    shown = case_sheet.gather_contents(case, user)
    records = [(record, _paragraphs(record)) for record in shown["records"]]
    body = render_to_string("admin/registry/sheet_pdf.html", shown | {"case": case, "records": records})
    if len(body) > LONGEST:
        return _too_long(request, reverse("admin:registry_case_sheet", args=[pk]))
    paper = _paper(
        body,
        title=case_sheet.make_sheet_title(case),
        subtitle=case.title,
        reference=str(case),
        notice=" ".join(_in_words(mark) for mark in shown["marks"]),
    )
    return _handed_over(paper, _file_name(case))


def daily_list_pdf(request: HttpRequest) -> HttpResponse:
    """The list of what was registered on a day. An invalid day leads to the page, which explains it."""
    if not request.user.has_perm(READS_ALL):
        raise PermissionDenied
    asked = daily_list.DayForm(request.GET)
    if not asked.is_valid():
        return HttpResponseRedirect(f"{reverse('admin:registry_daily')}?{request.GET.urlencode()}")
    day: date = asked.cleaned_data["day"]
    cases = daily_list.find_registered_on(day, cast("User", request.user))
    body = render_to_string("admin/registry/daily_pdf.html", {"cases": cases})
    if len(body) > LONGEST:
        return _too_long(request, f"{reverse('admin:registry_daily')}?day={day}")
    return _handed_over(_paper(body, title=daily_list.make_list_title(day)), f"{day}.pdf")


def _too_long(request: HttpRequest, page: str) -> HttpResponse:
    """Redirect to the page, which can be printed however long it is."""
    messages.error(request, _("This is too long for a PDF. Print this page instead."))
    return HttpResponseRedirect(page)


def _paper(body: str, **said: str) -> bytes:
    return make_pdf(
        language=(get_language() or settings.LANGUAGE_CODE)[:2],
        body_html=body,
        author=settings.REGION_NAME,
        date=timezone.localdate(),
        **said,
    )


def _paragraphs(record: Record) -> SafeString:
    """Return the text with its language on each paragraph. `linebreaks` has escaped all other markup."""
    text = linebreaks(record.body, autoescape=True)
    return mark_safe(text.replace("<p>", f'<p lang="{record.language}">'))  # noqa: S308


def _in_words(mark: SecrecyMark) -> str:
    kind = _("Lifted secrecy mark") if mark.lifted_on else _("Secrecy mark")
    return f"{kind}: {mark}."


def _file_name(case: Case) -> str:
    return f"{case.series.code}-{case.year}-{case.number:04d}.pdf"


def _handed_over(paper: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(paper, content_type=PDF, headers=headers)
