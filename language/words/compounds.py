"""Split Swedish compounds: bredbandsutbyggnad → bredband + utbyggnad.

A split counts only if both parts are words of the lexicon that Swedish makes compounds of. The lexicon knows rare words
and names of letters, so short parts are listed; endings that look like words (ung|domar, region|al) are no last
parts, and prefixes (för-, ut-, sam-) no first parts: without its prefix a word means something else.
"""

from functools import lru_cache

from language.words.lexicon import find_noun, is_base, is_verb, load_lexicon
from language.words.word_lists import ENDINGS, PREFIXES, SHORT_HEADS, SHORT_TAILS, WHOLE

SHORTEST = 4
LONGEST = 40
"""Letters: longer ones are no words, and would take time."""
VOWELS_CHANGED = {"o": "a", "u": "a", "e": "a"}
"""At the joint: kvinna → kvinno-, gata → gatu-, historia → historie-."""
VOWELS_DROPPED = ("a", "e")
"""At the joint: skola → skol-, vilje → vilj-."""
HEADS_CHANGED = {"res": "resa", "små": "liten", "mät": "mäta", "äldre": "äldre"}


@lru_cache(maxsize=16_384)
def split_compound(word: str) -> tuple[str, str] | None:
    """Return the two parts of a Swedish word in their dictionary forms, the first without its joint."""
    if not SHORTEST + 1 <= len(word) <= LONGEST or word in WHOLE or not word.isalpha():
        return None
    if word not in load_lexicon("sv") and word.capitalize() in load_lexicon("sv"):
        return None  # a name
    found = []
    for place in range(2, len(word) - 2):
        tail = find_last_part(word[place:])
        if tail and (head := find_first_part(word[:place])):
            is_joined = word[place - 1] == "s" and find_noun(word[: place - 1]) is not None
            found.append((is_joined, place, head, tail))
    if not found:
        return None
    _is_joined, _place, head, tail = max(found)  # the longer first part is the surer one: handlings|plan
    return head, tail


def find_last_part(tail: str) -> str | None:
    """Return the dictionary form of a last part: a noun, or an adjective as in miljövänlig."""
    if tail in ENDINGS:
        return None
    known = find_noun(tail)
    if known is None and tail.endswith("s"):
        known = find_noun(tail[:-1])
    if known is None or known in ENDINGS or known in PREFIXES:
        return None
    return known if len(known) >= SHORTEST or known in SHORT_TAILS else None


def find_first_part(head: str) -> str | None:
    """Return the dictionary form of a first part, which may be a compound itself."""
    if head in PREFIXES:
        return None
    for form in _without_joint(head):
        known = _first(form)
        if known:
            return known
    stem_of = HEADS_CHANGED.get(head)
    if stem_of:
        return stem_of
    if len(head) < SHORTEST:
        return None
    bare = head[:-1] if head.endswith("s") and len(head) > SHORTEST + 1 else ""  # samhälls- (samhälle)
    for form in (*_with_vowel(head), *(_with_vowel(bare) if bare else ())):
        if form not in PREFIXES and (is_base(form) or is_verb(form)):
            return form
    parts = split_compound(head[:-1]) if head.endswith("s") else None  # landsbygdsutvecklings|plan
    return head[:-1] if parts else None


def _first(form: str) -> str | None:
    if form in PREFIXES or (len(form) < SHORTEST and form not in SHORT_HEADS):
        return None
    if form in SHORT_HEADS or is_base(form):
        return form
    known = find_noun(form)
    return known if known and known not in PREFIXES and form in (known, f"{known}s") else None


def _without_joint(head: str) -> tuple[str, ...]:
    return (head[:-1], head) if head.endswith("s") else (head,)


def _with_vowel(head: str) -> tuple[str, ...]:
    """Return the words whose vowel was dropped or changed at the joint: skol- (skola), gatu- (gata)."""
    if head[-1] in VOWELS_CHANGED:
        return (head[:-1] + VOWELS_CHANGED[head[-1]],)
    return tuple(head + vowel for vowel in VOWELS_DROPPED)
