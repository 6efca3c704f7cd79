"""Words from a file, as they may be kept: no control characters, nothing that is no text, not too long."""

import re
import unicodedata

NOT_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the reading direction, with which a title could be made to look like another."""
LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
LIGATURE = re.compile("|".join(LIGATURES))
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
HYPHEN_AT_END = re.compile(r"(?<=\w)[-\u00ad\u2010\ufffe\x02]\s*\n\s*(?=(\w+))")
AFTER_A_HYPHEN = {"och", "eller", "samt", "respektive", "and", "or", "to", "till"}
"""Words before which a hyphen at a line's end stands for what two words have in common (*skogs- och jordbruk*)."""
HYPHENS = re.compile("[\u2010\u2011]")
"""The hyphen by its own name, and the one that no line breaks at: to whoever searches, a hyphen like any other."""
SENTENCE_END = (".", "!", "?", ":")
SHORT = 0.6
"""A line so much shorter than the page's longest ends a paragraph, or is a heading."""


def clean_line(text: object, at_most: int) -> str:
    """A title: one line, without what is no text."""
    cleaned = DIRECTIONS.sub("", NOT_TEXT.sub(" ", str(text)))
    return unicodedata.normalize("NFC", " ".join(cleaned.split()))[:at_most].rstrip()


def clean_language_tag(text: object) -> str:
    """The language, if it is spelt as BCP 47 has it; LANGUAGE is stricter than that, so as to need no registry."""
    found = str(text).strip()
    return found if LANGUAGE.fullmatch(found) else ""


def rebuild_paragraphs(text: str) -> str:
    """The text of a printed page: words that were broken over lines whole again, a line for each paragraph."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\ufffe\x02](?!\\s*\n)", "\ufffe\n", text)  # pdfium's marks of a hyphen at a line's end
    return _folded(_lines(HYPHEN_AT_END.sub(_joint, text)))


def clean_lines(text: str) -> str:
    """The text of a file in which lines are paragraphs."""
    return "\n".join(line for line in _lines(text) if line)


def _lines(text: str) -> list[str]:
    text = LIGATURE.sub(lambda found: LIGATURES[found[0]], text)
    text = DIRECTIONS.sub("", NOT_TEXT.sub("", HYPHENS.sub("-", text.replace("\u00ad", ""))))
    return [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n")]


def _joint(found: re.Match[str]) -> str:
    """What stands between the two halves: a hyphen that belongs to the word is kept."""
    following = found[1]
    if following.lower() in AFTER_A_HYPHEN:
        return "- "
    return "" if following[0].islower() else "-"


def _folded(lines: list[str]) -> str:
    """Lines of one paragraph in one line."""
    longest = max(map(len, lines), default=0)
    folded: list[str] = []
    is_open = False
    for line in lines:
        if not line:
            is_open = False
            continue
        if is_open and not (_may_end(folded[-1], line, longest)):
            folded[-1] += f" {line}"
        else:
            folded.append(line)
        is_open = True
    return "\n".join(folded)


def _may_end(line: str, following: str, longest: int) -> bool:
    """Whether a paragraph ends with the line: it ends a sentence or is short, and what follows begins anew."""
    begins_anew = not following[0].islower()
    return begins_anew and (line.endswith(SENTENCE_END) or len(line) < SHORT * longest)
