"""METS by E-ARK CSIP and SIP 2.1 (FGS Paketstruktur): the files of the package with their checksums."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from django.conf import settings

from language.characters import make_writable
from registry.archive.erms import SOFTWARE
from registry.archive.xml import XSI, add_element, format_time

METS = "http://www.loc.gov/METS/"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
XLINK = "http://www.w3.org/1999/xlink"
ET.register_namespace("mets", METS)
ET.register_namespace("csip", CSIP)
ET.register_namespace("xlink", XLINK)
CONTENT_TYPE = "citserms_v3_0"
PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
VERSION = "1.0"


@dataclass(frozen=True)
class Listed:
    """A file as METS lists it; the path is relative to the METS file."""

    path: str
    content_type: str
    size: int
    checksum: str


@dataclass(frozen=True)
class Group:
    """A part of the package with its files. The file of a representation is its own METS file."""

    label: str
    files: list[Listed]
    is_representation: bool = False


def list_file(root: Path, path: Path, content_type: str) -> Listed:
    """List a file that we have written; others are listed with the checksum from their arrival."""
    with path.open("rb") as content:
        checksum = hashlib.file_digest(content, "sha256").hexdigest()
    return Listed(path.relative_to(root).as_posix(), content_type, path.stat().st_size, checksum)


def make_mets(name: str, groups: Iterable[Group], made_at: datetime, schemas: str) -> ET.Element:
    """Return the METS document of a package or representation. `schemas` is the path to the schemas."""
    root = ET.Element(f"{{{METS}}}mets", {"OBJID": make_writable(name), "TYPE": "Datasets", "PROFILE": PROFILE})
    root.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", CONTENT_TYPE)
    root.set(f"{{{XSI}}}schemaLocation", f"{METS} {schemas}/mets.xsd {CSIP} {schemas}/DILCISExtensionMETS.xsd")
    _add_header(root, made_at)
    section = add_element(root, "fileSec", ID=_identifier())
    structure = add_element(root, "structMap", ID=_identifier(), TYPE="PHYSICAL", LABEL="CSIP")
    top = add_element(structure, "div", ID=_identifier(), LABEL=name)
    add_element(top, "div", ID=_identifier(), LABEL="Metadata")
    for group in groups:
        _add_group(section, top, group, made_at)
    return root


def _add_header(root: ET.Element, made_at: datetime) -> None:
    """Add the agents: the software, the authority whose archive it is, and the authority that delivers."""
    header = add_element(root, "metsHdr", CREATEDATE=format_time(made_at), RECORDSTATUS="NEW")
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", "SIP")
    number = f"ORG:{settings.REGION_ORGANISATION_NUMBER.replace('-', '')}"
    agents = [
        ({"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}, SOFTWARE, VERSION, "SOFTWARE VERSION"),
        ({"ROLE": "ARCHIVIST", "TYPE": "ORGANIZATION"}, settings.REGION_NAME, number, "IDENTIFICATIONCODE"),
        ({"ROLE": "CREATOR", "TYPE": "ORGANIZATION"}, settings.REGION_NAME, number, "IDENTIFICATIONCODE"),
    ]
    for attributes, name, note, kind in agents:
        agent = add_element(header, "agent", **attributes)
        add_element(agent, "name", name)
        add_element(agent, "note", note).set(f"{{{CSIP}}}NOTETYPE", kind)


def _add_group(section: ET.Element, top: ET.Element, group: Group, made_at: datetime) -> None:
    """Add the files of a part, and its place in the structure."""
    identifier = _identifier()
    element = add_element(section, "fileGrp", ID=identifier, USE=group.label)
    if group.is_representation or group.label == "Data":
        element.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", CONTENT_TYPE)
    for file in group.files:
        listed = add_element(
            element,
            "file",
            ID=_identifier(),
            MIMETYPE=file.content_type or "application/octet-stream",
            SIZE=file.size,
            CREATED=format_time(made_at),
            CHECKSUM=file.checksum,
            CHECKSUMTYPE="SHA-256",
        )
        _point_at(add_element(listed, "FLocat", LOCTYPE="URL"), file.path)
    division = add_element(top, "div", ID=_identifier(), LABEL=group.label)
    if group.is_representation:
        pointer = add_element(division, "mptr", LOCTYPE="URL")
        _point_at(pointer, group.files[0].path)
        pointer.set(f"{{{XLINK}}}title", identifier)
    else:
        add_element(division, "fptr", FILEID=identifier)


def _point_at(element: ET.Element, path: str) -> None:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", make_writable(path))


def _identifier() -> str:
    return f"uuid-{uuid.uuid4()}"
