"""Packages for the e-archive: valid by the standards' schemas, and refused if anything is altered."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from lxml import etree, isoschematron

from accounts.roles import Role
from registry.archive.content import RefusedError
from registry.archive.package import SCHEMAS
from registry.models import Case, Delivery, DocumentType, Event, File, Party, RetentionPlan
from registry.services import delivery as service
from registry.services.case_acts import StaleCaseError, mark_secret, write_note
from registry.services.delivery import deliver_cases, find_deliverable_cases
from registry.services.registration import Attachment
from registry.verification import find_faults
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db
NAMESPACES = {
    "erms": "https://DILCIS.eu/XML/ERMS",
    "mets": "http://www.loc.gov/METS/",
    "xlink": "http://www.w3.org/1999/xlink",
}
EARK = settings.BASE_DIR / ".venv" / "eark"
"""Where `make .venv/ready-dev` puts the validator."""
KNOWN_FINDINGS = {
    "structure": [
        "INFORMATION CSIPSTR3",  # a folder rather than an archive file
        "INFORMATION CSIPSTR8",
        "WARNING CSIPSTR13",  # folders that the standard only recommends
        "WARNING CSIPSTR6",
        "WARNING CSIPSTR7",
    ],
    "schema": [],
    "schematron": [
        "ERROR CSIP103",  # wants one division "Representations"; CSIP 2.1 has one for each, as we
        "ERROR CSIP12",  # CSIP12, 13, 16 and SIP14 hold each agent to the rules of all of them
        "ERROR CSIP13",
        "ERROR CSIP16",
        "ERROR CSIP63",  # refuses the very attribute that it demands elsewhere
        "ERROR SIP14",
        "INFORMATION SIP3",
        "WARNING CSIP101",
        "WARNING CSIP105",
        "WARNING CSIP17",
        "WARNING CSIP31",
        "WARNING CSIP8",
        "WARNING CSIP91",
        "WARNING CSIP92",
    ],
}
"""What eark-validator 1.1.3 reports for a valid package; anything else is our fault."""


@pytest.fixture
def archivist() -> User:
    return make_user(Role.ARCHIVIST)


@pytest.fixture
def case(archivist: User) -> Case:
    """Make a closed case with everything that a package can hold."""
    plan = RetentionPlan.objects.create(version=1, decided_on=date(2026, 1, 1), decision="Plan RUN 2026/0001")
    kind = DocumentType.objects.create(
        plan=plan, code="fraga", title_sv="Fråga", public_title_sv="Fråga", retention_years=10
    )
    case = make_case(
        Case.Status.CLOSED,
        subject="Bredband \x1d& fiber",
        attachments=[
            Attachment("Bilaga å.PDF", "application/pdf", BytesIO(b"%PDF-1.4")),
            Attachment("utan ändelse", "", BytesIO(b"x")),
        ],
        assign_to=make_user(Role.OFFICER, first_name="Hanna", last_name="Handläggare"),
    )
    mark_secret(case, provision="OSL 21 kap. 1 §", authority="Region X", user=archivist)
    Party.objects.create(
        record=case.records.get(), role="sender", name="Skyddad", email="s@example.org", identity_is_protected=True
    )
    follows = make_case(Case.Status.REGISTERED)
    Case.objects.filter(pk=case.pk).update(document_type=kind)
    case.refresh_from_db()
    assert follows.pk != case.pk
    return case


def delivered(case: Case, folder: Path, user: User) -> Path:
    return folder / deliver_cases([case], folder, user, progress=[].append).package


def parse(path: Path) -> Any:
    return etree.parse(str(path), etree.XMLParser(no_network=True))


class Local(etree.Resolver):
    """Return the METS schema, with XLink from the validator's package instead of the network."""

    def resolve(self, url: str, _id: str, context: Any) -> Any:
        if not url.endswith("xlink.xsd"):
            return None
        return self.resolve_filename(str(next(EARK.rglob("xlink.xsd"))), context)


def schema(name: str) -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(str(SCHEMAS / name), parser))


def schematron() -> Any:
    """The rules declare XSLT 2, which lxml refuses; they use nothing that XSLT 1 lacks."""
    rules = (SCHEMAS / "erms_v3.sch").read_bytes().replace(b'queryBinding="xslt2"', b'queryBinding="xslt"')
    return isoschematron.Schematron(etree.fromstring(rules))


def attributes_declared(path: Path) -> Iterator[str]:
    """Return E-ARK's attributes in a METS file, as `name=value`."""
    for element in parse(path).iter():
        for name, value in element.attrib.items():
            if "CSIPExtensionMETS" in name:
                yield f"{etree.QName(name).localname}={value}"


