"""Nothing protected reaches the public: canaries in every protected field, looked for wherever the public may look.

Public pages of both languages, feeds, files for machines, searches, receipts, mail that leaves, and the logs.
"""

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.roles import Role
from mailroom import outbox
from mailroom.models import OutgoingMail
from registry import day_heads
from registry.models import Answer, Case, CaseKind, Intake, Party, Record
from registry.services import case_acts
from registry.services.registration import Attachment, receive_message
from registry.transitions import Act
from tests import factories
from tests.crawling import Answer as Fetched
from tests.crawling import crawl

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
CANARIES = {
    "name": "Kanarina",
    "address": "kanariepost@example.org",
    "subject": "Kanariesubjekt",
    "text": "Kanarietext",
    "personal number": "19811228-9874",
    "page one came from": "/kanariesida/",
    "file name": "kanariefil",
    "file content": "Kanarieinnehall",
    "note": "Kanarieanteckning",
    "reason": "Kanarieskal",
    "answer": "Kanariesvar",
    "recipient": "Kanariemottagare",
    "provision": "Kanarieparagraf",
    "officer": "Kanariehandlaggare",
    "login": "kanarielogin",
}
STARTS = ["/", "/en/", "/sitemap.xml", "/robots.txt", "/healthz", "/finns-inte/"]
SEARCHES = ["/diarium/", "/en/registry/", "/aktiviteter/"]


@pytest.fixture
def canaries(caplog: pytest.LogCaptureFixture) -> list[Intake]:
    """Make messages in every state that staff can reach, with a canary in every protected field."""
    caplog.set_level(logging.DEBUG)
    factories.make_registrar()
    factories.make_activity(factories.make_plan(), goal=factories.make_goal(), contact=factories.make_staff())
    registrar = factories.make_user(Role.REGISTRAR, username=f"{CANARIES['login']}-1", first_name=CANARIES["officer"])
    officer = factories.make_user(Role.OFFICER, username=f"{CANARIES['login']}-2", last_name=CANARIES["officer"])
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        intakes = [_message()]  # so that a day is over, and its head published
    intakes += [_message(language=language) for language in ("en", "sv", "sv", "sv")]
    intakes.append(_message(kind=CaseKind.DISCLOSURE))
    intakes.append(_message(quarantine_reason=CANARIES["reason"]))
    _registered, distributed, resting, closed, voided, *_others = [
        intake.record.case for intake in intakes if hasattr(intake, "record")
    ]
    for case in (distributed, resting, closed):
        case_acts.perform_act(Act.DISTRIBUTE, case, registrar, officer=officer)
    for case in (resting, closed):
        case_acts.perform_act(Act.ACCEPT, case, officer)
    case_acts.perform_act(Act.REST, resting, officer, reason=CANARIES["reason"])
    case_acts.perform_act(Act.VOID, voided, registrar, reason=CANARIES["reason"])
    _answer(closed, officer)
    case_acts.perform_act(Act.ANSWER, closed, officer)
    case_acts.perform_act(Act.CLOSE, closed, registrar)
    case_acts.write_note(distributed, CANARIES["note"], officer)
    mark = {"provision": CANARIES["provision"], "authority": CANARIES["name"]}
    case_acts.mark_secret(distributed, **mark, user=registrar, loss=case_acts.Loss.GRANT)
    day_heads.make_missing_heads()
    return intakes


def _message(*, quarantine_reason: str = "", **given: Any) -> Intake:
    file = Attachment(f"{CANARIES['file name']}.txt", "text/plain", io.BytesIO(CANARIES["file content"].encode()))
    message = factories.make_message(
        name=f"{CANARIES['name']} {CANARIES['personal number']}",
        email=CANARIES["address"],
        subject=f"{CANARIES['subject']} {CANARIES['personal number']}",
        body=f"{CANARIES['text']} {CANARIES['personal number']}",
        about=CANARIES["page one came from"],
        attachments=[file],
        received_at=timezone.now() - timedelta(days=3),
        **given,
    )
    return receive_message(message, quarantine_reason=quarantine_reason)


