"""The contact pages: write to the registrar or to a member of staff, and get a receipt."""

import uuid

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from contacts.forms import ContactForm
from contacts.models import StaffMember
from files.circuit_breaker import SECONDS_TO_RETRY, StorageAwayError
from publishing.views import get_published
from registry.files.attachments import FILE_SIZE_AT_MOST, FILES_AT_MOST
from registry.models import Intake
from registry.public.forms import explain_already_sent, make_token
from registry.public.progress import list_steps
from registry.public.proof import Proof, judge_proof, make_challenge
from registry.public.suspicion import find_suspicion
from registry.public.typed_form import keeps_text
from registry.services.registration import EditedMessageError, Message, receive_message
from visitors.large_bodies import are_files_left_out, takes_files

FILLED_IN_AT_MOST = 5_000
"""Characters that a link may prefill in the form."""
WHOLE_MESSAGE_AT_MOST = (FILES_AT_MOST + 1) * FILE_SIZE_AT_MOST
STORAGE_AWAY = gettext_noop(
    "Your message was not received because attached files cannot be saved right now. Your text is still here: wait "
    "a minute, choose the files again and send. You can also send the message without them."
)

TOO_MANY_FILES = gettext_noop(
    "Your message was not received because more files than we can accept have been sent in the past hour from the "
    "network that you use. Your text is still here: send it without files, or choose them again in an hour. You can "
    "also send files by e-mail to %(email)s or by post to %(region)s, %(address)s."
)


class SeeOther(HttpResponseRedirect):
    """A redirect after a POST: the browser requests the receipt by GET (RFC 9110, 15.4.4)."""

    status_code = 303


def _show_again(request: HttpRequest) -> ContactForm:
    return ContactForm(request.POST, request.FILES)


# Visitors have no session that a forged request could use, so CSRF does not apply.
@csrf_exempt
@never_cache
@takes_files
@keeps_text(_show_again)
def write_to_registrar(request: HttpRequest) -> HttpResponse:
    """The form to the registrar, and the list of staff."""
    staff = list(StaffMember.objects.published())
    registrar = next((member for member in staff if member.is_registrar), None)
    people = [member for member in staff if not member.is_registrar]
    return _write(request, registrar, template="contacts/form.html", staff=people)


@csrf_exempt
@never_cache
@takes_files
@keeps_text(_show_again)
def write_to_staff(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of one member of staff."""
    try:
        recipient = get_published(StaffMember.objects.published(), slug)
    except Http404:
        if request.method == "POST":
            return _offer_registrar_instead(request)
        raise
    if recipient.is_registrar and request.method == "GET":
        return redirect("contacts:form")
    return _write(request, recipient, template="contacts/staff.html")


@never_cache
def receipt(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The receipt, now and later: number, times and progress, never the text or a name."""
    intake = get_object_or_404(Intake.objects.select_related("record__case__series"), token=token)
    case = intake.case
    passed = list_steps(intake, case)
    updated = max(step.at for step in passed if step.at)
    context = {"intake": intake, "case": case, "steps": passed, "page_updated": updated, "section": "contact"}
    return render(request, "contacts/receipt.html", context)


def _write(request: HttpRequest, recipient: StaffMember | None, *, template: str, **context: object) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > WHOLE_MESSAGE_AT_MOST:
        raise RequestDataTooBig
    status = 200
    if request.method == "POST":
        status = 422
        form = _read_form(request)
        try:
            if form.is_valid():
                intake = receive_message(
                    _message(form, recipient), quarantine_reason=find_suspicion(request, form, _proof(request, form))
                )
                return SeeOther(reverse("contacts:receipt", args=[intake.token]))
        except EditedMessageError as edited:
            form.add_error(None, explain_already_sent(edited.intake))
        except StorageAwayError:
            status = 503
            form.add_error("attachments", _(STORAGE_AWAY))
        if not form.only_warns:
            form.renew_token()
    elif request.method in ("GET", "HEAD"):
        filled_in = {name: request.GET.get(name, "")[:FILLED_IN_AT_MOST] for name in ("about", "subject", "message")}
        form = ContactForm(initial={"token": make_token(), **filled_in})
    else:
        raise Http404
    page = {"form": form, "recipient": recipient, "section": "contact", "challenge": make_challenge(), **context}
    response = render(request, template, page, status=status)
    if status == 503:  # noqa: PLR2004
        response["Retry-After"] = str(SECONDS_TO_RETRY)
    return response


def _read_form(request: HttpRequest) -> ContactForm:
    """Return the form as sent, with an error if its files were not taken."""
    form = ContactForm(request.POST, request.FILES)
    if are_files_left_out(request):
        ways = {"email": settings.REGISTRAR_EMAIL, "region": settings.REGION_NAME, "address": settings.REGION_ADDRESS}
        call = _("You can also call us: %(phone)s.") % {"phone": settings.REGION_PHONE} if settings.REGION_PHONE else ""
        form.add_error("attachments", f"{_(TOO_MANY_FILES) % ways} {call}".strip())
    return form


def _offer_registrar_instead(request: HttpRequest) -> HttpResponse:
    """Offer to send the message to the registrar, since the addressee has left."""
    form = ContactForm(request.POST)
    form.add_error(None, _("The person you wrote to no longer has a page. Send the message to the registrar instead."))
    form.renew_token()
    recipient = StaffMember.objects.published().filter(is_registrar=True).first()
    context = {"form": form, "recipient": recipient, "action": reverse("contacts:form"), "section": "contact"}
    context["challenge"] = make_challenge()
    template = "contacts/staff.html" if recipient else "contacts/form.html"
    return render(request, template, context, status=422)


def _message(form: ContactForm, recipient: StaffMember | None) -> Message:
    """Return the addressed message; without a registrar it goes to the authority's own address."""
    data = form.cleaned_data
    return Message(
        token=data["token"],
        subject=data["subject"],
        body=data["message"],
        name=data["name"],
        email=data["email"],
        about=data["about"],
        attachments=data["attachments"],
        language=get_language() or settings.LANGUAGE_CODE,
        addressee=recipient.name if recipient else settings.REGION_NAME,
        addressee_email=recipient.email if recipient else settings.REGISTRAR_EMAIL,
        assign_to=recipient.user if recipient and not recipient.is_registrar else None,
    )


def _proof(request: HttpRequest, form: ContactForm) -> Proof:
    """Judge the browser's proof of work, if there is one."""
    return judge_proof(request.POST.get("proof", ""), str(form.cleaned_data["token"]))
