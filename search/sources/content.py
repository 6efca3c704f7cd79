"""The content of one thing for the index: its texts, each in its own language, and the values of its facets."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import override

from language.words.vectors import Weight
from publishing.plain_text import read_plain_text

NAMES_FOLLOW = "\n\n"
"""Separates texts, which have no empty lines, from the names that follow."""
UNFINISHED = re.compile(r"(?<=[\w)])\n(?![a-zåäö])")
"""The end of a line without a full stop, unless the next one goes on in lower case."""


class Text(NamedTuple):
    """Plain text and its language."""

    text: str
    language: str


@dataclass(frozen=True)
class Content:
    """A thing as the index holds it for one language of the site."""

    title: Text
    summary: Sequence[Text] = ()
    names: Sequence[Text] = ()
    """Found as much as the summary; shown only if nothing else shows why the thing was found."""
    text: Sequence[Text] = ()
    labels: Sequence[Text] = ()
    """Kind and status in the words that a card shows beside the title: found as well."""
    themes: Sequence[int] = ()
    year: int | None = None
    status: str = ""
    dated: datetime | None = None
    written_in: str | None = None
    """The language it is written in, if it is not the title's."""

    def heading(self) -> list[tuple[Weight, Text]]:
        """Return title, summary, names and labels with their weights."""
        return [("A", self.title), *(("B", text) for text in (*self.summary, *self.names, *self.labels))]

    def everything(self) -> list[tuple[Weight, Text]]:
        return [*self.heading(), *(("C", text) for text in self.text)]

    def excerpted(self) -> str:
        """Return the text for excerpts: the texts in the title's language, then the names."""
        told = [text for text, language in (*self.summary, *self.text) if language == self.title.language]
        names = ", ".join(dict.fromkeys(name.text for name in self.names if name.text))
        return f"{_in_sentences(told)}{NAMES_FOLLOW}{names}".rstrip()


def translate_label(words: Any, language: str) -> Text:
    """Return a label translated into a language."""
    with override(language):
        return Text(str(words), language)


def get_text(thing: Any, field: str, language: str) -> Text:
    """Return a field's translation, or its Swedish text if it is not translated."""
    own = getattr(thing, f"{field}_{language}") or ""
    return Text(own.strip(), language) if own.strip() else Text((getattr(thing, f"{field}_sv") or "").strip(), "sv")


def get_texts(thing: Any, language: str, *fields: str) -> list[Text]:
    """Return the fields' texts that are not empty."""
    return _filled(get_text(thing, field, language) for field in fields)


def get_prose(thing: Any, language: str, *fields: str) -> list[Text]:
    """Return rich-text fields as plain text."""
    return _filled(Text(strip_markup(text), in_language) for text, in_language in get_texts(thing, language, *fields))


def get_frozen_text(kept: dict[str, str] | None, language: str) -> Text:
    """Return a text of a snapshot in a language, or the Swedish one."""
    kept = kept or {}
    own = (kept.get(language) or "").strip()
    return Text(strip_markup(own), language) if own else Text(strip_markup(kept.get("sv") or ""), "sv")


def strip_markup(html: str) -> str:
    """Return rich text as plain text: a line for each paragraph, heading, list item and row of a table."""
    lines = (" ".join(line.split()) for line in read_plain_text(html).split("\n"))
    return "\n".join(line for line in lines if line)


def _in_sentences(told: Iterable[str]) -> str:
    """End headings and the like with a full stop: in an excerpt the next line follows right after them."""
    lines = (line.strip() for text in dict.fromkeys(told) for line in text.splitlines())
    return UNFINISHED.sub(".\n", "\n".join(filter(None, lines)))


def _filled(found: Iterable[Text]) -> list[Text]:
    return [text for text in found if text.text]
