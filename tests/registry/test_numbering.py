"""Registration numbers: each once, without gaps, readable both ways."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.models import Case, Intake, Series
from registry.search import NUMBER
from registry.services import registration
from registry.verification import find_faults
from tests.factories import make_message

quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ACTS = st.lists(st.sampled_from(["register", "fail", "repeat", "quarantine", "release"]), max_size=12)


class InjectedError(Exception):
    """Any error after the number was taken."""


def fail(*_given: object, **_more: object) -> None:
    raise InjectedError


@pytest.mark.django_db
@quick
@given(acts=ACTS)
def test_any_mix_of_acts_leaves_each_number_once_without_a_gap(acts: list[str]) -> None:
    with transaction.atomic():
        expected, last = 0, None
        for act in acts:
            if act == "register":
                last = make_message()
                registration.receive_message(last)
                expected += 1
            elif act == "repeat" and last:
                registration.receive_message(last)
            elif act == "fail":
                with pytest.MonkeyPatch.context() as patch, pytest.raises(InjectedError):
                    patch.setattr(registration, "queue_dispatches", fail)
                    registration.receive_message(make_message())
            elif act == "quarantine":
                registration.receive_message(make_message(), quarantine_reason="Prov")
            elif act == "release" and (waiting := Intake.objects.filter(state="quarantined").first()):
                registration.register_waiting(waiting, actor="registrator")
                expected += 1

        assert sorted(Case.objects.values_list("number", flat=True)) == list(range(1, expected + 1))
        assert list(find_faults()) == []
        transaction.set_rollback(True)


@quick
@given(
    code=st.from_regex(r"[A-ZÅÄÖ]{1,10}", fullmatch=True), year=st.integers(2000, 2999), number=st.integers(1, 99_999)
)
def test_a_written_number_is_found_again(code: str, year: int, number: int) -> None:
    written = Case(series=Series(code=code), year=year, number=number).registration_number

    dashed = written.replace("/", "-")
    spellings = [
        written,
        written.lower(),
        written.replace(" ", ""),
        f"  {written}-1 ",
        written.split()[1],
        f"dnr {written}",
    ]
    for spelling in [*spellings, *([dashed, dashed.replace(" ", "-")] if number < 1000 else [])]:
        found = NUMBER.match(spelling)
        assert found
        assert (int(found["year"]), int(found["number"])) == (year, number)
