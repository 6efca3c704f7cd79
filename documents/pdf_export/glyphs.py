"""Which characters the typefaces have, and words for those that they lack."""

import re
import unicodedata

from language.characters import normalize_text

SPACE = re.compile(r"[ \t\n]+")
NEVER_AT_HAND = re.compile(r"[\u2e80-\ufaff\ufff0-\ufffc\ufffe\uffff\U00010000-\U0010ffff]")
"""Chinese, Japanese, Korean, private use, emoji."""
NOT_ALWAYS_AT_HAND = re.compile(
    r"[^ -~\u00a0-\u017e\u200b\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2190\u2192\u2212]"
)
"""All but what our own typefaces have. Those that come with Typst have some of it, alone or combined."""

LONGEST_WORD = 60
UNBROKEN = re.compile(rf"(?<!\S)(?!\S*://)\S{{{LONGEST_WORD + 1},}}")
"""Words that would run off the page; Typst itself breaks addresses."""


def make_legible(text: str) -> str:
    """Return the text normalised, with plain spaces, breakable words, and rare characters spelt out."""
    text = SPACE.sub(" ", normalize_text(text))
    return UNBROKEN.sub(_breakable, spell_out(text, NEVER_AT_HAND))


def spell_out(text: str, characters: re.Pattern[str]) -> str:
    """Return the text with those characters replaced by their names (`[grinning face]`, `[U+E000]`).

    PDF/A-2a and PDF/UA-1 forbid the empty box that would show otherwise.
    """
    return characters.sub(lambda match: f"[{_name(match[0])}]", text)


def _breakable(match: re.Match[str]) -> str:
    """Return the word with zero-width spaces where it can be broken."""
    return "\u200b".join(re.findall(".{1,10}", match[0]))


def _name(character: str) -> str:
    return unicodedata.name(character, "").lower() or f"U+{ord(character):04X}"
