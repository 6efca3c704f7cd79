"""Detection of a file's type by its content. Runs in the sandbox."""

import os
import zipfile
from typing import IO

from files import archives, media_types
from files.extraction.facts import Facts, RefusedError

PDF_HEADER = b"%PDF-"
HEADER_WITHIN = 1024
"""PDF readers accept the header this far in (ISO 32000-1, annex H.3.4.1), so a file may be two things at once."""
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Office files before 2007, and newer ones that are encrypted ([MS-CFB])."""
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
COMPOUND_LOOKED_AT = 2**20
LIST_AT_MOST = 4 * archives.MEBIBYTE
LIST_END_WITHIN = 22 + 2**16


def read_facts(path: str) -> Facts:
    """Return the facts of the file. Raise `RefusedError` for one that is not accepted."""
    with open(path, "rb") as stream:  # noqa: PTH123 - a stream is what the archive wants
        start = stream.read(HEADER_WITHIN)
        if not start:
            raise RefusedError("empty")
        if start.startswith(PDF_HEADER):
            if _is_archive_too(path):
                raise RefusedError("two_things")
            from files.extraction.pdf import read_pdf_facts

            return read_pdf_facts(path)
        if PDF_HEADER in start:
            raise RefusedError("two_things")
        if start.startswith(COMPOUND):
            stream.seek(0)
            is_locked = ENCRYPTED_PACKAGE in stream.read(COMPOUND_LOOKED_AT)
            raise RefusedError("encrypted" if is_locked else "old_office")
        if not start.startswith(archives.ZIP_START):
            raise RefusedError("not_taken")
    return _office(path)


def _is_archive_too(path: str) -> bool:
    try:
        with zipfile.ZipFile(path):
            return True
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return False


def _office(path: str) -> Facts:
    from files.extraction.office import READERS, read_office_facts

    with open(path, "rb") as stream:  # noqa: PTH123
        if _size_of_list(stream) > LIST_AT_MOST:
            raise RefusedError("too_many_objects")
        media_type = media_types.detect_type(stream)
        if media_type is None:
            raise RefusedError(_why_no_office_file(path))
        if media_type not in READERS:
            raise RefusedError("not_taken")
        if fault := archives.find_untranslated_fault(stream):
            raise RefusedError("broken_office", fault)
        return read_office_facts(stream, media_type)


def _size_of_list(stream: IO[bytes]) -> int:
    """Return the declared size of the archive's central directory (APPNOTE 4.3.16), without reading it."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - LIST_END_WITHIN))
    tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[place + 12 : place + 16], "little") if place >= 0 else 0


def _why_no_office_file(path: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return "broken"
    return "macros" if any("vbaproject" in name for name in names) else "not_taken"
