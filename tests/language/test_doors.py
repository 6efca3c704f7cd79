"""The same text is stored the same way, however it came in."""

from email.message import EmailMessage
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from accounts.roles import Role
from actionplans.models import Activity
from actionplans.spreadsheet.cells import escape_text
from indicators.readers.figures import AnswerError
from indicators.readers.http import parse_json
from language.forms import NormalizedJSONField
from news.models import NewsItem
from publishing.prose import sanitize_prose
from registry import search
from registry.models import Case, File, Intake, Record
from registry.services.mail_intake import take_due_mail
from registry.verification import find_faults
from tests import factories
from tests.actionplans.sheets import as_file, make_county, rows, saved
from tests.contacts.test_contact_form import open_form
from tests.hostile_text import CONTROLS, DIRECTIONS, NONCHARACTERS

pytestmark = pytest.mark.django_db

CAME = "A\u030adalsbanan\x1d\u202e: spår\x0bväxel\ufffe \x9d"
KEPT, IN_ONE_LINE = "Ådalsbanan: spår\nväxel", "Ådalsbanan: spår växel"
NO_TEXT = "\0" + "".join((*CONTROLS, *NONCHARACTERS, *DIRECTIONS))


def send(client: Client, **fields: Any) -> Any:
    factories.make_registrar()
    return client.post(
        "/kontakt/", {"subject": "Fråga", "message": "När?", "token": open_form(client, "/kontakt/")} | fields
    )


def test_contact_form(client: Client) -> None:
    file = SimpleUploadedFile("A\u030adalsbanan.txt", b"A\xcc\x8a")

    response = send(client, subject=CAME, message=CAME, name=CAME, attachments=[file])

    assert response.status_code == 303
    record = Record.objects.get()
    assert (record.subject, record.body, record.parties.get().name) == (IN_ONE_LINE, KEPT, IN_ONE_LINE)
    assert File.objects.get().original_name == "Ådalsbanan.txt"
    assert b"\xcc\x8a" not in bytes(Intake.objects.get().raw)
    assert [*find_faults()] == []


@pytest.mark.parametrize("asked", ["Ådalsbanan", "A\u030adalsbanan"], ids=["NFC", "NFD"])
def test_registrar_finds_what_came_decomposed(client: Client, asked: str) -> None:
    send(client, subject="Hej", message="Om A\u030adalsbanan")
    client.force_login(factories.make_user(Role.REGISTRAR))

    found = client.get("/admin/registry/case/", {"q": asked}).context["cl"].result_list

    assert list(found) == [Case.objects.get()]


@pytest.mark.parametrize("index_anew", [False, True], ids=["as it came", "indexed anew"])
@pytest.mark.parametrize("stored", ["A\u030adalsbanan", "Ådals\u200bbanan", "Ådals\u00adbanan", "Ådalsbanan"])
def test_registrar_finds_what_was_stored_before_there_was_a_door(stored: str, index_anew: bool) -> None:
    case = factories.make_case(body=f"Om {stored}.")
    if index_anew:
        search.index_case(case)

    assert list(search.search_cases(Case.objects.all(), "Ådalsbanan")) == [case]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("rad\r\n" * 503 + "x" * (49_990 - 503 * 4), 303),  # with CRLF for two it would be 50,493
        ("\r\n" + "ä" * 49_999, 303),
        ("\u0061\u0308" * 50_000, 303),
        ("x\r\n" * 25_001, 422),
        ("x" * 50_001, 422),
    ],
)
def test_line_break_counts_as_one_character_as_browsers_count(client: Client, text: str, status: int) -> None:
    """HTML, 4.10.5.3: `maxlength` is the length of the API value, in which a line break is one LF."""
    assert send(client, message=text.replace("x", "å", 1)).status_code == status


def test_nul_in_a_message_is_no_reason_to_refuse_it(client: Client) -> None:
    assert send(client, message=f"före{NO_TEXT}efter").status_code == 303
    assert "".join(Record.objects.get().body.split()) == "föreefter"


