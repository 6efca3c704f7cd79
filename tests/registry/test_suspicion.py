"""Reasons for quarantine, and a proof of work that is valid once and never required."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from altcha.v1 import Challenge, solve_challenge
from django.core.cache import cache
from django.test import Client

from registry.models import Intake
from registry.public import proof
from registry.public.proof import Proof, judge_proof, make_challenge
from tests.contacts.test_contact_form import token_in
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
LINKS = "Se https://example.com " * 5


@pytest.fixture(autouse=True)
def _few_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "NUMBERS", 50)
    cache.clear()
    make_staff(slug="registrator", name="Registrator", email="registrator@example.org", is_registrar=True)


def solved(challenge: str, **changed: Any) -> str:
    """Return what the page's script sends."""
    given = json.loads(challenge)
    task = Challenge(given["algorithm"], given["challenge"], given["maxNumber"], given["salt"], given["signature"])
    solution = solve_challenge(task.challenge, task.salt, task.algorithm, task.max_number, 0)
    assert solution is not None
    answer = {name: given[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps(answer | {"number": solution.number} | changed).encode()).decode()


def send(client: Client, *, seconds: float, proof: str | None = None, **fields: Any) -> Intake:
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=seconds), tick=False):
        page = client.get("/kontakt/").content.decode()
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found
    given = solved(unescape(found[1])) if proof is None else proof
    data = {"subject": "Hej", "message": "Text", "token": token_in(page), "proof": given, **fields}
    assert client.post("/kontakt/", data).status_code == 303
    return Intake.objects.latest("pk")


def test_solution_is_right_once() -> None:
    payload = solved(make_challenge())

    assert [judge_proof(payload, "a"), judge_proof(payload, "a"), judge_proof(payload, "b")] == [
        Proof.RIGHT,
        Proof.RIGHT,
        Proof.WRONG,
    ]


def test_solution_expires() -> None:
    with time_machine.travel(datetime.now(UTC) - proof.LASTS - timedelta(seconds=5), tick=False):
        challenge = make_challenge()

    assert judge_proof(solved(challenge), "a") is Proof.WRONG


@pytest.mark.parametrize("payload", ["x", "e30=", "W10=", "MQ==", "å", "\0", "bnVsbA==", "A" * 100_000])
def test_nonsense_is_a_wrong_solution(payload: str) -> None:
    assert judge_proof(payload, "a") is Proof.WRONG


@pytest.mark.parametrize("changed", [{"number": 10**9}, {"signature": "0" * 64}, {"salt": "ab?expires=9999999999&"}])
def test_forged_solution_is_wrong(changed: dict[str, Any]) -> None:
    assert judge_proof(solved(make_challenge(), **changed), "a") is Proof.WRONG


def test_right_solution_excuses_haste_and_links(client: Client) -> None:
    assert send(client, seconds=0, message=LINKS).state == Intake.State.REGISTERED


@pytest.mark.parametrize(
    ("seconds", "given", "fields", "state"),
    [
        (0, "", {}, "quarantined"),
        (10, "", {}, "registered"),
        (10, "wrong", {}, "registered"),
        (10, "", {"message": LINKS}, "registered"),
        (10, "wrong", {"message": LINKS}, "quarantined"),
        (0, None, {"website": "x"}, "quarantined"),
    ],
    ids=["hasty", "without scripts", "wrong", "links", "links and wrong", "bait, in spite of the proof"],
)
def test_signs_add_up(client: Client, seconds: float, given: str | None, fields: dict[str, str], state: str) -> None:
    intake = send(client, seconds=seconds, proof=given, **fields)

    assert intake.state == state
    assert bool(intake.reason) is (state == "quarantined")
