"""Helpers for mail waiting in the mailroom, and for taking it over."""

from email.message import EmailMessage

from mailroom.models import IncomingMail
from registry.models import Intake
from registry.services.mail_intake import take_due_mail
from tests import factories


def mail(*headers: str, sender: str = "anna@example.org", body: str = "Hemlig text.") -> IncomingMail:
    lines = [f"From: Anna <{sender}>", *headers, "", body, ""]
    return factories.make_incoming_mail("\r\n".join(lines).encode())


def take(incoming: IncomingMail) -> Intake:
    assert take_due_mail() == 1
    return Intake.objects.get(mail=incoming)


def a_mail_with(name: str, content_type: str, content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "anna@example.org", "Med bilaga"
    message.set_content("Se bilagan.")
    maintype, _slash, subtype = content_type.partition("/")
    message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()
