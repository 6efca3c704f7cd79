"""Checks of zip archives, Office files included, by reading every member: their listings can lie.

ClamAV passes a small archive with a member too large for it, and one whose end is missing.
"""

import zipfile
import zlib
from typing import IO

from files.media_types import OFFICE_OPEN_XML, OPEN_DOCUMENT

MEBIBYTE = 2**20
MEMBERS_AT_MOST = 5_000
UNPACKED_AT_MOST = 200 * MEBIBYTE
RATIO_AT_MOST = 200
RATIO_COUNTS_FROM = 10 * MEBIBYTE
"""Empty sheets and white pictures compress well: smaller ones do no harm."""
CHUNK = 64 * 1024
ZIP_START = b"PK\x03\x04"
ARCHIVE_STARTS = (ZIP_START, b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
EMBEDDED_OFFICE = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")
"""Archives that a document may embed, such as a sheet in a report. All others are refused."""


def gettext_noop(message: str) -> str:
    """Mark a message for translation. Django's own would double the time in which the sandbox starts."""
    return message


def is_archive(content_type: str) -> bool:
    """Whether files of this type are zip archives."""
    return content_type.startswith((OFFICE_OPEN_XML, OPEN_DOCUMENT, "application/zip"))


def find_fault(stream: IO[bytes], content_type: str) -> str:
    """Return what is wrong with an archive, translated; empty for a sound one and for other files."""
    from django.utils.translation import gettext  # not needed by the sandbox

    found = find_untranslated_fault(stream) if is_archive(content_type) else ""
    return gettext(found) if found else ""


def find_untranslated_fault(stream: IO[bytes]) -> str:
    """Return what is wrong with an archive as a msgid, for processes without settings."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return _fault_of_listing(archive) or _fault_of_contents(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return gettext_noop("it is damaged or encrypted")


def _fault_of_listing(archive: zipfile.ZipFile) -> str:
    members = archive.infolist()
    if len(members) > MEMBERS_AT_MOST:
        return gettext_noop("it has too many parts")
    if len({member.filename for member in members}) < len(members):
        return gettext_noop("it has two parts with the same name")
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
            return gettext_noop("one of its parts has an unsafe name")
    return ""


def _fault_of_contents(archive: zipfile.ZipFile) -> str:
    """Read every member and count the real size: the listing holds what the sender wrote."""
    packed, unpacked = sum(member.compress_size for member in archive.infolist()), 0
    for member in archive.infolist():
        start = b""
        with archive.open(member) as content:
            while chunk := content.read(CHUNK):
                start = start or chunk[:8]
                unpacked += len(chunk)
                if unpacked > UNPACKED_AT_MOST or _swells(packed, unpacked):
                    return gettext_noop("it unpacks to far more data than a document needs")
        if start.startswith(ARCHIVE_STARTS) and not _may_be_inside(member.filename, start):
            return gettext_noop("it contains another archive")
    return ""


def _swells(packed: int, unpacked: int) -> bool:
    return unpacked > RATIO_COUNTS_FROM and unpacked > RATIO_AT_MOST * max(packed, 1)


def _may_be_inside(name: str, start: bytes) -> bool:
    return start.startswith(ZIP_START) and name.lower().endswith(EMBEDDED_OFFICE)
