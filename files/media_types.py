"""File types detected by content, never by name or declared type.

Only a few types are accepted, so a short table is better than a general detector.
"""

import zipfile
from typing import IO

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TEXT = "text/plain"
OFFICE_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = f"{OFFICE_OPEN_XML}wordprocessingml.document"
XLSX = f"{OFFICE_OPEN_XML}spreadsheetml.sheet"
PPTX = f"{OFFICE_OPEN_XML}presentationml.presentation"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
ODT = f"{OPEN_DOCUMENT}text"
ODS = f"{OPEN_DOCUMENT}spreadsheet"
ODP = f"{OPEN_DOCUMENT}presentation"
SIGNATURES = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
OFFICE_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
TEXT_CONTROLS = {9, 10, 12, 13}
CHUNK = 64 * 1024


def detect_type(stream: IO[bytes]) -> str | None:
    """Return the media type, None for a type that is not accepted, and rewind the stream."""
    stream.seek(0)
    head = stream.read(8)
    for signature, media_type in SIGNATURES.items():
        if head.startswith(signature):
            found: str | None = media_type
            break
    else:
        found = _office_type(stream) if head.startswith(b"PK\x03\x04") else _text_type(stream)
    stream.seek(0)
    return found


def _office_type(stream: IO[bytes]) -> str | None:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if any("vbaProject" in name for name in names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:  # noqa: PLR2004
                declared = archive.read("mimetype").decode(errors="replace")
                return declared if declared in (ODT, ODS, ODP) else None
            if "[Content_Types].xml" in names:
                return next((media_type for part, media_type in OFFICE_PARTS.items() if part in names), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        pass
    return None


def _text_type(stream: IO[bytes]) -> str | None:
    """Plain text: UTF-8 throughout, no control characters, and not markup that a browser might run."""
    stream.seek(0)
    content = stream.read()
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    controls = any(byte < 32 and byte not in TEXT_CONTROLS for byte in content)  # noqa: PLR2004
    return None if controls or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or not content else TEXT