def test_erms_is_valid_by_schema_and_schematron(case: Case, tmp_path: Path, archivist: User) -> None:
    package = delivered(case, tmp_path, archivist)

    document = parse(package / "representations/rep1/data/erms.xml")

    erms = schema("ERMS_v3.xsd")
    assert erms.validate(document), erms.error_log
    rules = schematron()
    assert rules.validate(document), rules.error_log


def test_the_checks_of_erms_can_fail(case: Case, tmp_path: Path, archivist: User) -> None:
    document = parse(delivered(case, tmp_path, archivist) / "representations/rep1/data/erms.xml")
    date_element = document.find(".//erms:aggregation/erms:dates/erms:date", NAMESPACES)
    date_element.set("dateType", "other")
    assert not schematron().validate(document)

    date_element.set("dateType", "someday")
    assert not schema("ERMS_v3.xsd").validate(document)


@pytest.mark.parametrize("path", ["METS.xml", "representations/rep1/METS.xml"])
def test_mets_is_valid(case: Case, tmp_path: Path, archivist: User, path: str) -> None:
    package = delivered(case, tmp_path, archivist)

    mets = schema("mets.xsd")
    document = parse(package / path)

    assert mets.validate(document), mets.error_log
    extension = parse(SCHEMAS / "DILCISExtensionMETS.xsd")
    for said in attributes_declared(package / path):
        name, value = said.split("=", 1)
        declared = extension.xpath(
            f"//xs:attribute[@name='{name}']//xs:enumeration/@value",
            namespaces={"xs": "http://www.w3.org/2001/XMLSchema"},
        )
        assert value in declared


def eark_findings(package: Path) -> Any:
    result = subprocess.run(
        [sys.executable, Path(__file__).with_name("eark_report.py"), package],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(EARK)},
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_eark_validator_finds_only_what_is_known(case: Case, tmp_path: Path, archivist: User) -> None:
    package = delivered(case, tmp_path, archivist)

    assert eark_findings(package) == KNOWN_FINDINGS


def test_eark_validator_finds_more_in_a_package_that_is_wrong(case: Case, tmp_path: Path, archivist: User) -> None:
    package = delivered(case, tmp_path, archivist)
    mets = package / "METS.xml"
    mets.write_text(mets.read_text().replace('LABEL="CSIP"', 'LABEL="X"').replace('OBJID="', 'ID="'))

    found = eark_findings(package)

    assert {"ERROR CSIP1", "ERROR CSIP82"} <= set(found["schematron"]) - set(KNOWN_FINDINGS["schematron"])


def test_every_file_is_listed_with_its_checksum_and_no_other(case: Case, tmp_path: Path, archivist: User) -> None:
    package = delivered(case, tmp_path, archivist)

    listed = {}
    for mets in (package / "METS.xml", package / "representations/rep1/METS.xml"):
        for element in parse(mets).iterfind(".//mets:file", NAMESPACES):
            path = mets.parent / element[0].get(f"{{{NAMESPACES['xlink']}}}href")
            listed[path] = (element.get("CHECKSUM"), int(element.get("SIZE")))
    on_disk = {path for path in package.rglob("*") if path.is_file()} - {package / "METS.xml"}

    assert set(listed) == on_disk
    assert listed == {path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size) for path in on_disk}


def test_package_holds_what_came_in_under_safe_names(case: Case, tmp_path: Path, archivist: User) -> None:
    package = delivered(case, tmp_path, archivist)

    folder = package / f"representations/rep1/data/appendices/RUS-{case.year}-0001-1"
    intake = case.records.get().intake
    assert sorted(path.name for path in folder.iterdir()) == ["01.pdf", "02", "arrival.json", "text.txt"]
    assert (folder / "01.pdf").read_bytes() == b"%PDF-1.4"
    assert (folder / "arrival.json").read_bytes() == bytes(intake.raw)
    assert [path.name for path in tmp_path.iterdir()] == [package.name]


