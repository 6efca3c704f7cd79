"""Thirty judged questions to the registry's search and the public register: exactly the right cases are found.

How cases and questions were made stands in judged.toml. PostgreSQL's own Swedish is asked beside, of the same texts.
"""

import io
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from accounts.roles import Role
from registry.files.text import extract_due_texts
from registry.models import Case
from registry.search import search_cases, search_titles
from registry.services.case_acts import set_title
from registry.services.registration import Attachment
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db
JUDGED = tomllib.loads(Path(__file__).with_name("judged.toml").read_text())
TITLE = ("title",)
EVERYTHING = (
    "title", "records__subject", "records__body", "records__parties__name", "records__parties__email",
    "records__intake__files__original_name", "records__intake__files__text__text",
)  # fmt: skip
Search = Callable[[QuerySet[Case], str], QuerySet[Case]]


def ask_postgresql(*texts: str) -> Search:
    def search(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
        stems = SearchVector(*texts, config="swedish")
        return cases.annotate(stems=stems).filter(stems=SearchQuery(words, config="swedish", search_type="websearch"))

    return search


OURS: dict[str, Search] = {"staff": search_cases, "public": search_titles}
PLAIN: dict[str, Search] = {"staff": ask_postgresql(*EVERYTHING), "public": ask_postgresql(*TITLE)}


@pytest.fixture
def names() -> dict[int, str]:
    """The judged cases, numbered as they stand, by key."""
    registrar = make_user(Role.REGISTRAR)
    made = {}
    with time_machine.travel("2026-03-02T10:00:00+01:00"):
        for row in JUDGED["case"]:
            text = io.BytesIO(row.get("file_text", "").encode())
            files = [Attachment(row["file"], "text/plain", text)] if "file" in row else []
            case = make_case(
                subject=row["subject"], body=row["body"], name=row["sender"], email=row["email"], attachments=files
            )
            made[set_title(case, row["title"], registrar).pk] = row["name"]
    extract_due_texts()
    return made


def find_misjudged(searches: dict[str, Search], names: dict[int, str]) -> list[str]:
    wrong = []
    for one in JUDGED["question"]:
        cases = searches[one.get("by", "staff")](Case.objects.all(), one["ask"])
        found = sorted(names[case.pk] for case in cases)
        if found != sorted(one["right"]):
            wrong.append(f"{one['ask']}: {', '.join(found) or 'nothing'}")
    return wrong


def test_search_finds_exactly_the_right_cases(names: dict[int, str], capsys: pytest.CaptureFixture[str]) -> None:
    questions = JUDGED["question"]
    assert {name for one in questions for name in one["right"]} <= set(names.values())
    assert len(questions) == 30

    wrong, plainly = find_misjudged(OURS, names), find_misjudged(PLAIN, names)

    with capsys.disabled():
        print(
            f"\nJudged questions to the registry: the search {30 - len(wrong)} of 30, plain {30 - len(plainly)} of 30"
        )
        print("".join(f"  missed {line}\n" for line in wrong), end="")
    assert len(wrong) <= 3, wrong
