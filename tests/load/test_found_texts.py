"""What is told of the texts of editors: those that are lost, not kept or written over, and no others."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from tests.load.found_texts import FoundTexts, State

HERS, HIS = f"m{1:032x}", f"m{2:032x}"


def an_editor(login: str, own: str, seen: str = "", saved: str = "", status: int = 302) -> Any:
    marks: dict[str, Any] = {"own": {own}, "sent": {own}, "seen": {seen} - {""}, "saved": {saved} - {""}}
    return SimpleNamespace(login=login, broken=[], statuses=Counter([status]), **marks)


def find(**given: Any) -> FoundTexts:
    revisions = {7: [State("anna", {"summary_sv": HERS}), State("peter", {"summary_sv": HIS})]}
    places: dict[str, Any] = {"published": {HIS}, "history": {HERS, HIS}, "drafts": set(), "returned": set()}
    return FoundTexts(**places | {"revisions": revisions} | given)


def test_texts_that_are_kept_and_were_shown_are_all_right() -> None:
    editors = [an_editor("anna", HERS, saved=HERS), an_editor("peter", HIS, seen=HERS, saved=HIS)]

    assert list(find().find_broken(editors)) == []
    assert find().describe(editors) == "2 texts: 1 published, 1 history, 0 drafts, 0 returned, 0 nowhere"


@pytest.mark.parametrize("place", ["drafts", "returned"])
def test_a_text_that_was_not_saved_may_be_in_a_draft_or_on_a_page(place: str) -> None:
    found = find(revisions={}, history={HIS}, **{place: {HERS}})

    assert list(found.find_broken([an_editor("anna", HERS)])) == []
    told = list(found.find_broken([an_editor("anna", HERS, saved=HERS)]))
    assert told == [f"saved but not kept: anna saved {HERS}"]


def test_a_lost_text_is_told() -> None:
    assert list(find(revisions={}, history=set()).find_broken([an_editor("anna", HERS)])) == [f"lost: anna sent {HERS}"]


def test_writing_over_what_one_was_not_shown_is_told() -> None:
    editors = [an_editor("anna", HERS), an_editor("peter", HIS)]

    assert list(find().find_broken(editors)) == [f"written over: {HERS} in summary_sv of 7 by peter"]


@pytest.mark.parametrize(
    ("status", "told"), [(500, ["anna: 1 × status 500"]), (0, ["anna: 1 × status none"]), (503, [])]
)
def test_errors_are_told_and_a_busy_portal_is_none(status: int, told: list[str]) -> None:
    editor = an_editor("anna", HERS, status=status)

    assert list(find(revisions={}).find_broken([editor])) == told
