"""The contact pages: write to the registrar or to a member of staff, and get a receipt."""

import hashlib
import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from contacts.forms import FILE_SIZE_AT_MOST, FILES_AT_MOST, ContactForm, new_token
from contacts.models import StaffMember
from publishing.views import get_published
from registry import rate
from registry.models import Intake
from registry.services import STAFF_LANGUAGE
from registry.services.receiving import EditedMessageError, Message, receive

WHOLE_MESSAGE_AT_MOST = (FILES_AT_MOST + 1) * FILE_SIZE_AT_MOST


class SeeOther(HttpResponseRedirect):
    """After a POST: the browser asks for the receipt by GET (RFC 9110, 15.4.4)."""

    status_code = 303


# A visitor has no cookie, so there is no session for a forged request to ride on: CSRF does not apply.
@csrf_exempt
@never_cache
def write_to_registrar(request: HttpRequest) -> HttpResponse:
    """The general form, and everyone one can write to."""
    staff = list(StaffMember.objects.published())
    registrar = next((member for member in staff if member.is_registrar), None)
    people = [member for member in staff if not member.is_registrar]
    return _write(request, registrar, template="contacts/form.html", staff=people)


@csrf_exempt
@never_cache
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
    """What the sender is told: number, time of arrival and what happens next; never the text."""
    intake = get_object_or_404(Intake.objects.select_related("record__case__series"), token=token)
    case = intake.record.case if hasattr(intake, "record") else None
    return render(request, "contacts/receipt.html", {"intake": intake, "case": case, "section": "contact"})


def _write(request: HttpRequest, recipient: StaffMember | None, *, template: str, **context: object) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > WHOLE_MESSAGE_AT_MOST:
        return render(request, "413.html", status=413)
    if request.method == "POST":
        form = ContactForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                intake = receive(_message(form, recipient), quarantine_reason=_suspicion(request, form))
            except EditedMessageError as edited:
                form.add_error(None, _already_sent(edited.intake))
            else:
                return SeeOther(reverse("contacts:receipt", args=[intake.token]))
        form.renew_token()
    elif request.method in ("GET", "HEAD"):
        about = request.GET.get("about", "")
        form = ContactForm(initial={"token": new_token(), "about": about, "subject": request.GET.get("subject", "")})
    else:
        raise Http404
    status = 422 if form.is_bound else 200
    return render(
        request, template, {"form": form, "recipient": recipient, "section": "contact", **context}, status=status
    )


def _offer_registrar_instead(request: HttpRequest) -> HttpResponse:
    """Someone wrote to a person who has left: keep the text, and let it go to the registrar."""
    form = ContactForm(request.POST)
    form.add_error(None, _("The person you wrote to has no page any more. Send the message to the registrar instead."))
    form.renew_token()
    recipient = StaffMember.objects.published().filter(is_registrar=True).first()
    context = {"form": form, "recipient": recipient, "action": reverse("contacts:form"), "section": "contact"}
    return render(request, "contacts/staff.html", context, status=422)


def _message(form: ContactForm, recipient: StaffMember | None) -> Message:
    """What the form holds, addressed. Without any registrar it goes to the authority's own address."""
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


def _suspicion(request: HttpRequest, form: ContactForm) -> str:
    """Why the message should wait in quarantine, or nothing. Nothing is ever refused for it (Arkivlagen 10 §)."""
    with translation.override(STAFF_LANGUAGE):
        if reason := form.looks_automatic(settings.CONTACT_SECONDS_AT_LEAST):
            return reason
        if _messages_this_hour(request) > settings.CONTACT_MESSAGES_PER_HOUR:
            return _("Unusually many messages came from the same network address.")
    return ""


def _messages_this_hour(request: HttpRequest) -> int:
    """How many this network address has sent within the hour. The address itself is not kept."""
    address = request.META.get(settings.CLIENT_ADDRESS_HEADER, "")
    hour = f"{timezone.now():%Y%m%d%H}"
    key = "contact:" + hashlib.sha256(f"{settings.SECRET_KEY}{hour}{address}".encode()).hexdigest()
    return rate.count(key)


def _already_sent(intake: Intake) -> str:
    case = intake.record.case if hasattr(intake, "record") else None
    number = case.registration_number if case else timezone.localtime(intake.received_at).strftime("%Y-%m-%d %H:%M")
    return _(
        "You have already sent a message from this page (%(number)s), and now the text is another. "
        "Send it once more if it is a new message."
    ) % {"number": number}
