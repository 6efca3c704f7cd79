"""Normalisation of text on its way in, and safe characters on its way out."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from language.characters import make_writable, normalize_line, normalize_parsed, normalize_text, strip_invisible
from tests.hostile_text import CONTROLS, DIRECTIONS, NONCHARACTERS

ANYTHING = st.text(st.characters(exclude_categories=[]))
"""Surrogates too."""


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("A\u030adalsbanan", "Ådalsbanan"),  # as macOS writes it
        ("Ha\u0308rno\u0308sand", "Härnösand"),
        ("\u212bngström, 5 k\u2126", "Ångström, 5 kΩ"),  # singletons
        ("e\u0323\u0302", "ệ"),
        ("\u1112\u1161\u11ab", "한"),
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("\r\n\r\n", "\n\n"),
        ("Rubrik\x0bunderrubrik", "Rubrik\nunderrubrik"),  # PowerPoint's line break
        ("sida\x0csida", "sida\nsida"),
        ("rad\x85rad\u2028rad\u2029stycke", "rad\nrad\nrad\nstycke"),
        ("\ufeffBörjan och\ufeff slut", "Början och slut"),
        ("väg\x1d 83", "väg 83"),
        ("a\x00b\x07c\x1bd\x7fe\x9bf", "abcdef"),
        ("ord\ufffebrutet \uffff\ufdd0\U0001fffe\U0010ffff!", "ordbrutet !"),
        ("halv\ud83d och hel 😀", "halv och hel 😀"),
        ("\u202egnp.tset\u202c \u2066a\u2069", "gnp.tset a"),
        ("kolumn\tkolumn", "kolumn\tkolumn"),
        ("mjukt\u00adstreck, noll\u200bbredd, \u200eltr", "mjukt\u00adstreck, noll\u200bbredd, \u200eltr"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("10\u00a0000\u202fkr", "10\u00a0000\u202fkr"),
        ("\ufffd", "\ufffd"),
        ("", ""),
        ("Bara text.", "Bara text."),
    ],
)  # fmt: skip
def test_text_is_normalised(came, kept):
    assert normalize_text(came) == kept


@pytest.mark.parametrize("character", [*CONTROLS, *NONCHARACTERS, *DIRECTIONS], ids=ascii)
def test_what_is_no_text_never_comes_in(character):
    assert normalize_text(f"före{character}efter") in {"föreefter", "före\nefter"}


@given(ANYTHING)
def test_normalising_again_changes_nothing(text):
    once = normalize_text(text)

    assert normalize_text(once) == once


@given(ANYTHING)
def test_what_is_normalised_can_be_stored_and_searched_for(text):
    normalised = normalize_text(text)

    assert unicodedata.is_normalized("NFC", normalised)
    assert normalised.encode().decode() == normalised
    assert not {char for char in normalised if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")} - {"\t", "\n"}


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("Bredband\x0bi byn", "Bredband i byn"),
        ("Bredband \r\n\t i byn\n", "Bredband i byn"),
        ("\u202eBredband", "Bredband"),
        ("10\u00a0000  kr", "10\u00a0000  kr"),
        ("\x0b", ""),
    ],
)
def test_title_stands_on_one_line(came, kept):
    assert normalize_line(came) == kept


@pytest.mark.parametrize(
    "written",
    ["Ha\u0308rno\u0308sands kommun", "Härnösands\u200b kommun", "Härnö\u00adsands kommun", "\ufeffHärnösands kommun",
     "\u2060Härnösands kommun\u200e", "Ha\u034f\u0308rnösands kommun", "Härnösands\x00 kommun"],
)  # fmt: skip
def test_name_is_compared_without_what_cannot_be_seen(written):
    assert strip_invisible(written) == "Härnösands kommun"


def test_every_text_of_a_document_is_normalised():
    found = {"A\u030ar": ["20\x1d24", {"namn\u200b": "A\u030ange\ud800"}, None, 1.5, True], "b": "\r\n"}

    assert normalize_parsed(found) == {"År": ["2024", {"namn\u200b": "Ånge"}, None, 1.5, True], "b": "\n"}


def test_document_whose_names_become_the_same_is_refused():
    with pytest.raises(ValueError, match="two names are the same"):
        normalize_parsed({"År": 1, "A\u030ar": 2})


@given(ANYTHING)
def test_what_is_written_is_xml_whatever_it_was(text):
    written = make_writable(text)

    element = etree.Element("t", {"a": written})
    element.text = written

    assert etree.fromstring(etree.tostring(element)).text in {written, None}


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("väg\x1d83", "väg\ufffd83"),
        ("a\x0bb\x85c\r\nd", "a\nb\nc\nd"),
        ("\x07\x7f\x9b\ufffe\U0010ffff", "\ufffd" * 5),
        ("A\u030a\u202e\u200b\ttext", "A\u030a\u202e\u200b\ttext"),
        (2026, "2026"),
    ],
)
def test_what_no_format_can_hold_is_seen_as_replaced(stored, written):
    assert make_writable(stored) == written
