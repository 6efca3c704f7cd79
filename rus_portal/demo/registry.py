"""The demo's messages and how they were handled, so that the register and the dashboards are not empty.

All of it goes through the registry's own services, so it is in the chain like anything else. By its fixed token each
message is registered once, however often the demo is loaded.
"""

import tomllib
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone, translation

from contacts.models import StaffMember
from registry.models import Case, CaseKind, Intake
from registry.services import case_acts
from registry.services.registration import Message, receive_message
from registry.transitions import Act

MESSAGES = Path(__file__).parent / "registry.toml"


def load_registry() -> None:
    for row in tomllib.loads(MESSAGES.read_text(encoding="utf-8"))["message"]:
        if not Intake.objects.filter(token=row["token"]).exists():
            load_message(row)


def load_message(row: dict[str, Any]) -> None:
    intake = receive_message(_message(row), quarantine_reason=row.get("quarantine", ""))
    if "quarantine" in row:
        return
    case, registrar = intake.record.case, User.objects.get(username="registrator")
    if "title" in row:
        case = case_acts.set_title(case, row["title"], registrar)
    for act in row.get("acts", []):
        officer = User.objects.get(username=act["officer"]) if "officer" in act else None
        user = User.objects.get(username=act["by"])
        case = case_acts.perform_act(Act(act["act"]), case, user, reason=act.get("reason", ""), officer=officer)
    if "due_in_days" in row:
        case_acts.set_due_date(case, timezone.localdate() + timedelta(days=row["due_in_days"]), registrar)


def _message(row: dict[str, Any]) -> Message:
    addressee = StaffMember.objects.select_related("user").get(slug=row["to"])
    days, hours = row["arrived"]
    return Message(
        token=uuid.UUID(row["token"]),
        kind=CaseKind(row.get("kind", CaseKind.MESSAGE)),
        received_at=timezone.now() - timedelta(days=days, hours=hours),
        language=row.get("language", "sv"),
        addressee=addressee.name,
        addressee_email=addressee.email,
        assign_to=None if addressee.is_registrar else addressee.user,
        about=_case_page(row["about"]) if "about" in row else "",
        name=row["name"],
        email=row["email"],
        subject=row["subject"],
        body=row["message"],
    )


def _case_page(token: str) -> str:
    """Return the public address of the case of an earlier message."""
    with translation.override("sv"):
        return Case.objects.public().get(records__intake__token=token).get_absolute_url()
