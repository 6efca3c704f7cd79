"""Sender, reply address and text of a mail, which is never an empty record."""

import random
from typing import Any

import pytest

from registry.mail_text import describe_mail

WHO = [
    # headers, name, email, reply_to
    ("From: Anna <anna@ex.example>", "Anna", "anna@ex.example", ""),
    ("From: =?utf-8?Q?chef=40region.example=2C?= <okand@ex.example>", "chef@region.example,", "okand@ex.example", ""),
    ("From: noreply@form.example\r\nReply-To: sara@ex.example", "", "noreply@form.example", "sara@ex.example"),
    ("From: Bo <bo@ex.example>\r\nReply-To: bo@EX.example", "Bo", "bo@ex.example", ""),
    ("From: Bo <bo@ex.example>\r\nReply-To: noreply@ex.example", "Bo", "bo@ex.example", ""),
    ("From: Bo <bo@ex.example>\r\nReply-To: noreply@ex.example, b@ex.example", "Bo", "bo@ex.example", "b@ex.example"),
    ("From: Bo <bo@ex.example>\r\nReply-To: registrator@example.org", "Bo", "bo@ex.example", ""),
    ("From: Bo <bo@ex.example>\r\nReply-To: diariet+7.abc@example.org", "Bo", "bo@ex.example", ""),
    ("From: Bo <bo@ex.example>\r\nReply-To: =?utf-8?Q?chef=40region.example=2C?= <b@ex.example>", "Bo",
     "bo@ex.example", "b@ex.example"),
    ("From: Bo <bo@ex.example>\r\nReply-To: =?utf-8?Q?chef=40region.example?=", "Bo", "bo@ex.example", ""),
    ("From: Bo <bo@ex.example>\r\nReply-To: trasig", "Bo", "bo@ex.example", ""),
    ("From: a@ex.example, b@ex.example\r\nSender: b@ex.example", "", "a@ex.example", ""),
    ("From: Åsa <åsa@ex.example>\r\nReply-To: asa@ex.example", "Åsa <åsa@ex.example>", "asa@ex.example", ""),
    ("From: =?utf-8?Q?chef=40region.example?=", "chef@region.example", "", ""),
    ("From: \r\nSender: Bo <bo@ex.example>", "Bo", "bo@ex.example", ""),
    ("From: " + "x" * 300 + " <a@ex.example>", "x" * 200, "a@ex.example", ""),
    ("Subject: x", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "name", "email", "reply_to"), WHO)
def test_sender_and_where_answers_go(headers: str, name: str, email: str, reply_to: str, settings: Any) -> None:
    """RFC 5322, 3.6.2: the author is in From, the address for answers in Reply-To."""
    settings.REPLY_ADDRESS, settings.REGISTRAR_EMAIL = "diariet@example.org", "registrator@example.org"

    said = describe_mail(f"{headers}\r\n\r\nText.".encode())

    assert (said["name"], said["email"], said["reply_to"]) == (name, email, reply_to)


def test_nothing_that_the_database_cannot_hold_is_read() -> None:
    said = describe_mail(b"From: A\0nna <a@b.se>\r\nSubject: =?utf-8?Q?a=00b?=\r\n\r\nHej\0 \xed\xa0\x80\r\n\r\nd\xe5.")

    assert (said["name"], said["subject"], said["message"]) == ("Anna", "ab", "Hej í\xa0€\n\ndå.")


def part(content_type: str, disposition: str = "", content: str = "x") -> str:
    return f"Content-Type: {content_type}\r\nContent-Disposition: {disposition}\r\n\r\n{content}"


def mixed(*parts: str, kind: str = "mixed") -> str:
    body = "".join(f"--x\r\n{each}\r\n" for each in parts)
    return f"Content-Type: multipart/{kind}; boundary=x\r\n\r\n{body}--x--\r\n"


NOTHING = "Mejlet innehåller varken text eller filer. Öppna det som det kom för att se vad som finns."
NO_TEXT = {
    "bytes at all": ("", "Mejlet är tomt."),
    "text and files": ("\r\n", NOTHING),
    "text but a page without words": (part("text/html", "", "<img src='https://ex.example/1.png'>"), NOTHING),
    "text but a text file": (part("text/plain", "attachment; filename=klagan.txt", "Jag klagar."),
                             "Mejlets text ligger i en bifogad fil: klagan.txt"),
    "text but a page as a file": (mixed(part("text/html", "attachment", "<p>Jag klagar.")),
                                  "Mejlets text ligger i en bifogad fil: 1.html"),
    "text but a document": (part("application/pdf", "attachment; filename=klagan.pdf"),
                            "Mejlet innehåller ingen text, bara filer: klagan.pdf"),
    "text but pictures": (mixed(part("image/png", "inline; filename=a.png"), part("image/jpeg", "inline")),
                          "Mejlet innehåller ingen text, bara bilder: a.png, 2.jpg"),
    "text but a forwarded mail": (part("message/rfc822", "", "Subject: Vidare\r\n\r\nText"),
                                  "Mejlet innehåller ingen text, bara filer: 1.eml"),
    "encrypted": (part("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"),
                  "Mejlet är krypterat, så texten kan inte visas här. Den ligger i: smime.p7m"),
    "encrypted by PGP": (
        mixed(part("application/pgp-encrypted", "", "Version: 1"), part("application/octet-stream; name=brev.asc"),
              kind="encrypted"),
        "Mejlet är krypterat, så texten kan inte visas här. Den ligger i: 1.asc, brev.asc"),
    "signed": (part("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"),
               "Mejlets text ligger inuti signaturen (S/MIME) och kan inte visas här. Den ligger i: smime.p7m"),
    "Outlook": (part("application/ms-tnef; name=winmail.dat"),
                "Mejlets text kan ligga i ett format som bara Outlook läser och kan inte visas här. Se: winmail.dat"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_TEXT)
def test_mail_without_text_says_what_there_is(kind: str) -> None:
    body, sentence = NO_TEXT[kind]

    assert describe_mail(f"From: a@b.se\r\n{body}".encode() if body else b"")["message"] == sentence


def test_no_damaged_mail_becomes_an_empty_record() -> None:
    chance = random.Random(5)  # noqa: S311
    seeds = [f"From: A <a@b.se>\r\nSubject: x\r\n{body}".encode() for body, _sentence in NO_TEXT.values()]
    seeds.append(mixed(part("text/plain"), part("text/html", "", "<p>å"), kind="alternative").encode())
    for number in range(2000):
        raw = bytearray(seeds[number % len(seeds)])
        for _change in range(chance.randrange(1, 6)):
            at = chance.randrange(len(raw) + 1)
            if chance.random() < 0.2:
                del raw[at:]
            else:
                raw[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        said = describe_mail(bytes(raw))
        assert said["message"]
        assert not any("\0" in str(value) for value in said.values())
