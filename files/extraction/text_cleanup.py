"""Cleaning up text from a file: no control characters, words and paragraphs whole, titles on one line."""

import re
import unicodedata

from language.characters import BYTE_ORDER_MARK, DIRECTIONS, NO_TEXT

NOT_TEXT = re.compile(f"[{NO_TEXT}{BYTE_ORDER_MARK}\u200b\u2060\ufff9-\ufffd\U000e0000-\U000e007f]")
"""What is no text, and what extraction leaves behind: word joiners, annotation marks, replacement characters, tags."""
DIRECTION = re.compile(f"[{DIRECTIONS}]")
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
"""Words before which a hyphen at a line's end belongs to the word (*skogs- och jordbruk*)."""
HYPHENS = re.compile("[\u2010\u2011]")
"""The Unicode hyphen and the non-breaking one: for a search they are plain hyphens."""
SENTENCE_END = (".", "!", "?", ":")
SHORT = 0.6
"""A line this much shorter than the page's longest ends a paragraph, or is a heading."""


def clean_line(text: object, at_most: int) -> str:
    """Return a title or a name as one line of text."""
    cleaned = DIRECTION.sub("", NOT_TEXT.sub(" ", str(text)))
    return unicodedata.normalize("NFC", " ".join(cleaned.split()))[:at_most].rstrip()


def clean_language_tag(text: object) -> str:
    """Return the language tag if it looks like one; empty otherwise. LANGUAGE is stricter than BCP 47."""
    found = str(text).strip()
    return found if LANGUAGE.fullmatch(found) else ""


def rebuild_paragraphs(text: str) -> str:
    """Return the text of a printed page, a line for each paragraph, with words rejoined that lines had broken."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\ufffe\x02](?!\\s*\n)", "\ufffe\n", text)  # pdfium's marks for a hyphen at a line's end
    return _folded(_lines(HYPHEN_AT_END.sub(_joint, text)))


def clean_lines(text: str) -> str:
    """Return the text of a file in which lines are paragraphs."""
    return "\n".join(line for line in _lines(text) if line)


def _lines(text: str) -> list[str]:
    text = LIGATURE.sub(lambda found: LIGATURES[found[0]], text)
    text = DIRECTION.sub("", NOT_TEXT.sub("", HYPHENS.sub("-", text.replace("\u00ad", "").replace("\f", " "))))
    return [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n")]


def _joint(found: re.Match[str]) -> str:
    """Return what to put between the two halves: a hyphen that belongs to the word is kept."""
    following = found[1]
    if following.lower() in AFTER_A_HYPHEN:
        return "- "
    return "" if following[0].islower() else "-"


def _folded(lines: list[str]) -> str:
    """Join the lines of each paragraph."""
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
    """Whether a paragraph may end here: the line ends a sentence or is short, and the next begins a new one."""
    begins_anew = not following[0].islower()
    return begins_anew and (line.endswith(SENTENCE_END) or len(line) < SHORT * longest)
