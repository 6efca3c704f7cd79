"""Closes, disposes of and delivers cases one after another, until none is left. Killed and started again by a test.

Run as a program with the database in POSTGRES_DATABASE and files in VAR_DIR; `prepare N` registers the cases first.
"""

import io
import os
import shutil
import sys
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from mailroom.models import OutgoingMail  # noqa: E402
from registry import chain  # noqa: E402
from registry.models import Case, Delivery, Disposal, RetentionPlan  # noqa: E402
from registry.services import delivery, disposal, registration  # noqa: E402
from registry.services.file_removal import remove_disposed_files  # noqa: E402

OUT = Path(settings.VAR_DIR) / "out"


def prepare(count: int) -> None:
    for name in ("proposer", "decider"):
        User.objects.create_superuser(name)
    for number in range(count):
        attachment = registration.Attachment("a.txt", "text/plain", io.BytesIO(f"{number}".encode()))
        registration.receive_message(
            registration.Message(
                token=uuid.uuid4(), subject="Arkiv", body="x", language="sv", addressee="Registrator",
                addressee_email="registrator@example.org", attachments=[attachment],
            )
        )  # fmt: skip
    with transaction.atomic():
        OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
        plan = RetentionPlan.objects.create(version=1, decided_on=date(2000, 1, 1), decision="Test")
        kind = plan.types.create(code="arkiv", title_sv="Arkiv", public_title_sv="Arkiv", retention_years=1)
        Case.objects.update(status=Case.Status.CLOSED, closed_at=datetime(2000, 1, 1, tzinfo=UTC), document_type=kind)
        chain.state_changes("closed long ago")


def work() -> None:
    """Continue what was begun, then go on: every third case is delivered, the others are disposed of."""
    proposer, decider = User.objects.order_by("pk")
    for path in OUT.glob("SE_*"):
        if not Delivery.objects.filter(package=path.name).exists():
            shutil.rmtree(path)  # as the refusal asks one to
    while True:
        remove_disposed_files()
        if begun := Disposal.objects.exclude(state=Disposal.State.CARRIED_OUT).first():
            if begun.state == Disposal.State.PROPOSED:
                disposal.decide_disposal(begun, decider)
            disposal.carry_out_disposal(begun, decider)
            continue
        case = Case.objects.filter(status=Case.Status.CLOSED).order_by("pk").first()
        if case is None:
            break
        if case.number % 3:
            disposal.propose_disposal(cases=[case], ground="Plan 1", user=proposer)
        else:
            delivery.deliver_cases([case], OUT, decider, progress=lambda _line: None)


if __name__ == "__main__":
    prepare(int(sys.argv[2])) if sys.argv[1:2] == ["prepare"] else work()
