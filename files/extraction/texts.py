"""The text of a file's pages, cleaned up. Runs in the sandbox."""

from collections.abc import Iterator

from files.extraction.text_cleanup import clean_lines, rebuild_paragraphs
from files.media_types import PDF

CHARACTERS_AT_MOST = 1_000_000
"""On one page: a Word file is a single page."""
CHARACTERS_A_BATCH = 2_000_000


def read_texts(path: str, media_type: str, first: int, count: int) -> Iterator[dict[str, int | str]]:
    """Yield the number of pages, then number and text of some, from `first`; fewer than `count` if they are long."""
    of, pages = _raw(path, media_type, first, count)
    yield {"of": of}
    length = 0
    clean = rebuild_paragraphs if media_type == PDF else clean_lines
    for number, raw in pages:
        text = clean(raw[:CHARACTERS_AT_MOST])
        yield {"page": number, "text": text}
        length += len(text)
        if length > CHARACTERS_A_BATCH:
            return


def _raw(path: str, media_type: str, first: int, count: int) -> tuple[int, Iterator[tuple[int, str]]]:
    if media_type == PDF:
        from files.extraction.pdf import read_pdf_texts

        return read_pdf_texts(path, first, count)
    from files.extraction.office import read_office_texts

    return read_office_texts(path, media_type, first, count)
