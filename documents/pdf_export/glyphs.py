"""Signs that the typefaces have, and words for those they don't."""

import re
import unicodedata

from language.characters import normalize_text

SPACE = re.compile(r"[ \t\n]+")
NEVER_AT_HAND = re.compile(r"[\u2e80-\ufaff\ufff0-\ufffc\ufffe\uffff\U00010000-\U0010ffff]")
"""Chinese, Japanese, Korean, private use, emoji."""
NOT_ALWAYS_AT_HAND = re.compile(
    r"[^ -~\u00a0-\u017e\u200b\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2190\u2192\u2212]"
)
"""All but what our own typefaces have: other scripts may be found in those that come with Typst, alone or combined."""

LONGEST_WORD = 60
UNBROKEN = re.compile(rf"(?<!\S)(?!\S*://)\S{{{LONGEST_WORD + 1},}}")
"""What would run off the page. Typst itself knows where to break an address."""


def make_legible(text: str) -> str:
    """The text normalised, with plain spaces, with rare signs in words."""
    text = SPACE.sub(" ", normalize_text(text))
    return UNBROKEN.sub(_breakable, spell_out(text, NEVER_AT_HAND))


def spell_out(text: str, signs: re.Pattern[str]) -> str:
    """The text with the names of those signs (`[grinning face]`, `[U+E000]`) in their place.

    PDF/A-2a and PDF/UA-1 forbid the empty box that would show otherwise.
    """
    return signs.sub(lambda match: f"[{_name(match[0])}]", text)


def _breakable(match: re.Match[str]) -> str:
    """The word with places to break it (zero width spaces)."""
    return "\u200b".join(re.findall(".{1,10}", match[0]))


def _name(sign: str) -> str:
    return unicodedata.name(sign, "").lower() or f"U+{ord(sign):04X}"