def test_erms_tells_protection_secrecy_and_disposal(case: Case, tmp_path: Path, archivist: User) -> None:
    document = parse(delivered(case, tmp_path, archivist) / "representations/rep1/data/erms.xml")

    def texts(path: str) -> list[str]:
        return [element.text for element in document.iterfind(f".//erms:aggregation/{path}", NAMESPACES)]

    assert texts("erms:restriction/erms:regulation") == ["OSL 21 kap. 1 §"]
    assert texts("erms:record/erms:agents/erms:agent[erms:protectedIdentity='true']/erms:name") == ["Skyddad"]
    assert texts("erms:disposal/erms:disposalMandate")[0].endswith("1: Plan RUN 2026/0001")
    ends = texts("erms:disposal/erms:dates/erms:disposalDate[@dateType='retention_period_end']")
    assert ends[0].startswith(str(case.closed_at.year + 10))  # type: ignore[union-attr]
    assert texts("erms:record/erms:title") == ["Bredband \ufffd& fiber"]
    assert texts("erms:agents/erms:agent[@agentType='responsible_person']/erms:name") == ["Hanna Handläggare"]
    names = [element.get("name") for element in document.iterfind(".//erms:appendix", NAMESPACES)]
    assert names == ["arrival.json", "text.txt", "Bilaga å.PDF", "utan ändelse"]


def test_delivery_is_noted_with_its_events(case: Case, tmp_path: Path, archivist: User) -> None:
    package = delivered(case, tmp_path, archivist)

    case.refresh_from_db()
    delivery = Delivery.objects.get()
    assert (case.status, list(delivery.cases.all())) == (Case.Status.DELIVERED, [case])
    assert delivery.checksum == hashlib.sha256((package / "METS.xml").read_bytes()).hexdigest()
    assert case.events.filter(kind=Event.Kind.DELIVERED, actor=archivist.username).count() == 1
    assert list(find_faults()) == []


def test_several_cases_share_a_package(case: Case, tmp_path: Path, archivist: User) -> None:
    other = make_case(Case.Status.CLOSED)

    package = tmp_path / deliver_cases(list(find_deliverable_cases()), tmp_path, archivist, progress=[].append).package

    document = parse(package / "representations/rep1/data/erms.xml")
    numbers = [element.text for element in document.iterfind(".//erms:aggregation/erms:objectId", NAMESPACES)]
    assert numbers == [case.registration_number, other.registration_number]
    assert schema("ERMS_v3.xsd").validate(document)


# Refused -----------------------------------------------------------------------------------------------


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [flip, shorten, Path.unlink], ids=["flipped", "short", "missing"])
def test_a_damaged_file_is_named_and_nothing_is_delivered(
    case: Case, tmp_path: Path, archivist: User, damage: Any
) -> None:
    file = File.objects.order_by("pk")[0]
    damage(Path(storages["private"].path(file.file.name)))

    with pytest.raises(RefusedError, match=r"Bilaga å\.PDF"):
        deliver_cases([case], tmp_path / "out", archivist, progress=[].append)

    case.refresh_from_db()
    assert (case.status, Delivery.objects.count()) == (Case.Status.CLOSED, 0)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_checksum_is_that_of_the_arrival_not_of_the_copy(case: Case, tmp_path: Path, archivist: User) -> None:
    Case.objects.filter(pk=case.pk).update(title="x")
    intake = case.records.get().intake
    intake.raw = bytes(intake.raw) + b" "
    from registry.archive import content

    with pytest.raises(RefusedError):
        content._copy_arrival(case.records.get(), intake, Path(), tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize("scan", [File.Scan.PENDING, File.Scan.INFECTED])
def test_what_may_hold_a_virus_is_not_delivered(case: Case, tmp_path: Path, archivist: User, scan: str) -> None:
    File.objects.filter(intake__record__case=case).update(scan=scan)

    with pytest.raises(RefusedError, match=r"Bilaga å\.PDF"):
        deliver_cases([case], tmp_path, archivist, progress=[].append)

    assert list(tmp_path.iterdir()) == []


def test_a_case_that_has_moved_on_takes_its_package_away(
    case: Case, tmp_path: Path, archivist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = service.build_package

    def meanwhile(*arguments: Any) -> Path:
        built = real(*arguments)
        write_note(case, "Ett tillägg.", archivist)
        return built

    monkeypatch.setattr(service, "build_package", meanwhile)

    with pytest.raises(StaleCaseError):
        deliver_cases([case], tmp_path, archivist, progress=[].append)

    assert (list(tmp_path.iterdir()), Delivery.objects.count()) == ([], 0)


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.OFFICER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_only_the_archivist_delivers(case: Case, tmp_path: Path, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        deliver_cases([case], tmp_path, make_user(role), progress=[].append)

    assert list(tmp_path.iterdir()) == []


def test_years_after_a_leap_day() -> None:
    from registry.archive.erms import add_years

    assert add_years(datetime(2024, 2, 29, 12, tzinfo=UTC), 1).date() == date(2025, 2, 28)
