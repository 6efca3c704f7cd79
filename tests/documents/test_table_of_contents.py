"""The table of contents on a document's page: to the second level, never too long."""

import pytest
from django.test import Client

from documents.models import DocumentVersion
from documents.table_of_contents import LONG, ROWS_AT_MOST, Chapter, build_contents
from tests import factories

OUTLINE = [[0, "Syfte", 1], [0, "Mål", 2], [1, "Skog", 2], [2, "Träd", 3], [1, "Hav", 4], [0, "Till sist", 5]]


def shape(outline: object, pages: int | None = 5) -> list[object]:
    """The chapters as (title, page), each followed by a list of its sections, if it has any."""

    def told(chapters: list[Chapter]) -> list[object]:
        rows: list[object] = []
        for chapter in chapters:
            rows.append((chapter.title, chapter.page))
            if chapter.sections:
                rows.append(told(chapter.sections))
        return rows

    return told(build_contents(outline, pages).chapters)


def test_contents_nest_to_the_second_level() -> None:
    assert shape(OUTLINE) == [("Syfte", 1), ("Mål", 2), [("Skog", 2), ("Hav", 4)], ("Till sist", 5)]
    assert build_contents(OUTLINE, 5).is_cut


@pytest.mark.parametrize(
    ("outline", "expected"),
    [
        ([[1, "Först djupt", 1], [0, "Sedan ytterst", 2]], [("Först djupt", 1), ("Sedan ytterst", 2)]),
        ([[3, "Allt", 1], [4, "är djupt", 2]], [("Allt", 1), [("är djupt", 2)]]),
        ([[0, "Bortom slutet", 6], [0, "Före början", 0], [0, "Ingenstans", None]],
         [("Bortom slutet", None), ("Före början", None), ("Ingenstans", None)]),
        ([[0, "  Två \n rader ", 1], [0, " ", 2]], [("Två rader", 1)]),
        ([["0", "Fel", 1], [0, 7, 1], [0], "skräp", None, [0, "Rätt", 1]], [("Rätt", 1)]),
        ({"inte": "en lista"}, []),
        (None, []),
    ],
)  # fmt: skip
def test_contents_survive_what_files_say(outline: object, expected: list[object]) -> None:
    assert shape(outline) == expected


def test_many_sections_are_left_out_and_many_chapters_cut() -> None:
    with_sections = [[level, f"{number}.{level}", 1] for number in range(60) for level in (0, 1)]
    only_chapters = [[0, f"{number}", 1] for number in range(ROWS_AT_MOST + 1)]

    without, cut = build_contents(with_sections, 1), build_contents(only_chapters, 1)

    assert [(chapter.title, chapter.sections) for chapter in without.chapters[:2]] == [("0.0", []), ("1.0", [])]
    assert (without.rows, without.is_cut) == (60, True)
    assert (cut.rows, cut.is_cut) == (ROWS_AT_MOST, True)
    assert not build_contents(only_chapters[:-1], 1).is_cut


@pytest.mark.django_db
def test_page_with_the_longest_contents_weighs_no_more_than_others_may(client: Client) -> None:
    document = factories.make_document(slug="d" * 80)
    rows = [[0, f"{number} " + "<å&" * 200, 1] for number in range(5_000)]
    DocumentVersion.objects.update(outline=rows)

    page = client.get(document.get_absolute_url()).content

    assert page.count(b"#page=1") == ROWS_AT_MOST
    assert len(page) < 100_000  # before compression
    assert LONG < ROWS_AT_MOST
    assert b"<details" in page
