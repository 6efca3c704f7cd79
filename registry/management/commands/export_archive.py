"""Delivers closed cases to the e-archive, at most two hundred in a package."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from registry.archive.content import RefusedError
from registry.models import Case
from registry.search import find_by_number
from registry.services.case_acts import StaleCaseError
from registry.services.delivery import MAY_DELIVER, deliver_cases, find_deliverable_cases

MOST_IN_A_PACKAGE = 200
"""Noting a delivery locks the end of the chain, and so registrations, for some milliseconds a case."""


class Command(BaseCommand):
    help = (
        "Writes closed cases as an E-ARK SIP with CITS ERMS 3.0 into a folder of its own, each file compared with the "
        "checksum from its arrival, and notes in the registry that they were delivered. Nothing is written or noted "
        "where anything is not as it came."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--case", help='one case, by its number, such as "RUS 2026/0042"')
        which.add_argument("--year", type=int, help="the closed cases with numbers of a year")
        which.add_argument("--all-closed", action="store_true", help="all closed cases that are not delivered yet")
        parser.add_argument("--out", required=True, type=Path, help="the folder in which the package is made")
        parser.add_argument("--by", help="the username of whoever delivers; needed where several may")

    def handle(self, **options: Any) -> None:
        user = _deliverer(options["by"])
        cases = list(_chosen(options))
        for start in range(0, len(cases), MOST_IN_A_PACKAGE):
            self._deliver(cases[start : start + MOST_IN_A_PACKAGE], options["out"], user)
        self.stdout.write("Note the archive's receipt in the admin, under Deliveries, when it has come.")

    def _deliver(self, cases: list[Case], folder: Path, user: User) -> None:
        try:
            delivery = deliver_cases(cases, folder, user, self.stdout.write)
        except PermissionDenied:
            raise CommandError(f"{user.username} may not deliver cases. Name an archivist with --by.") from None
        except (RefusedError, StaleCaseError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The package could not be written, and nothing was delivered: {error}.") from error
        self.stdout.write(f"{len(cases)} cases are delivered in {folder / delivery.package}.")


def _deliverer(username: str | None) -> User:
    """Return the named user, or the only one who may deliver."""
    if username:
        try:
            return User.objects.get(username=username, is_active=True)
        except User.DoesNotExist:
            raise CommandError(f"There is no active login called {username}. Name an archivist with --by.") from None
    users = list(User.objects.with_perm(MAY_DELIVER, include_superusers=False).order_by("username")[:2])
    if len(users) != 1:
        many = "Several people" if users else "Nobody"
        raise CommandError(f"{many} may deliver cases. Name an archivist with --by.")
    return users[0]


def _chosen(options: dict[str, Any]) -> QuerySet[Case]:
    """Return the cases to deliver. Raise `CommandError` if there are none."""
    cases = find_deliverable_cases()
    if options["year"] is not None:
        cases = cases.filter(year=options["year"])
    if options["case"]:
        cases = cases.filter(pk=_numbered(options["case"]).pk)
    if not cases.exists():
        raise CommandError("No case is closed and still to be delivered, so there is nothing to export.")
    return cases


def _numbered(number: str) -> Case:
    found = find_by_number(Case.objects.select_related("series"), number)
    if len(found) != 1:
        many = "Several series have a" if found else "There is no"
        raise CommandError(f"{many} case {number}. Write its whole number, such as RUS 2026/0042.")
    if not find_deliverable_cases().filter(pk=found[0].pk).exists():
        raise CommandError(f"{found[0]} is {found[0].get_status_display()}. Only closed cases can be delivered.")
    return found[0]
