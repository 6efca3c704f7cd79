"""The public register (diarium), and the request for a public document.

No view asks or logs who reads or requests (TF 2:18). Responses forbid caching: the page cache depends on the generation
of published content, which registering does not raise.
"""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt

from registry import day_heads
from registry.models import Case, CaseKind, DayHead, Series
from registry.public import register
from registry.public.forms import explain_already_sent, make_token
from registry.public.register_forms import DisclosureForm, FollowForm, RegisterFilter
from registry.public.suspicion import find_suspicion
from registry.public.typed_form import keeps_text
from registry.services.registration import EditedMessageError, Message, receive_message
from visitors.limits import limit_rate

SECTION = "registry"
always_fresh = cache_control(no_cache=True)


@always_fresh
@limit_rate("search")
def case_list(request: HttpRequest) -> HttpResponse:
    """The list of cases with its filter, the series and the last day head."""
    series = list(Series.objects.all())
    form = RegisterFilter(request.GET, series=series)
    cases = form.narrow(register.find_public_cases())
    page = register.RegisterPages(cases, register.CASES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "narrowed": any(form.cleaned_data.values()) or bool(form.errors),
        "series": series,
        "head": DayHead.objects.first(),
        "answer_days": settings.DISCLOSURE_ANSWER_DAYS,
        "page_updated": register.find_last_change(),
        "section": SECTION,
    }
    return render(request, "registry/list.html", context)


@always_fresh
def case(request: HttpRequest, series: str, year: int, number: int) -> HttpResponse:
    found = _find(series, year, number)
    if request.path != found.get_absolute_url():
        return redirect(found, permanent=True)
    records = found.public_records  # type: ignore[attr-defined]
    context = {
        "case": found,
        "records": records,
        "page_updated": register.find_case_change(found, records),
        "section": SECTION,
    }
    return render(request, "registry/case.html", context)


def _show_again(request: HttpRequest) -> DisclosureForm:
    return DisclosureForm(request.POST, case=None)


# Visitors have no session that a forged request could use, so CSRF does not apply.
@csrf_exempt
@never_cache
@keeps_text(_show_again)
def request_documents(
    request: HttpRequest, series: str = "", year: int | None = None, number: int | None = None
) -> HttpResponse:
    """The request for public documents, of one case or of any."""
    found = _find(series, year, number) if year is not None and number is not None else None
    if request.method == "POST":
        form = DisclosureForm(request.POST, case=found)
        if form.is_valid():
            try:
                intake = receive_message(_message(form), quarantine_reason=find_suspicion(request, form))
            except EditedMessageError as edited:
                form.add_error(None, explain_already_sent(edited.intake))
            else:
                return HttpResponseRedirect(reverse("contacts:receipt", args=[intake.token]), status=303)
        form.renew_token()
    else:
        form = DisclosureForm(initial={"token": make_token()}, case=found)
    context = {
        "form": form,
        "case": found,
        "answer_days": settings.DISCLOSURE_ANSWER_DAYS,
        "page_updated": register.find_last_change(),
        "section": SECTION,
    }
    return render(request, "registry/request.html", context, status=422 if form.is_bound else 200)


@never_cache
def follow(request: HttpRequest) -> HttpResponse:
    """Redirect from the code of a receipt to the page that shows how far the message has come."""
    form = FollowForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("contacts:receipt", form.cleaned_data["code"])
    context = {"form": form, "page_updated": register.find_last_change(), "section": SECTION}
    return render(request, "registry/follow.html", context)


@always_fresh
def head_file(_request: HttpRequest) -> JsonResponse:
    """All signed day heads, for anyone to keep."""
    return JsonResponse(day_heads.list_heads(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _find(series: str, year: int, number: int) -> Case:
    cases: Any = register.find_public_cases().select_related("follows__series", "series", "document_type")
    found = cases.filter(series__code__iexact=series, year=year, number=number).first()
    if found is None:
        raise Http404
    return found


def _message(form: DisclosureForm) -> Message:
    return Message(
        token=form.cleaned_data["token"],
        kind=CaseKind.DISCLOSURE,
        subject=form.subject(),
        body=form.text(),
        email=form.cleaned_data["email"],
        about=form.case.get_absolute_url() if form.case else "",
        language=get_language() or settings.LANGUAGE_CODE,
        addressee=settings.REGION_NAME,
        addressee_email=settings.REGISTRAR_EMAIL,
    )
