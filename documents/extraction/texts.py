"""The text of the pages of a file, as it is kept. Runs apart."""

from collections.abc import Iterator

from documents.extraction.text_cleanup import clean_lines, rebuild_paragraphs

CHARACTERS_AT_MOST = 1_000_000
"""Of one page: a Word file is a single one."""
CHARACTERS_A_BATCH = 2_000_000


def read_texts(path: str, media_type: str, first: int, count: int) -> Iterator[dict[str, int | str]]:
    """How many pages there are; then number and text of some, from the first; fewer than asked for if they are long."""
    of, pages = _raw(path, media_type, first, count)
    yield {"of": of}
    said = 0
    tidied = rebuild_paragraphs if media_type == "application/pdf" else clean_lines
    for number, raw in pages:
        text = tidied(raw[:CHARACTERS_AT_MOST])
        yield {"page": number, "text": text}
        said += len(text)
        if said > CHARACTERS_A_BATCH:
            return


def _raw(path: str, media_type: str, first: int, count: int) -> tuple[int, Iterator[tuple[int, str]]]:
    if media_type == "application/pdf":
        from documents.extraction.pdf import read_pdf_texts

        return read_pdf_texts(path, first, count)
    from documents.extraction.office import read_office_texts

    return read_office_texts(path, media_type, first, count)
