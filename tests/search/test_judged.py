"""Judged questions to the demo's texts: the right answer is among the first three, nearly always."""

import pytest

from rus_portal.demo.loader import load_content
from search.indexing import index_due
from search.models import SearchEntry
from tests.search.judgement import indexed_names, judged, ours, plain, read_pages, tally

pytestmark = pytest.mark.django_db


def _silent(_words: str) -> None: ...


@pytest.fixture
def demo():
    load_content(_silent)
    read_pages()
    index_due()


def test_search_answers_the_judged_questions_in_the_first_three(demo, capsys):
    questions = judged()
    names = indexed_names()
    known = {names[row] for row in SearchEntry.objects.values_list("kind", "object_id")}
    assert [name for one in questions for name in one.right if name not in known] == []
    tuned = [one for one in questions if not one.is_held_out]
    held_out = [one for one in questions if one.is_held_out]

    answered = {name: tally(some, ours) for name, some in (("tuned on", tuned), ("held out", held_out))}
    beside = {name: tally(some, plain(names)) for name, some in (("tuned on", tuned), ("held out", held_out))}

    with capsys.disabled():
        print()
        for name, result in answered.items():
            print(f"Judged questions, {name}: the search {result}, plain to_tsvector {beside[name]}")
            print("".join(f"  missed {line}\n" for line in result.missed), end="")
    assert len(questions) >= 60
    assert all(result.share >= 0.95 for result in answered.values()), answered