def save_news(client: Client, **given: Any) -> NewsItem:
    client.force_login(factories.make_user(Role.COORDINATOR))
    texts = {"title_sv": "Rubrik", "slug": "rubrik", "ingress_sv": "Ingress.", "body_sv": "<p>Text.</p>", "_save": "x"}
    response = client.post("/admin/news/newsitem/add/", factories.MINOR | texts | given)
    assert response.status_code == 302
    return NewsItem.objects.get()


def test_admin(client: Client) -> None:
    item = save_news(client, title_sv=CAME, title_en=CAME, ingress_sv=CAME, body_sv=f"<p>{CAME}</p>")

    assert (item.title_sv, item.title_en, item.ingress_sv) == (IN_ONE_LINE, IN_ONE_LINE, KEPT)
    assert item.body_sv == f"<p>{KEPT} </p>"


def test_inline_of_the_admin(client: Client) -> None:
    client.force_login(factories.make_user(Role.ADMINISTRATOR))
    parts = ("contributions", "involvements", "milestones")
    counts = {f"{part}-{name}_FORMS": "0" for part in parts for name in ("TOTAL", "INITIAL")}
    texts = {"title_sv": "Titel", "slug": "titel", "summary_sv": "Kort.", "milestones-0-title_sv": CAME}
    days = {"starts_on": "2026-01-01", "milestones-0-due_on": "2026-05-04"}
    choices = {"plan": factories.make_plan().pk, "delivery_status": "planned", "milestones-TOTAL_FORMS": "1"}

    client.post("/admin/actionplans/activity/add/", factories.MINOR | counts | texts | days | choices | {"_save": "x"})

    assert Activity.objects.get().milestones.get().title_sv == IN_ONE_LINE


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>a&#x1D;b&#11;c&#0;d&#xFFFE;e&#xD800;f</p>", "<p>ab\nc\ufffdde\ufffdf</p>"),
        ("<p>A&#x30A;ngström</p>", "<p>Ångström</p>"),
        ("<p>&#x202E;gnp.exe</p>", "<p>gnp.exe</p>"),
        ("<p>&amp;#x1D;</p>", "<p>&amp;#x1D;</p>"),
        ("<p>&#x&#x1D;1D;</p>", "<p>&amp;#x1D;</p>"),
        ("<p>Rad<br>rad</p>", "<p>Rad<br>rad</p>"),
    ],
)
def test_rich_text_holds_no_references_to_what_is_no_text(written: str, kept: str) -> None:
    assert sanitize_prose(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        '<p>&#824; onmouseover=alert(1) x="</p>',  # U+0338 makes one character of the > before it
        "<p>\u0338 onmouseover=alert(1) x=</p>",
        '<a href="java&#1;script:alert(1)">x</a>',
        '<a href="java\x01script:alert(1)">x</a>',
        '<a href="&#x1D;javascript:alert(1)">x</a>',
        "<scr\x00ipt>alert(1)</scr\x00ipt>",
        "<p>&lt;\u0338script></p>",
    ],
)
def test_normalising_rich_text_lets_nothing_through_that_the_sanitiser_would_not(written: str) -> None:
    clean = sanitize_prose(written)

    assert "onmouseover=" not in clean or "<p" not in clean
    assert "javascript:" not in clean
    assert "<script" not in clean
    assert sanitize_prose(clean) == clean


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r'{"Ti\u0000d": ["20\ud80024", "A\u030ar"]}', {"Tid": ["2024", "År"]}),
        (r'"\u001d"', ""),
        ("null", None),
    ],
)
def test_json_of_a_form_is_normalised(written: str, kept: Any) -> None:
    assert NormalizedJSONField(required=False).clean(written) == kept


@pytest.mark.parametrize(
    "written", ["9" * 5000, "[" * 100_000, '{"a": 1, "a\\u0000": 2}', "{"], ids=lambda text: text[:9]
)
def test_json_that_cannot_be_read_is_told_and_shown_again(written: str) -> None:
    class JSONForm(forms.Form):
        json = NormalizedJSONField()

    form = JSONForm({"json": written})

    assert list(form.errors) == ["json"]
    assert escape(written) in str(form)


