"""Factories of messages, mail, cases, plans, disposals and deliveries."""

import hashlib
import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from mailroom.inbox import find_message_id
from mailroom.models import IncomingMail, MailboxReading
from registry.models import CannedText, Case, Delivery, Disposal, DocumentType, RetentionPlan
from registry.services.disposal import propose_disposal
from registry.services.registration import Message, receive_message
from tests.factories.publishing import in_both_languages, numbers


def make_message(**given: Any) -> Message:
    """Make a message as from the contact form, with a new token."""
    defaults = {
        "token": uuid.uuid4(),
        "subject": "En fråga",
        "body": "Hur går det med planen?",
        "language": "sv",
        "addressee": "Registrator",
        "addressee_email": "registrator@example.org",
        "name": "Anna Andersson",
        "email": "anna@example.org",
    }
    return Message(**defaults | given)


def make_incoming_mail(raw: bytes = b"Subject: Hej\r\n\r\nText.\r\n", **given: Any) -> IncomingMail:
    """Make a fetched mail, not yet taken over by the registry."""
    now = timezone.now()
    defaults = {
        "mailbox": "diariet@example.org/INBOX",
        "uid_validity": 1,
        "uid": next(numbers),
        "message_id": find_message_id(raw),
        "checksum": hashlib.sha256(raw).hexdigest(),
        "size": len(raw),
        "received_at": now,
        "due_at": now,
    }
    return IncomingMail.objects.create(raw=raw, **defaults | given)


def make_mailbox_reading(**given: Any) -> MailboxReading:
    return MailboxReading.objects.create(**{"mailbox": f"diariet{next(numbers)}@example.org/INBOX"} | given)


def make_case(status: "Case.Status | None" = None, **given: Any) -> Case:
    """Make a registered case; a status is set directly, as if its acts had been performed."""
    case = receive_message(make_message(**given)).record.case
    if status:
        times = {"closed_at": timezone.now()} if status in ("closed", "voided") else {}
        Case.objects.filter(pk=case.pk).update(status=status, **times)
        case.refresh_from_db()
    return case


def make_retention_plan(**given: Any) -> RetentionPlan:
    """Make a decided plan with one document type, kept for two years."""
    version = next(numbers)
    defaults = {"version": version, "decided_on": date(2026, 1, 1), "decision": f"RUN 2026/{version:04d}"}
    plan = RetentionPlan.objects.create(**defaults | given)
    titles = {"title_sv": "Fråga", "title_en": "Question", "public_title_sv": "Fråga", "public_title_en": "Question"}
    plan.types.create(code="fraga", retention_years=2, **titles)
    return plan


def make_due_case(status: "Case.Status" = Case.Status.CLOSED, **given: Any) -> Case:
    """Make a closed case whose retention has ended."""
    case = make_case(status, **given)
    kind = DocumentType.objects.filter(code="fraga").first() or make_retention_plan().types.get()
    Case.objects.filter(pk=case.pk).update(document_type=kind, closed_at=datetime(2000, 1, 1, tzinfo=UTC))
    case.refresh_from_db()
    return case


def make_disposal(**what: Any) -> Disposal:
    """Make a proposed disposal, by default of a new due case."""
    what = what or {"cases": [make_due_case()]}
    proposer = User.objects.create_superuser(f"proposer-{next(numbers)}")
    return propose_disposal(ground="Plan 1", user=proposer, **what)


def make_delivery() -> Delivery:
    """Make a delivery of a new case, as if its package had been written."""
    delivery = Delivery.objects.create(package=f"SE_{next(numbers)}", checksum="0" * 64, delivered_by="arkivarie")
    delivery.cases.add(make_case(Case.Status.DELIVERED))
    return delivery


def make_canned_text(**given: Any) -> CannedText:
    number = next(numbers)
    texts = in_both_languages(
        given,
        title=(f"Tack {number}", f"Thanks {number}"),
        body=("Tack för ditt meddelande.", "Thank you for writing."),
    )
    return CannedText.objects.create(**{"slug": f"text-{number}"} | texts)
