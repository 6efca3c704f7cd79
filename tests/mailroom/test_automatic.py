"""Detection of automatic mail, for filing and for receipts."""

import pytest

from mailroom.automatic import is_automatic, is_automatic_reply, is_from_list
from mailroom.mime_parser import parse_mail

HEADERS = [
    # header, sent by a program or list, the answer of a program, by a list
    ("Auto-Submitted: auto-replied", True, True, False),
    ("Auto-Submitted: Auto-Replied (rejected)", True, True, False),
    ("Auto-Submitted: auto-replied; owner-email=a@b.se", True, True, False),
    ("Auto-Submitted: auto-generated", True, False, False),
    ("Auto-Submitted: auto-notified", True, False, False),
    ("Auto-Submitted: (x) no", False, False, False),
    ("Auto-Submitted: no", False, False, False),
    ("X-Autoreply: yes", True, True, False),
    ("X-Autoreply: no", False, False, False),
    ("X-Autorespond: Semester", True, True, False),
    ("Precedence: auto_reply", True, True, False),
    ("Precedence: auto-reply", True, True, False),
    ("Precedence: bulk", True, False, False),
    ("Precedence: JUNK", True, False, False),
    ("Precedence: list", True, False, True),
    ("Precedence: first-class", False, False, False),
    ("List-Id: Grannar <grannar.ex.example>", True, False, True),
    ("List-Unsubscribe: <https://ex.example/>", True, False, True),
    ("Return-Path: <>", True, False, False),
    ("Return-Path:  < >", True, False, False),
    ("Return-Path: <a@b.se>", False, False, False),
    ("Subject: Automatiskt svar", False, False, False),
]


@pytest.mark.parametrize(("header", "automatic", "reply", "listed"), HEADERS)
def test_program_or_list_is_told_by_its_headers(header: str, automatic: bool, reply: bool, listed: bool) -> None:
    mail = parse_mail(f"{header}\r\n\r\nText.".encode())

    assert (is_automatic(mail), is_automatic_reply(mail), is_from_list(mail)) == (automatic, reply, listed)
