"""All of a mail is kept, whatever it looks like: texts, files and bytes."""

import hashlib
import random

import pytest

from accounts.roles import Role
from registry.services.disposal import carry_out_disposal, decide_disposal
from registry.services.mail_intake import make_mailbox_report, take_due_mail
from registry.services.registration import receive_message
from tests import factories
from tests.registry.incoming import a_mail_with, mail, take

pytestmark = pytest.mark.django_db


def test_versions_of_the_text_are_no_files_and_every_text_is_read() -> None:
    versions = (
        b"Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain\r\n\r\n \r\n--y\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><body><p>Hela br\xc3\xa9vet\r\n--y--\r\n"
    )
    raw = b"From: a@ex.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + versions
    raw += b'--x\r\nContent-Disposition: attachment; filename="\xc3\xa5r.txt"\r\n\r\nfil\r\n'
    raw += b"--x\r\n\r\nSist.\r\n--x--\r\n"

    intake = take(factories.make_incoming_mail(raw))

    assert intake.record.body == "Hela brévet\n\nSist."
    assert list(intake.files.values_list("original_name", flat=True)) == ["år.txt"]


@pytest.mark.load
def test_mail_of_25_megabytes_is_kept_whole_with_its_file() -> None:
    content = random.Random(7).randbytes(18_700_000)  # noqa: S311
    raw = a_mail_with("stor.bin", "application/octet-stream", content)
    assert len(raw) > 25_000_000
    incoming = factories.make_incoming_mail(raw)

    intake = take(incoming)

    assert bytes(intake.raw) == raw
    (file,) = intake.files.all()
    assert (file.original_name, file.size, file.checksum) == (
        "stor.bin",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    assert intake.record.body == "Se bilagan."


def test_winmail_is_kept_as_a_file() -> None:
    """Outlook's wrapper of attachments (TNEF) is kept as it is."""
    content = b"\x78\x9f\x3e\x22\x01\x00\x01\x06\x90\x08\x00"

    intake = take(factories.make_incoming_mail(a_mail_with("winmail.dat", "application/ms-tnef", content)))

    (file,) = intake.files.all()
    assert (file.original_name, file.content_type, file.size) == (
        "winmail.dat",
        "application/octet-stream",
        len(content),
    )


@pytest.mark.load
@pytest.mark.parametrize("files", [0, 1])
@pytest.mark.parametrize("letters", ["абвгдежзийклмнопрстуфхцчшщъыьэюя", "abcdefghijklmnopqrstuvwxyzåäö"])
def test_mail_of_many_words_is_registered(letters: str, files: int) -> None:
    """A text too long for the index (PostgreSQL's limit of a tsvector) does not keep mail out of the register."""
    chance = random.Random(7)  # noqa: S311
    body = " ".join("".join(chance.choices(letters, k=6)) for _word in range(120_000))
    raw = b"From: a@ex.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    raw += b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body.encode() + b"\r\n"
    raw += b"--x\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfil\r\n" * files

    intake = take(factories.make_incoming_mail(raw + b"--x--\r\n"))

    assert intake.record.body == body


def test_no_malformed_mail_is_lost() -> None:
    chance = random.Random(7)  # noqa: S311
    seed = (
        b"From: \xe5 <a@b.se>\r\nSubject: =?x-none?q?=00?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    )
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000))
    mails = [
        b"",
        b"\0",
        b"\r\n\r\n",
        nested,
        b"From: a\0@b.se\r\n\r\n\xff\xfe",
        b"Content-Type: text/plain; charset=x\r\n\r\n\xe5",
    ]
    for number in range(200):
        raw = bytearray(seed + b"Content-Disposition: attachment; filename*=utf-9''%%FF\r\n\r\nx\r\n--x--%d" % number)
        for _n in range(12):
            raw[chance.randrange(len(raw) - 4)] = chance.randrange(256)
        mails.append(bytes(raw))
    for raw in mails:
        factories.make_incoming_mail(raw)

    assert take_due_mail() == len(mails)

    report = make_mailbox_report()
    assert (report["fetched"], report["waiting"]) == (len(mails), 0)
    assert sum(report.values()) == 2 * len(mails)


@pytest.mark.parametrize("channel", ["mail", "web_form"])
def test_page_of_a_disposed_arrival_opens_and_tells_nothing_of_it(log_in: object, channel: str) -> None:
    if channel == "mail":
        intake = take(mail("Auto-Submitted: auto-replied", "Subject: Hemligt"))
    else:
        intake = receive_message(
            factories.make_message(subject="Hemligt", body="Hemlig text."), quarantine_reason="För snabbt."
        )
    client = log_in(Role.REGISTRAR)  # type: ignore[operator]
    url = f"/admin/registry/intake/{intake.pk}/change/"
    before = client.get(url).content.decode()
    archivist = factories.make_user(Role.ARCHIVIST)
    carry_out_disposal(decide_disposal(factories.make_disposal(intakes=[intake]), archivist), archivist)

    page = client.get(url)

    intake.refresh_from_db()
    assert (intake.state, bytes(intake.raw), page.status_code) == ("disposed", b"", 200)
    assert ("Hemlig" in before, "Hemlig" in page.content.decode()) == (True, False)