def _answer(case: Case, officer: Any) -> None:
    """Make a sent answer: the outgoing record with its recipient, and the answer behind it."""
    said = {"subject": CANARIES["answer"], "body": CANARIES["answer"], "language": "sv"}
    record = Record.objects.create(case=case, ordinal=2, direction="outgoing", recorded_at=timezone.now(), **said)
    Party.objects.create(record=record, role=Party.Role.RECIPIENT, name=CANARIES["recipient"])
    Answer.objects.create(
        case=case, state="sent", record=record, to_name=CANARIES["recipient"], to_email=CANARIES["address"],
        author=officer, **said,
    )  # fmt: skip


def get(client: Client) -> Any:
    """Return a function that fetches an address for the crawler."""

    def fetched(url: str) -> Fetched:
        response: Any = client.get(url.removeprefix(SITE))
        content = b"".join(response) if response.streaming else response.content
        return Fetched(url, response.status_code, response.headers, content)

    return fetched


def public_texts(client: Client, intakes: list[Intake], logs: str) -> dict[str, str]:
    """Return everything that is public without anyone's act, by address."""
    receipts = [f"{page}{intake.token}/" for intake in intakes for page in ("/kontakt/tack/", "/en/contact/thanks/")]
    pages = crawl(SITE, [*STARTS, *receipts], get(client))
    texts = {path: page.content.decode(errors="replace") + str(dict(page.headers)) for path, page in pages.items()}
    for mail in OutgoingMail.objects.filter(is_personal=False):
        texts[f"mail {mail.pk}"] = f"{mail.subject} {mail.body} {mail.reply_to}"
    return texts | {"log": logs}


def leaks(texts: dict[str, str]) -> dict[str, list[str]]:
    """Return the visible canaries by place."""
    found = {
        where: [what for what, canary in CANARIES.items() if canary.lower() in text.lower()]
        for where, text in texts.items()
    }
    return {where: canaries for where, canaries in found.items() if canaries}


def test_nothing_protected_is_seen_anywhere(
    client: Client, canaries: list[Intake], caplog: pytest.LogCaptureFixture
) -> None:
    texts = public_texts(client, canaries, caplog.text)

    assert {"/diarium/", "/en/registry/", "/diarium/flode.xml", "/diarium/huvuden.json"} <= texts.keys()
    assert len([path for path in texts if path.startswith("/diarium/rus/")]) == 12  # six cases and their forms
    assert len([path for path in texts if "/tack/" in path or "/thanks/" in path]) == 14
    assert len([path for path in texts if path.startswith("mail ")]) >= 6
    assert leaks(texts) == {}


@pytest.mark.parametrize("address", SEARCHES)
def test_no_search_finds_anything_protected(client: Client, canaries: list[Intake], address: str) -> None:
    asked = [(what, asked) for what, canary in CANARIES.items() for asked in (canary, f"{canary[:6]}*", f'"{canary}"')]
    for what, words in asked:
        response = client.get(address, {"q": words})
        page = html.document_fromstring(response.content.decode())
        found = leaks({address: response.content.decode()}).get(address, [])

        assert page.xpath("//ul[@class='rows']//a") == [], what
        assert set(found) <= {what}, "the page may repeat what was asked, and nothing else"


def test_a_canary_in_a_public_title_a_mail_or_a_log_would_be_seen(
    client: Client, canaries: list[Intake], caplog: pytest.LogCaptureFixture
) -> None:
    case = canaries[0].record.case
    case_acts.set_title(case, CANARIES["subject"], factories.make_user(Role.REGISTRAR))
    mail = outbox.queue_mail(to="a@example.org", subject="Hej", body=CANARIES["text"], language="sv")
    logging.getLogger("registry").debug("%s", CANARIES["name"])

    found = leaks(public_texts(client, canaries, caplog.text))

    own, english = f"/diarium/rus/{case.year}/{case.number}/", f"/en/registry/rus/{case.year}/{case.number}/"
    pages = ["/diarium/", "/en/registry/", "/diarium/flode.xml", "/en/registry/feed.xml", own, english]
    by_title = {page: ["subject"] for page in [*pages, f"{own}begar-ut/", f"{english}request/"]}
    assert found == by_title | {f"mail {mail.pk}": ["text"], "log": ["name"]}
    assert html.document_fromstring(client.get("/diarium/", {"q": CANARIES["subject"]}).content).xpath(
        "//ul[@class='rows']//a/@href"
    ) == [own]
