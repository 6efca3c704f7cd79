"""Headers of free text, parameters and Message-IDs, as they come over the wire."""

import pytest

from mailroom.charsets import decode_text
from mailroom.headers import decode_words, read_header, read_message_ids, read_parameter
from mailroom.mime_parser import parse_mail

SUBJECTS = [
    (b"En fr=?utf-8?q?=C3=A5?=ga", "En fråga"),
    (b"=?utf-8?q?=C3=A5r?= =?utf-8?q?sredovisning?=", "årsredovisning"),
    (b"=?utf-8?B?w6U=?=\r\n =?utf-8?B?w6Q=?= \xc3\xb6", "åä ö"),
    (b"=?utf-8?B?4oA=?= =?utf-8?B?kw==?=", "–"),  # a character cut in two by the writer's program
    (b"=?iso-8859-1?Q?95_=80?=", "95 €"),
    (b"=?UTF-8*sv?Q?R=C3=A4ksm=C3=B6rg=C3=A5s?=", "Räksmörgås"),
    (b"=?utf-8?Q?Hur m=C3=A5r du??=", "Hur mår du?"),
    (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
    (b"R\xc3\xa4ksm\xc3\xb6rg\xc3\xa5s", "Räksmörgås"),
    (b"R\xe4ksm\xf6rg\xe5s \x96 95 \x80", "Räksmörgås – 95 €"),
    (b"\xc3\x85r =?utf-8?q?=C3=A5?=", "År å"),
    (b"\xc5r =?utf-8?q?=C3=A5?=", "År å"),
    (b"=?utf-8?q?Hej=0D=0ABcc:_a=40b.se?=", "Hej Bcc: a@b.se"),
    (b"a =?utf-8?b?!?= b", "a b"),
    (b"=?utf-8?Q?trasig", "=?utf-8?Q?trasig"),
    (b"=?utf-8?z?x?=", "=?utf-8?z?x?="),
    (b"a =? b ?= c", "a =? b ?= c"),
    (b"", ""),
    (b"x" * 300, "x" * 300),
]


@pytest.mark.parametrize(("value", "text"), SUBJECTS)
def test_subject_is_decoded_whole(value: bytes, text: str) -> None:
    assert read_header(parse_mail(b"Subject: " + value + b"\r\n\r\n"), "Subject") == text


NAMES = [
    (b'filename="lista.txt"', "lista.txt"),
    (b'filename="\xc3\xa5rsredovisning.pdf"', "årsredovisning.pdf"),
    (b'filename="\xe5rsredovisning.pdf"', "årsredovisning.pdf"),
    (b"filename*=UTF-8''%C3%A5rsredovisning.pdf", "årsredovisning.pdf"),
    (b"filename*=iso-8859-1'sv'pris%2095%20%80.pdf", "pris 95 €.pdf"),
    (b"filename*0*=UTF-8''%C3%A5rs; filename*1*=redovisning; filename*2=.pdf", "årsredovisning.pdf"),
    (b'filename*0="lang"; filename*1="t namn.pdf"', "langt namn.pdf"),
    (b"filename=\"?rs.pdf\"; filename*=UTF-8''%C3%A5rs.pdf", "års.pdf"),
    (b'filename="=?utf-8?Q?=C3=A5rs=3Bredovisning.pdf?="', "års;redovisning.pdf"),
    (b"filename==?utf-8?B?w6VyLnBkZg==?=", "år.pdf"),
    (b'filename="=?utf-8?Q?=C3=A5r?=\r\n =?utf-8?Q?2026.pdf?="', "år2026.pdf"),
    (b'filename="a;b.pdf"', "a;b.pdf"),
    (b"filename*=utf-9''%FF.pdf", "ÿ.pdf"),
    (b"filename*=%%%", "%%%"),
    (b'filename="a\x00b.pdf"', "a\0b.pdf"),
    (b"filename", ""),
    (b"", ""),
]


@pytest.mark.parametrize(("parameter", "name"), NAMES)
def test_parameter_is_read_before_it_is_decoded(parameter: bytes, name: str) -> None:
    mail = parse_mail(b"Content-Disposition: attachment; " + parameter + b"\r\n\r\n")

    assert read_parameter(mail, "filename", "content-disposition") == name


def test_message_ids_are_never_encoded() -> None:
    """An encoded word with our Message-ID points at no case (RFC 2047, 5)."""
    mail = parse_mail(
        b"In-Reply-To: =?utf-8?Q?=3Cvar=40region.example=3E?=\r\nReferences: <a@x.se>\r\n <b@x.se>\r\n\r\n"
    )

    assert read_message_ids(mail, "In-Reply-To", "References") == ["<a@x.se>", "<b@x.se>"]


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        (b"2023 \x96 2024 \x80 \x94\x85", "iso-8859-1", "2023 – 2024 € ”…"),
        (b"2023 \x96 2024 \x80 \x94\x85", "", "2023 – 2024 € ”…"),
        (b"2023 \x96 2024 \x80 \x94\x85", "us-ascii", "2023 – 2024 € ”…"),
        (b"2023 \x96 2024 \x80 \x94\x85", "x-unknown", "2023 – 2024 € ”…"),
        (b"2023 \x96 2024 \x80 \x94\x85", '"ISO_8859-1"', "2023 – 2024 € ”…"),
        ("åäö".encode(), "", "åäö"),
        ("åäö".encode(), "ascii", "åäö"),
        ("åäö".encode(), "x-unknown", "åäö"),
        (b"\xe5\xe4\xf6", "utf-8", "åäö"),
        ("Räksmörgåsar åt alla".encode()[:-1] + b"\xc3", "utf-8", "Räksmörgåsar åt all\ufffd"),
        (b"\xef\xbb\xbf\xc3\xa5", "iso-8859-1", "å"),
        ("åäö".encode("utf-16"), "utf-16", "åäö"),
        (b"\x86\x84\x94", "cp850", "åäö"),
        (b"+AOU-", "utf-7", "å"),
        ("ł".encode("iso-8859-2"), "iso-8859-2", "ł"),
        (b"\xa4", "iso-8859-15", "€"),
        (b"xn--a", "punycode", "xn--a"),
        (b"6162", "hex", "6162"),
        (b"a", "\0", "a"),
        (b"", "utf-8", ""),
    ],
)
def test_bytes_are_read_as_browsers_do(content: bytes, label: str, text: str) -> None:
    """WHATWG Encoding: the label ISO-8859-1 means windows-1252."""
    assert decode_text(content, label) == text


def test_long_header_takes_no_long_time() -> None:
    assert len(decode_words("=?utf-8?q?a" * 20_000 + "=?utf-8?q?=C3=A5?= " * 20_000)) > 20_000
