"""Case sheet and daily list as PDF: contents, readers, and what is masked."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from registry.models import Case
from registry.services import case_acts
from rus_portal import registry_pdfs
from tests.factories import make_case, make_user
from tests.registry.test_daily_list import make_protected_case

pytestmark = pytest.mark.django_db

DAILY = "/admin/registry/case/daily.pdf"
HOSTILE = "#panic() $x$ <b>Fet</b> <script>alert(1)</script> \\ \u202e 😀 漢 \x07 " + "x" * 400


def sheet_of(case: Case) -> str:
    return reverse("admin:case_sheet_pdf", args=[case.pk])


def text_of(made: bytes) -> str:
    """Return all words on one line, without hyphens of broken lines."""
    with pypdfium2.PdfDocument(made) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s+", " ", re.sub("[\u200b\ufffe\u0002]\\s*", "", text))


@pytest.fixture
def registrar(client: Client) -> Any:
    user = make_user(Role.REGISTRAR, username="registrator")
    client.force_login(user)
    return user


def test_the_sheet_holds_what_the_page_to_print_holds(client: Client, registrar: Any) -> None:
    case = make_case(
        subject="Bredband i Ådalen", body="När kommer\n\nfibern?", name="Åsa Berg", email="asa@example.org"
    )
    case_acts.mark_secret(case, provision="OSL 21 kap. 1 §", authority="Regionen", user=registrar)
    case_acts.write_note(case, "Ringde avsändaren.", registrar)

    answer = client.get(sheet_of(case))

    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        f'attachment; filename="RUS-{case.year}-{case.number:04d}.pdf"',
    )
    text = text_of(answer.content)
    for words in (
        f"Ärendeblad {case}", case.title, "Läge: Registrerat", f"{case}-1 · Inkommen", "Bredband i Ådalen",
        "fibern?",
        "Avsändare: Åsa Berg, asa@example.org", "Sekretessmarkering: OSL 21 kap. 1 §", "Ringde avsändaren.",
        f"Meddelandet registrerades som {case}.", "Skickat med e-post",
    ):  # fmt: skip
        assert words in text


def test_papers_are_accessible_and_tell_their_language(client: Client, registrar: Any) -> None:
    case = make_case(body="How is the plan going?", language="en")

    for url in (sheet_of(case), DAILY):
        with pikepdf.open(io.BytesIO(client.get(url).content)) as made, made.open_metadata() as facts:
            assert (facts["pdfuaid:part"], str(made.Root.Lang), bool(made.Root.MarkInfo.Marked)) == ("1", "sv", True)
            languages = {str(thing.Lang) for thing in made.objects if _has_language(thing)}
            assert languages == ({"sv", "en"} if url != DAILY else {"sv"})


def _has_language(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and "/Lang" in thing


def test_a_protected_identity_is_named_only_to_those_with_the_right(client: Client) -> None:
    case = make_protected_case()
    seen = []

    for user in (case.assigned_to, make_user(Role.REGISTRAR)):
        assert user is not None
        client.force_login(user)
        text = text_of(client.get(sheet_of(case)).content)
        seen.append(("Anna Dold" in text, "anna.dold@example.org" in text, "skyddad identitet" in text))

    assert seen == [(False, False, True), (True, True, True)]


def test_a_case_marked_with_secrecy_is_given_to_those_with_the_right(client: Client, registrar: Any) -> None:
    officer = make_user(Role.OFFICER)
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer)
    case_acts.mark_secret(
        case, provision="OSL 21 kap. 1 §", authority="Regionen", user=registrar, loss=case_acts.Loss.TAKE_BACK
    )

    statuses = [client.get(sheet_of(case)).status_code]
    client.force_login(officer)
    statuses.append(client.get(sheet_of(case)).status_code)

    assert statuses == [200, 404]


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.REGISTRAR, (200, 200, 200)),
        (Role.ARCHIVIST, (200, 200, 200)),
        (Role.OFFICER, (403, 404, 200)),
        (Role.COORDINATOR, (403, 404, 200)),
        (Role.ADMINISTRATOR, (403, 404, 404)),
        (None, (403, 404, 404)),
    ],
)
def test_papers_are_given_to_whom_the_pages_are_shown(
    client: Client, role: Role | None, statuses: tuple[int, ...]
) -> None:
    user = make_user(role)
    other, own = make_case(), make_case(assign_to=user)
    client.force_login(user)

    assert tuple(client.get(url).status_code for url in (DAILY, sheet_of(other), sheet_of(own))) == statuses


def test_nobody_gets_a_paper_without_logging_in(client: Client) -> None:
    urls = [DAILY, sheet_of(make_case())]

    assert [client.get(url)["Location"] for url in urls] == [f"/admin/login/?next={url}" for url in urls]


def test_the_daily_list_holds_the_cases_of_the_day(client: Client, registrar: Any) -> None:
    with time_machine.travel(datetime(2026, 5, 3, 21, 59, tzinfo=UTC), tick=False):
        before = make_case()
    with time_machine.travel(datetime(2026, 5, 3, 22, 0, tzinfo=UTC), tick=False):
        case = make_case(assign_to=make_user(Role.OFFICER, first_name="Gunnar", last_name="Holmgren"))

    answer = client.get(DAILY, {"day": "2026-05-04"})

    text = text_of(answer.content)
    assert "Postlista för 4 maj 2026" in text
    assert "1 registrerat ärende" in text
    assert (str(case) in text, str(before) in text, "Gunnar Holmgren" in text) == (True, False, True)
    assert answer["Content-Disposition"] == 'attachment; filename="2026-05-04.pdf"'


@pytest.mark.parametrize("day", ["x", "9999-12-31", "2026-02-30"])
def test_a_day_that_cannot_be_is_told_of_on_the_page(client: Client, registrar: Any, day: str) -> None:
    answer = client.get(DAILY, {"day": day})

    assert (answer.status_code, answer["Location"]) == (302, f"/admin/registry/case/daily/?day={day}")


def test_what_a_sender_wrote_is_never_markup(client: Client, registrar: Any) -> None:
    case = make_case(subject=HOSTILE[:200], body=f"{HOSTILE}\n\n{HOSTILE}", name="<p lang='x'>Namn</p>")

    text = text_of(client.get(sheet_of(case)).content)

    assert "#panic() $x$ <b>Fet</b> <script>alert(1)</script>" in text
    assert "<p lang='x'>Namn</p>" in text


@pytest.mark.parametrize("paper", ["sheet", "daily list"])
def test_what_is_too_long_for_a_paper_leads_to_the_page(
    client: Client, registrar: Any, monkeypatch: Any, paper: str
) -> None:
    monkeypatch.setattr(registry_pdfs, "LONGEST", 200)
    case = make_case(body="Ord " * 100)
    today = timezone.localdate()
    url, page = (
        (sheet_of(case), reverse("admin:registry_case_sheet", args=[case.pk]))
        if paper == "sheet"
        else (DAILY, f"{reverse('admin:registry_daily')}?day={today}")
    )

    answer = client.get(url, follow=True)

    assert answer.redirect_chain == [(page, 302)]
    assert "Det är för långt för en PDF" in answer.content.decode()


@pytest.mark.parametrize("link", [lambda case: reverse("admin:registry_case_sheet", args=[case.pk]),
                                  lambda case: reverse("admin:registry_case_change", args=[case.pk])],
                         ids=["sheet", "case"])  # fmt: skip
def test_the_pages_link_to_the_paper(client: Client, registrar: Any, link: Callable[[Case], str]) -> None:
    case = make_case()

    page = client.get(link(case)).content.decode()

    assert f'href="{sheet_of(case)}" download>Hämta som PDF' in page


def test_papers_ask_as_often_with_many_rows(client: Client, registrar: Any) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    officer = make_user(Role.OFFICER)
    case = make_case(assign_to=officer)
    one = queries(DAILY), queries(sheet_of(case))
    for _n in range(5):
        make_case(assign_to=officer)
        case_acts.write_note(case, "En anteckning.", registrar)

    assert (queries(DAILY), queries(sheet_of(case))) == one