def test_mail() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "A\u030asa <asa@example.org>", "Om A\u030adalsbanan"
    message.set_content("Hej A\u030adalsbanan\x1d,\u202e\nspår\x0bväxel\r\n\ufeffslut\x00")
    message.add_attachment(b"A\xcc\x8a", maintype="text", subtype="plain", filename="A\u030adal.txt")
    raw = message.as_bytes()
    factories.make_incoming_mail(raw)

    take_due_mail()

    record = Record.objects.get()
    assert (record.subject, record.parties.get().name) == ("Om Ådalsbanan", "Åsa")
    assert record.body == "Hej Ådalsbanan,\nspår\nväxel\nslut"
    assert File.objects.get().original_name == "Ådal.txt"
    assert bytes(record.intake.raw) == raw
    assert list(search.search_cases(Case.objects.all(), "Ådalsbanan")) == [record.case]


@pytest.mark.parametrize(
    "written",
    [
        "Ha\u0308rno\u0308sands kommun",
        "Härnösands\u200b kommun",
        "\ufeffHärnösands\u00ad kommun",
        "Härnösands\x0bkommun",
        " härnösands\u2028kommun\u200e",
    ],
)
def test_excel_knows_names_by_what_can_be_seen(written: str) -> None:
    county = make_county()
    factories.make_organisation(name="Härnösands kommun", slug="harnosand")

    report, is_saved = saved(county, as_file([row | {"responsible": escape_text(written)} for row in rows(1)]))

    assert (report.faults, is_saved) == ([], True)
    assert Activity.objects.get(slug="rad-0").involvements.get(role="responsible").organisation.slug == "harnosand"


def test_excel_takes_texts_dates_and_numbers_normalised() -> None:
    county = make_county()
    given = {
        "title_sv": "A\u030adalsbanan\u202e",
        "summary_sv": escape_text(CAME),
        "starts_on": "2026-01-31\u200b",
        "ends_on": None,
        "planned_amount": "\u200b1\u00a0000\u202f000\u200e kr",
        "slug": "adalsbanan\ufeff",
    }

    report, _is_saved = saved(county, as_file([row | given for row in rows(1)]))

    activity = Activity.objects.get(slug="adalsbanan")
    assert report.faults == []
    assert (activity.title_sv, activity.summary_sv) == ("Ådalsbanan", KEPT)
    assert (activity.starts_on.isoformat(), activity.planned_amount) == ("2026-01-31", 1_000_000)


def test_statistics_are_normalised() -> None:
    assert parse_json(rb'{"A\u030ar": ["20\u001d24\ud800"], "n": 1.5}') == {"År": ["2024"], "n": parse_json(b"1.5")}


def test_statistics_whose_names_become_the_same_are_refused() -> None:
    with pytest.raises(AnswerError):
        parse_json(rb'{"A\u030ar": 1, "\u00c5r": 2}')


@pytest.mark.parametrize("path", ["/sok/?q=", "/aktiviteter/?q=", "/dokument/?q=", "/diarium/?q=", "/kontakt/?subject=",
                                  "/andringar/?kind=", "/nyheter/?page=", "/passar-mitt-projekt/?idea=",
                                  "/diarium/folj/?code=", "/sok/forslag?q=", "/?", "/aktiviteter.json?goal=",
                                  "/uppfoljning/jamfor/?"])  # fmt: skip
@pytest.mark.parametrize("value", ["%00", "a%00b", "%ED%A0%80", "%FF", "%EF%BF%BE", "%1D", "9" * 5000])
def test_no_public_page_breaks_by_a_parameter(client: Client, path: str, value: str) -> None:
    assert client.get(path + value).status_code in {200, 302, 400, 404}


def test_session_cookie_that_spells_out_nul_is_no_session(client: Client) -> None:
    answer = client.get("/admin/", headers={"cookie": 'sessionid="\\000abcdefghijklmnop"'})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/")


def test_password_is_compared_byte_for_byte(client: Client) -> None:
    user = factories.make_user(Role.COORDINATOR)
    user.set_password("A\u030angermanland\u200b 26")
    user.save()

    for password, status in (("Ångermanland\u200b 26", 200), ("A\u030angermanland\u200b 26", 302)):
        answer = client.post("/admin/login/", {"username": user.username, "password": password})
        assert answer.status_code == status
