"""Deliveries of closed cases to the e-archive, and the archive's receipts and refusals."""

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import clock
from registry.archive.content import RefusedError, make_folder_name
from registry.archive.package import build_package
from registry.models import Case, Delivery
from registry.services.case_acts import IncompleteActError, perform_act
from registry.transitions import TRANSITIONS, Act

MAY_DELIVER = "registry.deliver_case"


def find_deliverable_cases() -> QuerySet[Case]:
    """Return closed cases that the e-archive does not have yet, in the order of their numbers."""
    archived = Delivery.objects.filter(cases=OuterRef("pk"), archived_at__isnull=False)
    closed = Case.objects.filter(~Exists(archived), status__in=TRANSITIONS[Act.DELIVER].sources)
    return closed.select_related("series").order_by("series__code", "year", "number")


def deliver_cases(
    cases: Sequence[Case], folder: Path, user: User, progress: Callable[[str], object] = print
) -> Delivery:
    """Write a package with the cases, then note the delivery in the registry.

    The package is complete on disk before it is noted, and removed if it cannot be noted. Raise `RefusedError` if a
    file is not as it came, `StaleCaseError` if a case has changed meanwhile.
    """
    if not user.has_perm(MAY_DELIVER):
        raise PermissionDenied
    _refuse_leftovers(folder)
    name = make_package_name(cases)
    package = build_package(cases, folder, name, progress)
    try:
        return _note_delivery(cases, package, user)
    except BaseException:
        shutil.rmtree(package)
        raise


def _refuse_leftovers(folder: Path) -> None:
    """Raise `RefusedError` if an export was killed after a package was complete but before it was noted."""
    names = {path.name for path in folder.glob(f"{_authority()}_*")}
    if left := sorted(names - set(Delivery.objects.filter(package__in=names).values_list("package", flat=True))):
        raise RefusedError(
            _(
                "%(path)s was never recorded as delivered because the export was interrupted. Remove it, then export "
                "again."
            )
            % {"path": folder / left[0]}
        )


@transaction.atomic
def _note_delivery(cases: Sequence[Case], package: Path, user: User) -> Delivery:
    checksum = hashlib.sha256((package / "METS.xml").read_bytes()).hexdigest()
    delivery = Delivery.objects.create(package=package.name, checksum=checksum, delivered_by=user.get_username())
    delivery.cases.add(*cases)
    for case in sorted(cases, key=lambda case: case.pk):
        perform_act(
            Act.DELIVER, case, user, version=case.version, package=package.name, checksum=checksum, delivery=delivery.pk
        )
    return delivery


@transaction.atomic
def confirm_receipt(delivery: Delivery, user: User, receipt: str) -> Delivery:
    """Note the archive's receipt: the archive now keeps the cases."""
    locked = _lock_waiting(delivery, user)
    receipt = " ".join(receipt.split())
    if not receipt:
        raise IncompleteActError(_("Enter what the archive's receipt says, such as its number and date."))
    locked.receipt, locked.archived_at = receipt[:200], clock.read_time()
    locked.save(update_fields=["receipt", "archived_at"])
    for case in locked.cases.order_by("pk"):
        perform_act(Act.ARCHIVE, case, user, receipt=locked.receipt, delivery=locked.pk)
    return locked


@transaction.atomic
def note_refusal(delivery: Delivery, user: User, reason: str) -> Delivery:
    """Note the archive's refusal: the cases are closed again, and can be delivered in another package."""
    locked = _lock_waiting(delivery, user)
    reason = " ".join(reason.split())
    if not reason:
        raise IncompleteActError(_("Enter why the archive refused the package."))
    locked.refusal, locked.refused_at = reason[:300], clock.read_time()
    locked.save(update_fields=["refusal", "refused_at"])
    for case in locked.cases.order_by("pk"):
        perform_act(Act.REFUSE_DELIVERY, case, user, reason=locked.refusal, package=locked.package, delivery=locked.pk)
    return locked


def _lock_waiting(delivery: Delivery, user: User) -> Delivery:
    """Lock the delivery. Raise `RefusedError` if the archive has already answered."""
    if not user.has_perm(MAY_DELIVER):
        raise PermissionDenied
    locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if locked.archived_at:
        raise RefusedError(_("The archive's receipt for %(package)s has already been recorded.") % {"package": locked})
    if locked.refused_at:
        raise RefusedError(_("The archive's refusal of %(package)s has already been recorded.") % {"package": locked})
    return locked


def make_package_name(cases: Sequence[Case]) -> str:
    """Return authority, cases and time: `SE_2321000206_RUS-2026-0042_20261124T101500`."""
    made = f"{timezone.localtime():%Y%m%dT%H%M%S}"
    first, last = cases[0], cases[-1]
    contents = make_folder_name(first) if len(cases) == 1 else f"{make_folder_name(first)}--{make_folder_name(last)}"
    return f"{_authority()}_{contents}_{made}"


def _authority() -> str:
    return "SE_" + re.sub(r"\D", "", settings.REGION_ORGANISATION_NUMBER)
