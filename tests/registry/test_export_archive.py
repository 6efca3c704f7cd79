"""The command that delivers cases, and the receipt of a delivery."""

# Fixtures are imported, then asked for by name:
# ruff: noqa: F811

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from accounts.roles import Role
from registry.archive.content import RefusedError
from registry.models import Case, Delivery, File
from registry.services.case_acts import IncompleteActError
from registry.services.delivery import confirm_receipt, deliver_cases
from registry.verification import find_faults
from tests.factories import make_case, make_user
from tests.registry.test_archive import archivist, case, flip  # noqa: F401

pytestmark = pytest.mark.django_db


def test_receipt_ends_the_delivery(case: Case, tmp_path: Path, archivist: User) -> None:
    delivery = deliver_cases([case], tmp_path, archivist, progress=[].append)

    confirm_receipt(delivery, archivist, "Kvitto 17, 2026-11-24")

    case.refresh_from_db()
    delivery.refresh_from_db()
    assert (case.status, delivery.receipt) == (Case.Status.ARCHIVED, "Kvitto 17, 2026-11-24")
    with pytest.raises(RefusedError):
        confirm_receipt(delivery, archivist, "Igen")
    assert list(find_faults()) == []


def test_receipt_must_say_something(case: Case, tmp_path: Path, archivist: User) -> None:
    delivery = deliver_cases([case], tmp_path, archivist, progress=[].append)

    with pytest.raises(IncompleteActError):
        confirm_receipt(delivery, archivist, "  ")
    with pytest.raises(PermissionDenied):
        confirm_receipt(delivery, make_user(Role.REGISTRAR), "Kvitto")


def test_command_delivers_one_case(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("export_archive", case=str(case), out=tmp_path)

    case.refresh_from_db()
    assert case.status == Case.Status.DELIVERED
    said = capsys.readouterr().out
    assert f"{Delivery.objects.get().package}." in said
    assert str(case) in said


@pytest.mark.parametrize("which", [{"year": 2020}, {"case": "RUS 1999/0001"}, {"case": "' OR 1=1"}])
def test_command_says_why_there_is_nothing_to_export(case: Case, tmp_path: Path, which: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("export_archive", out=tmp_path, **which)

    assert list(tmp_path.iterdir()) == []


def test_command_delivers_only_what_is_closed(case: Case, tmp_path: Path) -> None:
    waiting = Case.objects.exclude(pk=case.pk).get()

    with pytest.raises(CommandError, match="Only closed cases"):
        call_command("export_archive", case=str(waiting), out=tmp_path)
    call_command("export_archive", "--all-closed", f"--out={tmp_path}")

    assert list(Delivery.objects.get().cases.all()) == [case]


def test_command_divides_many_cases_into_packages(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.management.commands.export_archive.MOST_IN_A_PACKAGE", 2)
    for _n in range(2):
        make_case(Case.Status.CLOSED)

    call_command("export_archive", "--all-closed", f"--out={tmp_path}")

    assert [delivery.cases.count() for delivery in Delivery.objects.order_by("pk")] == [2, 1]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        Delivery.objects.values_list("package", flat=True)
    )


def test_command_asks_who_delivers_where_several_may(case: Case, tmp_path: Path) -> None:
    other = make_user(Role.ARCHIVIST)
    registrar = make_user(Role.REGISTRAR)

    for by, told in [(None, "Several people"), (registrar.username, "may not deliver"), ("nobody", "no active login")]:
        with pytest.raises(CommandError, match=told):
            call_command("export_archive", case=str(case), out=tmp_path, by=by)
    call_command("export_archive", case=str(case), out=tmp_path, by=other.username)

    assert Delivery.objects.get().delivered_by == other.username


def test_command_names_the_damaged_file(case: Case, tmp_path: Path) -> None:
    flip(Path(storages["private"].path(File.objects.order_by("pk")[0].file.name)))

    with pytest.raises(CommandError, match=r"Bilaga å\.PDF"):
        call_command("export_archive", year=case.year, out=tmp_path)


def test_command_says_when_the_disk_refuses(case: Case, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(CommandError, match="could not be written"):
        call_command("export_archive", year=case.year, out=tmp_path / "taken")


def test_a_package_that_was_never_noted_is_named(case: Case, tmp_path: Path, archivist: User) -> None:
    left = tmp_path / "SE_2321000206_RUS-2026-0001_20260101T000000"
    left.mkdir()

    with pytest.raises(RefusedError, match=left.name):
        deliver_cases([case], tmp_path, archivist, progress=[].append)
    left.rmdir()
    (tmp_path / ".SE_killed.partial").mkdir()
    delivery = deliver_cases([case], tmp_path, archivist, progress=[].append)

    assert [path.name for path in tmp_path.iterdir()] == [delivery.package]


def test_two_deliveries_do_not_meet_in_a_folder(case: Case, tmp_path: Path, archivist: User) -> None:
    from registry.archive.package import _alone_in

    with _alone_in(tmp_path), pytest.raises(RefusedError):
        deliver_cases([case], tmp_path, archivist, progress=[].append)

    assert list(tmp_path.iterdir()) == []
