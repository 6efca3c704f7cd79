"""What is typed, matched with texts that stand in no index."""

import pytest

from language.words.texts import TextQuestion


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("transport", "Ny transportinfrastruktur"),
        ("infrastruktur transport", "Transportinfrastrukturen"),
        ("utbyggnad av bredband", "bredbandsutbyggnaden"),
        ("bredbandsutbyggnad", "utbyggnad av bredbandet"),
        ("cykel väg", "Cykelvägar i länet"),
        ("skolan", "skolornas elever"),
        ("bredb", "Bredband till alla"),
        ("tran*", "Transporter"),
        ('"mål för länets miljö"', "våra mål för länens miljöer"),
        ("mål -energi", "mål för klimatet"),
        ("-energi", "mål för klimatet"),
    ],
)
def test_a_text_holds_what_was_typed(typed: str, text: str) -> None:
    assert TextQuestion(typed, ("sv",)).is_answered_by([(text, "sv")])


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("bil", "mobil täckning"),
        ("järnväg", "järn längs vägen"),
        ("skola bredband", "skolan"),
        ('"mål för länets miljö"', "miljön är länets mål"),
        ("mål -energi", "mål för energin"),
        ("och", "och"),
        ("!", "!"),
        ("", "text"),
    ],
)
def test_a_text_does_not_hold_what_was_typed(typed: str, text: str) -> None:
    assert not TextQuestion(typed, ("sv",)).is_answered_by([(text, "sv")])


def test_words_may_stand_in_several_texts_but_a_phrase_in_one() -> None:
    texts = [("Höga", "sv"), ("kusten", "sv")]

    assert TextQuestion("höga kusten", ("sv",)).is_answered_by(texts)
    assert not TextQuestion('"höga kusten"', ("sv",)).is_answered_by(texts)


def test_each_text_is_read_in_its_own_language() -> None:
    assert TextQuestion("company", ("sv", "en")).is_answered_by([("Two companies", "en")])
    assert not TextQuestion("company", ("sv", "en")).is_answered_by([("Two companies", "sv")])
