import io
import zipfile

import pytest

from files.media_types import detect_type

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*names: str, mimetype: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "<x/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("Hej på dig".encode(), "text/plain"),
        (archive("[Content_Types].xml", "word/document.xml"), WORD),
        (
            archive("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (archive("setup.exe"), None),
        (archive("content.xml", mimetype="text/html"), None),
        (archive("word/document.xml")[:-10], None),
        (b"PK\x03\x04broken", None),
        (b"MZ\x90\x00\x03", None),
        (b"<!doctype html><script>alert(1)</script>", None),
        (b"\xef\xbb\xbf <svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"\xff\xfe\x00latin", None),
        (b"text\x00with nul", None),
        (b"", None),
    ],
)
def test_detect_judges_by_content(content: bytes, expected: str | None) -> None:
    stream = io.BytesIO(content)

    assert detect_type(stream) == expected
    assert stream.tell() == 0
