"""The contact form: what it accepts and refuses, and that nothing typed is lost."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contacts.models import StaffMember
from registry.models import Case, Intake, Record
from tests.factories import make_staff, make_user
from visitors.models import Count

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def frida() -> StaffMember:
    make_staff(slug="registrator", name="Registrator", email="registrator@example.org", is_registrar=True)
    return make_staff(slug="frida-bergman", name="Frida Bergman", email="frida.bergman@example.org")


def open_form(client: Client, url: str, seconds: float = 10) -> str:
    """Open the page some seconds ago and return its token."""
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=seconds), tick=False):
        return token_in(client.get(url).content.decode())


def token_in(html: str) -> str:
    match = re.search(r'name="token" value="([^"]+)"', html)
    assert match, "the page has no token"
    return match[1]


def send(client: Client, url: str = "/kontakt/frida-bergman/", **fields: Any) -> Any:
    data = {"subject": "Fråga om fiber", "message": "När kommer den?", "token": open_form(client, url), **fields}
    return client.post(url, data)


def test_message_with_two_attachments_gets_a_receipt_with_its_number(client: Client, frida: StaffMember) -> None:
    files = [SimpleUploadedFile("karta.pdf", b"%PDF-1.7 karta"), SimpleUploadedFile("fråga.txt", "Å".encode())]

    response = send(client, name="Åsa", email="asa@example.com", attachments=files, about="/mal/kompetens/")

    assert response.status_code == 303
    record = Record.objects.get()
    page = client.get(response["Location"]).content.decode()
    assert record.case.registration_number in page
    assert "Meddelandet har skickats. Vi återkommer med svar så snart vi kan." in page
    assert "När kommer den?" not in page
    assert [file.original_name for file in record.intake.files.all()] == ["karta.pdf", "fråga.txt"]
    assert record.about == "/mal/kompetens/"
    assert not response.cookies


@pytest.mark.parametrize("hours", [26, -26])
def test_form_of_a_node_whose_clock_is_wrong_is_taken_by_another(
    client: Client, frida: StaffMember, hours: int
) -> None:
    """Ahead: at once. Behind: the form seems too old, so it comes back with the text, and is then taken."""
    opened = open_form(client, "/kontakt/frida-bergman/", seconds=-3600 * hours)

    answer = send(client, token=opened)

    if answer.status_code == 422:
        page = answer.content.decode()
        assert "När kommer den?" in page
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=10)):
            answer = send(client, token=token_in(page))
    assert (answer.status_code, Intake.objects.get().state) == (303, "registered")


def test_message_is_assigned_to_the_addressee_with_a_login(client: Client, frida: StaffMember) -> None:
    frida.user = make_user(username="samordnare")
    frida.save()

    send(client)

    assert Case.objects.get().assigned_to == frida.user


def test_anonymous_message_is_taken(client: Client, frida: StaffMember) -> None:
    assert send(client, name="", email="").status_code == 303

    assert str(Record.objects.get().parties.get()) == "anonym"


def test_general_form_goes_to_the_registrar(client: Client, frida: StaffMember) -> None:
    send(client, "/kontakt/")

    assert Intake.objects.get().addressee_email == "registrator@example.org"
    assert Case.objects.get().assigned_to is None


def test_english_form_is_kept_as_english_and_answers_in_english(client: Client, frida: StaffMember) -> None:
    response = send(client, "/en/contact/frida-bergman/")

    assert response["Location"].startswith("/en/contact/thanks/")
    assert Record.objects.get().language == "en"


def test_repeated_post_is_the_same_message(client: Client, frida: StaffMember) -> None:
    token = open_form(client, "/kontakt/frida-bergman/")

    first, second = send(client, token=token), send(client, token=token)

    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_edited_text_under_an_old_token_is_kept_and_can_be_sent_again(client: Client, frida: StaffMember) -> None:
    token = open_form(client, "/kontakt/frida-bergman/")
    send(client, token=token)

    response = send(client, token=token, message="En annan fråga")

    page = response.content.decode()
    assert response.status_code == 422
    assert "En annan fråga" in page
    assert Case.objects.get().registration_number in page
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=10)):
        assert send(client, token=token_in(page), message="En annan fråga").status_code == 303
    assert Case.objects.count() == 2


def test_get_form_has_the_three_notices(client: Client, frida: StaffMember) -> None:
    page = client.get("/kontakt/frida-bergman/").content.decode()

    for notice in ("diarieförs", "bevakas av registrator", "1177"):
        assert notice in page


BAD_INPUT: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({"subject": "", "message": ""}, "Skriv ditt meddelande."),
    "only spaces": ({"message": "   "}, "Skriv ditt meddelande."),
    "two megabytes": ({"message": "ä" * 1_000_000}, "Korta det till högst"),
    "unreadable": ({"message": "före\ufffdefter"}, "tecken som inte gick att läsa"),
    "unreadable subject": ({"subject": "före\ufffdefter"}, "tecken som inte gick att läsa"),
    "unreadable name": ({"name": "före\ufffdefter"}, "tecken som inte gick att läsa"),
    "bad address": ({"email": "inte-en-adress"}, "Skriv en e-postadress"),
    "header in the address": ({"email": "a@example.com\r\nBcc: b@example.com"}, "Skriv en e-postadress"),
    "no token": ({"token": ""}, "öppen för länge"),
    "forged token": ({"token": f"{uuid.uuid4()}:1abcde:x"}, "öppen för länge"),
    "long subject": ({"subject": "x" * 201}, "högst 200 tecken"),
}


@pytest.mark.parametrize(("fields", "told"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_told_and_the_text_is_kept(
    client: Client, frida: StaffMember, fields: dict[str, Any], told: str
) -> None:
    response = send(client, **fields)

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert fields.get("subject", "Fråga om fiber") in page
    assert fields.get("message", "När kommer den?").strip()[:5] in page
    assert not Intake.objects.exists()


def test_bad_input_is_told_in_english_on_the_english_page(client: Client, frida: StaffMember) -> None:
    page = send(client, "/en/contact/frida-bergman/", message="").content.decode()

    assert "Enter your message." in page
    assert "Skriv ditt meddelande." not in page


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([SimpleUploadedFile("faktura.pdf", b"MZ\x90\x00" + b"\x00" * 100)], "faktura.pdf"),
        ([SimpleUploadedFile("tom.txt", b"")], "tom.txt"),
        ([SimpleUploadedFile(f"{number}.txt", b"x") for number in range(100)], "100 filer"),
        ([SimpleUploadedFile("sida.html", b"<html><script>x</script>")], "sida.html"),
    ],
    ids=["renamed exe", "empty file", "100 files", "html"],
)
def test_bad_attachments_are_told_and_the_text_is_kept(
    client: Client, frida: StaffMember, files: list[SimpleUploadedFile], told: str
) -> None:
    response = send(client, attachments=files)

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert "När kommer den?" in page
    assert not Intake.objects.exists()


def test_too_large_attachment_is_told(client: Client, frida: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.files.attachments.FILE_SIZE_AT_MOST", 10)

    response = send(client, attachments=[SimpleUploadedFile("stor.txt", b"x" * 11)])

    assert response.status_code == 422
    assert "stor.txt" in response.content.decode()


def test_wrong_content_type_is_told(client: Client, frida: StaffMember) -> None:
    response = client.post("/kontakt/frida-bergman/", b'{"message": "hej"}', content_type="application/json")

    assert response.status_code == 422
    assert not Intake.objects.exists()


def test_invalid_utf8_is_told(client: Client, frida: StaffMember) -> None:
    token = open_form(client, "/kontakt/frida-bergman/").encode()
    body = b"subject=Hej&message=f%F6r&token=" + token.replace(b":", b"%3A")

    response = client.post("/kontakt/frida-bergman/", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 422
    assert "tecken som inte gick att läsa" in response.content.decode()


def test_broken_multipart_is_no_server_error(client: Client, frida: StaffMember) -> None:
    response = client.post(
        "/kontakt/frida-bergman/", b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x"
    )

    assert response.status_code in {400, 422}
    assert not Intake.objects.exists()


def test_page_open_for_a_day_keeps_the_text(client: Client, frida: StaffMember) -> None:
    response = send(client, token=open_form(client, "/kontakt/frida-bergman/", seconds=25 * 3600))

    assert response.status_code == 422
    assert "När kommer den?" in response.content.decode()


def test_header_injection_in_every_field_reaches_no_header(client: Client, frida: StaffMember) -> None:
    evil = "Hej\r\nBcc: alla@example.org"

    send(client, subject=evil, name=evil, message=evil, about=evil)

    record = Record.objects.get()
    assert record.subject == "Hej Bcc: alla@example.org"
    assert record.parties.get().name == "Hej Bcc: alla@example.org"
    assert record.about == ""


def test_unknown_recipient_keeps_the_text_for_the_registrar(client: Client, frida: StaffMember) -> None:
    response = client.post("/kontakt/ingen-alls/", {"subject": "Hej", "message": "Min långa text"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Min långa text" in page
    assert 'action="/kontakt/"' in page


def test_unknown_recipient_keeps_the_text_where_no_registrar_has_a_page_either(client: Client) -> None:
    response = client.post("/kontakt/har-slutat/", {"subject": "Vägen", "message": "Den text som skrevs."})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Personen du skrev till har inte längre någon sida." in page
    assert "Den text som skrevs." in page
    assert 'action="/kontakt/"' in page


def test_unknown_recipient_page_is_not_found(client: Client, frida: StaffMember) -> None:
    assert client.get("/kontakt/ingen-alls/").status_code == 404


@pytest.mark.parametrize(
    "suspicious", [{"website": "https://spam.example"}, {"fast": True}], ids=["honeypot", "too fast"]
)
def test_what_looks_like_spam_is_kept_in_quarantine(
    client: Client, frida: StaffMember, suspicious: dict[str, Any]
) -> None:
    if suspicious.pop("fast", False):
        suspicious["token"] = open_form(client, "/kontakt/frida-bergman/", seconds=0)

    response = send(client, **suspicious)

    assert response.status_code == 303
    intake = Intake.objects.get()
    assert intake.state == Intake.State.QUARANTINED
    assert not Case.objects.exists()
    page = client.get(response["Location"]).content.decode()
    assert "När kommer den?" not in page


def test_many_messages_from_one_address_wait_in_quarantine(client: Client, frida: StaffMember, settings: Any) -> None:
    settings.CONTACT_MESSAGES_PER_HOUR = 2

    for _ in range(3):
        send(client)

    assert [intake.state for intake in Intake.objects.order_by("pk")] == ["registered", "registered", "quarantined"]


def test_attachments_have_no_public_address(client: Client, frida: StaffMember) -> None:
    send(client, attachments=[SimpleUploadedFile("a.txt", b"hemligt")])
    file = Intake.objects.get().files.get().file

    with pytest.raises(ValueError, match="URL"):
        file.storage.url(file.name)
    for guess in (f"/{file.name}", f"/private/{file.name}", f"/media/{file.name}", f"/static/{file.name}"):
        assert client.get(guess).status_code == 404


def test_receipt_of_an_unknown_token_is_not_found(client: Client) -> None:
    assert client.get(f"/kontakt/tack/{uuid.uuid4()}/").status_code == 404


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    subject=st.text(max_size=300),
    message=st.text(max_size=2000),
    name=st.text(max_size=300),
    email=st.one_of(st.emails(), st.text(max_size=80)),
    about=st.text(max_size=400),
    file=st.binary(max_size=200),
)
def test_any_input_is_either_registered_whole_or_refused_whole(
    client: Client, frida: StaffMember, subject: str, message: str, name: str, email: str, about: str, file: bytes
) -> None:
    Count.objects.all().delete()
    before = Case.objects.count()
    upload = SimpleUploadedFile("fil.txt", file) if file else BytesIO()

    response = send(
        client,
        subject=subject,
        message=message,
        name=name,
        email=email,
        about=about,
        attachments=[upload] if file else [],
    )

    assert response.status_code in {303, 422}
    assert Case.objects.count() - before == (response.status_code == 303)
    assert Record.objects.count() == Case.objects.count()


PERSONAL_NUMBER = "Jag har personnummer 811218-9876."


def test_personal_number_is_warned_of_before_it_is_sent(client: Client, frida: StaffMember) -> None:
    response = send(client, message=PERSONAL_NUMBER, attachments=[SimpleUploadedFile("a.txt", b"A")])

    page = response.content.decode()
    assert (response.status_code, Intake.objects.count()) == (422, 0)
    assert PERSONAL_NUMBER in page
    assert 'name="personal_number_confirmed"' in page
    assert 'type="file"' in page


def test_warned_message_is_sent_at_once_when_confirmed(client: Client, frida: StaffMember) -> None:
    warned = send(client, message=PERSONAL_NUMBER)

    response = send(
        client, message=PERSONAL_NUMBER, token=token_in(warned.content.decode()), personal_number_confirmed="on"
    )

    assert response.status_code == 303
    record = Record.objects.get()
    assert (record.body, record.holds_personal_number) == (PERSONAL_NUMBER, True)


def test_message_without_a_personal_number_is_asked_nothing(client: Client, frida: StaffMember) -> None:
    assert "personal_number_confirmed" not in client.get("/kontakt/").content.decode()
    assert send(client).status_code == 303
