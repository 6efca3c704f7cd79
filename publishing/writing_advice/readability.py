"""What is said of the language of a text: long sentences, long words, and days without a year."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from publishing.pasted_text.tree import Node
from publishing.writing_advice.languages import Language
from publishing.writing_advice.remarks import Remark, shorten_quote

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
END = re.compile(r"[.!?]+['”\")]*(?=\s|$)")
LONG_WORD = 7
"""Letters from which a word counts as long in the readability index."""
ENOUGH_WORDS = 100
"""From which the index says something."""
QUOTED_AT_MOST = 3
SKIPPED = {"table"}
HOLDERS = {"p", "h2", "h3"}


def judge_language(root: Node, language: Language) -> Iterator[Remark]:
    """Yield what is said of the words of a text."""
    passages = list(_read_passages(root))
    sentences = [sentence for passage in passages for sentence in split_sentences(passage, language)]
    long = [one for one in sentences if len(WORD.findall(one)) > language.longest_sentence]
    for sentence in long[:QUOTED_AT_MOST]:
        words = _("The sentence “%(text)s” has %(count)d words. Could it be two?")
        yield Remark(words % {"text": shorten_quote(sentence), "count": len(WORD.findall(sentence))})
    if more := len(long[QUOTED_AT_MOST:]):
        words = ngettext("%(count)d more sentence is long.", "%(count)d more sentences are long.", more)
        yield Remark(words % {"count": more})
    yield from _judge_index(sentences, language)
    for day in dict.fromkeys(day for passage in passages for day in language.dated.findall(passage)):
        words = _("“%(day)s” has no year. The page may be read for a long time: write the year too.")
        yield Remark(words % {"day": day})


def measure_index(sentences: list[str]) -> int:
    """Return the readability index (LIX): words per sentence, and long words of a hundred."""
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if not words:
        return 0
    long = sum(len(word) >= LONG_WORD for word in words)
    return round(len(words) / len(sentences) + 100 * long / len(words))


def split_sentences(passage: str, language: Language) -> list[str]:
    """Return the sentences of a paragraph. The full stop of an abbreviation ends none."""
    kept = language.abbreviations.sub(lambda match: match[0].replace(".", "\0"), passage)
    found = []
    start = 0
    for end in END.finditer(kept):
        found.append(kept[start : end.end()])
        start = end.end()
    parts = (part.replace("\0", ".").strip() for part in [*found, kept[start:]])
    return [part for part in parts if WORD.search(part)]


def _judge_index(sentences: list[str], language: Language) -> Iterator[Remark]:
    count = sum(len(WORD.findall(sentence)) for sentence in sentences)
    index = measure_index(sentences)
    if count >= ENOUGH_WORDS and index > language.hardest:
        yield Remark(
            _(
                "The text is hard to read: its readability index (LIX) is %(index)d, and most people read up to "
                "%(limit)d with ease. Shorter sentences and shorter words help most."
            )
            % {"index": index, "limit": language.hardest - 10}
        )


def _read_passages(root: Node) -> Iterator[str]:
    """Yield the text of each paragraph and heading: tables hold figures, not sentences."""
    for child in root.children:
        if not isinstance(child, Node) or child.tag in SKIPPED:
            continue
        if child.tag in HOLDERS:
            yield child.text
        else:
            yield from _read_passages(child)
