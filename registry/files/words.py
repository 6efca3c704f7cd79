"""Extract the text of a file: `python -m registry.files.words TYPE < FILE > TEXT`.

Runs as a process of its own with limited memory and time, since the file may be made to attack its reader. Needs
neither Django nor the database.
"""

import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

CHARACTERS_AT_MOST = 500_000
MEMORY_AT_MOST = 1024 * 2**20
CPU_SECONDS_AT_MOST = 20
PART_AT_MOST = 50 * 2**20
PARTS_AT_MOST = 500
PAGES_AT_MOST = 2_000
OFFICE_TEXTS = ("word/", "xl/sharedStrings", "xl/worksheets/", "ppt/slides/", "ppt/notesSlides/", "content.xml")
"""Where Office Open XML (ISO/IEC 29500) and OpenDocument (ISO/IEC 26300) keep their text."""
BREAKS = {"p", "h", "si", "c", "tab", "br", "line-break"}
"""Elements after which a new word begins; a run (`w:t`) may end in the middle of one."""


BROKEN = re.compile(r"[\ufffe\x02]\s*(?=(\w?))")
"""pdfium's mark for a word broken over two lines."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_AT_MOST, MEMORY_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_AT_MOST, CPU_SECONDS_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    words = extract_words(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.buffer.write(words.encode(errors="ignore"))


def extract_words(content: bytes, content_type: str) -> str:
    """Return the text of a file, in reading order as far as the format tells."""
    if content_type == "application/pdf":
        pieces = _pdf(content)
    elif content_type == "text/plain":
        pieces = iter([content.decode(errors="replace")])
    else:
        pieces = _office(content)
    text, length = [], 0
    for piece in pieces:
        text.append(piece)
        length += len(piece) + 1
        if length > CHARACTERS_AT_MOST:
            break
    return BROKEN.sub(_joint, " ".join(text)).replace("\0", " ")[:CHARACTERS_AT_MOST]


def _joint(found: re.Match[str]) -> str:
    """Join two halves, keeping a hyphen that may belong to the word."""
    return "" if found[1].islower() else "-"


def _pdf(content: bytes) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for number in range(min(len(document), PAGES_AT_MOST)):
        yield document[number].get_textpage().get_text_range()


def _office(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith(OFFICE_TEXTS) and name.endswith(".xml")]
        for name in names[:PARTS_AT_MOST]:
            with archive.open(name) as part:
                yield _text_of_xml(part.read(PART_AT_MOST))


def _text_of_xml(content: bytes) -> str:
    """Return all character data. Document types are refused: entities could expand without end."""
    pieces: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.CharacterDataHandler = pieces.append
    parser.StartDoctypeDeclHandler = _refuse
    parser.EndElementHandler = lambda name: pieces.append(" ") if name.rpartition(":")[2] in BREAKS else None
    parser.Parse(content, True)  # noqa: FBT003
    return " ".join("".join(pieces).split())


def _refuse(*_declaration: object) -> None:
    raise ValueError("a document type declaration")


if __name__ == "__main__":
    main()
