"""Addresses are parsed from the raw header, so nothing encoded becomes one."""

import pytest

from mailroom.addresses import is_address, is_answered, parse_addresses, read_addresses
from mailroom.mime_parser import parse_mail

ONE = [
    # An encoded word is text, whatever it says (RFC 2047, 6.2).
    (b"=?utf-8?Q?chef=40region.example=2C?= <okand@ex.example>", "chef@region.example,", "okand@ex.example"),
    (
        b"=?utf-8?Q?Region_V=C3=A4sternorrland_=3Cregistrator=40region.example=3E?= <falsk@ex.example>",
        "Region Västernorrland <registrator@region.example>",
        "falsk@ex.example",
    ),
    (b"=?iso-8859-1?Q?=D6berg=2C_=C5sa?= <asa@ex.example>", "Öberg, Åsa", "asa@ex.example"),
    (b"=?utf-8?B?IjxjaGVmQHJlZ2lvbi5leGFtcGxlPiI=?= <okand@ex.example>", '"<chef@region.example>"', "okand@ex.example"),
    (b"=?utf-8?Q?x?=\r\n =?utf-8?Q?=2C_chef=40region.example=2C?= <okand@ex.example>", "x, chef@region.example,",
     "okand@ex.example"),
    (b"=?utf-8?Q?chef@region.example,?= <okand@ex.example>", "chef@region.example,", "okand@ex.example"),
    (b"=?utf-8?Q?chef <chef@region.example>, x?= <okand@ex.example>", "chef <chef@region.example>, x",
     "okand@ex.example"),
    (b'"=?utf-8?Q?chef=40region.example=22=2C?=" <okand@ex.example>', 'chef@region.example",', "okand@ex.example"),
    (b"=?utf-8?Q?chef=40region.example?= okand@ex.example", "chef@region.example", "okand@ex.example"),
    (b"okand@ex.example (=?utf-8?Q?chef=40region.example?=)", "chef@region.example", "okand@ex.example"),
    (b"=?utf-8?Q?Anna=0D=0ABcc:_alla=40region.example?= <anna@ex.example>", "Anna Bcc: alla@region.example",
     "anna@ex.example"),
    (b"=?utf-8?Q?trasig <okand@ex.example>", "=?utf-8?Q?trasig", "okand@ex.example"),
    # Nor is anything else that is only a name.
    (b'"chef@region.example" <okand@ex.example>', "chef@region.example", "okand@ex.example"),
    (b'"chef@region.example," <okand@ex.example>', "chef@region.example,", "okand@ex.example"),
    (b"chef@region.example <okand@ex.example>", "chef@region.example", "okand@ex.example"),
    (b"(chef@region.example) okand@ex.example", "chef@region.example", "okand@ex.example"),
    (b"okand@ex.example (chef@region.example)", "chef@region.example", "okand@ex.example"),
    (b'"chef@region.example" okand@ex.example', "chef@region.example", "okand@ex.example"),
    (b"Chef <chef@region.example> <okand@ex.example>", "Chef <chef@region.example", "okand@ex.example"),
    # As people and programs write it.
    (b"anna@ex.example", "", "anna@ex.example"),
    (b"<anna@ex.example>", "", "anna@ex.example"),
    (b"Anna Andersson anna@ex.example", "Anna Andersson", "anna@ex.example"),
    (b'"\xc3\x96berg, \xc3\x85sa" <asa@ex.example>', "Öberg, Åsa", "asa@ex.example"),
    (b"\xd6berg, \xc5sa <asa@ex.example>", "Öberg, Åsa", "asa@ex.example"),
    (b'"Anna \\"Ankan\\" And" <anna@ex.example>', 'Anna "Ankan" And', "anna@ex.example"),
    (b'"Anna <anna@ex.example>', "Anna", "anna@ex.example"),
    (b"(Anna <anna@ex.example>", "(Anna", "anna@ex.example"),
    (b"Anna <anna@ex.example", "Anna", "anna@ex.example"),
    (b"<<anna@ex.example>>", "", "anna@ex.example"),
    (b"anna @ ex.example", "", "anna@ex.example"),
    (b"mailto:anna@ex.example", "", "anna@ex.example"),
    (b"Anna <@relay.example:anna@ex.example>", "Anna", "anna@ex.example"),
    (b"Anna\r\n\t<anna@ex.example>", "Anna", "anna@ex.example"),
    (b"Anna (ledig (nu)) And <anna@ex.example>", "Anna And", "anna@ex.example"),
    (b'"anna.b"@ex.example', "", '"anna.b"@ex.example'),
    (b"Anna <anna@\xc3\xb6berg.example>", "Anna", "anna@öberg.example"),
    (b"=?x-okant?Q?Anna_=E5?= <anna@ex.example>", "Anna å", "anna@ex.example"),
    (b"=?utf-8?B?w?= =?utf-8?B?5Y=?= <a@ex.example>", "å", "a@ex.example"),
    (b"Gruppen: Anna <anna@ex.example>;", "Anna", "anna@ex.example"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name", "address"), ONE)
def test_sender_is_the_address_as_it_stands(value: bytes, name: str, address: str) -> None:
    mail = parse_mail(b"From: " + value + b"\r\n\r\nText.")

    assert read_addresses(mail, "From") == [(name, address)]


@pytest.mark.parametrize(
    "value",
    [
        b"=?utf-8?Q?chef=40region.example?=",
        b"<=?utf-8?Q?chef=40region.example?=>",
        b"Chef <=?utf-8?Q?chef?=@region.example>",
        b"=?utf-8?Q?chef=40region.example=2C?=@ex.example",
        b'"chef@region.example"',
        b"undisclosed-recipients:;",
        b"\xc3\x85sa <\xc3\xa5sa@ex.example>",
        b"anna@ex.example bo@ex.example",
        b"Anna <anna@ex.example, bo@ex.example>",
        b'"\x01"@ex.example',
        b"",
        b"<>",
        b",;:()<>@",
        b"anna",
        b"<" * 500,
        b'"' * 501,
        b"(" * 500,
    ],
)
def test_what_is_no_address_is_not_guessed_at(value: bytes) -> None:
    assert read_addresses(parse_mail(b"From: " + value + b"\r\n\r\n"), "From") == []


def test_lists_and_groups_are_read_in_order() -> None:
    value = 'A <a@ex.se>, "B, C" <b@ex.se>; Alla: c@ex.se, D (d) <d@ex.se>;, e@ex.se,'

    assert parse_addresses(value) == [
        ("A", "a@ex.se"), ("B, C", "b@ex.se"), ("", "c@ex.se"), ("D", "d@ex.se"), ("", "e@ex.se")
    ]  # fmt: skip


def test_several_headers_are_read_one_after_the_other() -> None:
    mail = parse_mail(b"To: a@ex.se\r\nCc: =?utf-8?Q?c=40ex.se=2C?= <b@ex.se>\r\nTo: d@ex.se\r\n\r\n")

    assert [address for _name, address in read_addresses(mail, "To", "Cc")] == ["a@ex.se", "d@ex.se", "b@ex.se"]


@pytest.mark.parametrize("local", ["noreply", "no-reply", "No_Reply", "no.reply-2", "donotreply", "do-not-reply",
                                   "noreply+abc", "ejsvar", "svara-ej", "inget-svar", "mailer-daemon"])  # fmt: skip
def test_nobody_answers_an_address_that_says_so(local: str) -> None:
    assert (is_address(f"{local}@ex.example"), is_answered(f"{local}@ex.example")) == (True, False)


@pytest.mark.parametrize("local", ["reply", "answer", "nora", "noah.reply", "donald", "info"])
def test_others_are_answered(local: str) -> None:
    assert is_answered(f"{local}@ex.example")


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b.se", "a@b@c.se", "a b@c.se", "a\n@b.se", f"{'a' * 250}@b.se", "=?utf-8?q?a?=@b.se"]
)
def test_what_cannot_be_sent_to_is_no_address(address: str) -> None:
    assert not is_address(address)
