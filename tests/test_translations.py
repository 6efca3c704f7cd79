"""Everything that users read stands in Swedish too, with the same placeholders."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

CATALOGUES = settings.BASE_DIR / "locale" / "sv" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}|<[^>]+>")


def read_messages():
    messages = []
    for catalogue in CATALOGUES.glob("*.po"):
        with catalogue.open("rb") as source:
            messages += [message for message in read_po(source) if message.id]
    return messages


def texts(value):
    """A message's texts: one, or one for each plural form."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def placeholders(text):
    return sorted(set(PLACEHOLDER.findall(text)))


def faults(message):
    """What is wrong with a translation, in words."""
    if message.fuzzy:
        return ["it is marked as fuzzy"]
    if not all(texts(message.string)):
        return ["it has no Swedish"]
    wanted = set().union(*(placeholders(text) for text in texts(message.id)))
    found = set().union(*(placeholders(text) for text in texts(message.string)))
    return [f"its placeholders are {sorted(found)}, not {sorted(wanted)}"] if found != wanted else []


def test_every_text_is_translated():
    messages = read_messages()

    assert len(messages) > 100
    assert {message.id: faults(message) for message in messages if faults(message)} == {}


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Goal"\nmsgstr ""', "it has no Swedish"),
        ('#, fuzzy\nmsgid "Goal"\nmsgstr "Mål"', "it is marked as fuzzy"),
        ('msgid "%(count)s goals"\nmsgstr "%(antal)s mål"', "its placeholders are ['%(antal)s'], not ['%(count)s']"),
        ('msgid "a goal"\nmsgid_plural "%(n)s goals"\nmsgstr[0] "ett mål"\nmsgstr[1] ""', "it has no Swedish"),
    ],
)
def test_the_check_finds_a_fault(tmp_path, entry, fault):
    path = tmp_path / "django.po"
    path.write_text(f'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n{entry}\n')
    with path.open("rb") as source:
        found = [faults(message) for message in read_po(source) if message.id]

    assert found == [[fault]]
