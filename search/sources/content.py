"""What the index is told of one thing: its texts, each in its own language, and what narrows a list."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

from django.utils.html import strip_tags
from django.utils.translation import override

from search.vectors import Weight

NAMES_FOLLOW = "\n\n"
"""Divides what is kept for excerpts: texts, which have no empty lines, and then the names."""
UNFINISHED = re.compile(r"(?<=[\w)])\n(?![a-zåäö])")
"""The end of a line without a stop, unless the next one goes on in small letters."""


class Text(NamedTuple):
    """Plain text and its language."""

    text: str
    language: str


@dataclass(frozen=True)
class Content:
    """One thing, as the index holds it for one language of the site."""

    title: Text
    summary: Sequence[Text] = ()
    names: Sequence[Text] = ()
    """What it is also found by, as much as by its summary; shown where nothing else tells why it was found."""
    text: Sequence[Text] = ()
    labels: Sequence[Text] = ()
    """What it is and how it goes, in words that a row shows beside its title: found by as well."""
    themes: Sequence[int] = ()
    year: int | None = None
    status: str = ""
    dated: datetime | None = None
    written_in: str | None = None
    """The language it is written in, where that is not its title's."""

    def heading(self) -> list[tuple[Weight, Text]]:
        """Title and summary, with the weights that they have."""
        return [("A", self.title), *(("B", text) for text in (*self.summary, *self.names, *self.labels))]

    def everything(self) -> list[tuple[Weight, Text]]:
        return [*self.heading(), *(("C", text) for text in self.text)]

    def excerpted(self) -> str:
        """What excerpts are cut from: the texts in the title's language, and the names apart from them."""
        told = [text for text, language in (*self.summary, *self.text) if language == self.title.language]
        names = ", ".join(dict.fromkeys(name.text for name in self.names if name.text))
        return f"{_in_sentences(told)}{NAMES_FOLLOW}{names}".rstrip()


def translate_label(words: Any, language: str) -> Text:
    """What the site calls something, in a language."""
    with override(language):
        return Text(str(words), language)


def get_text(thing: Any, field: str, language: str) -> Text:
    """A translated text; the Swedish one where it is not translated."""
    own = getattr(thing, f"{field}_{language}") or ""
    return Text(own.strip(), language) if own.strip() else Text((getattr(thing, f"{field}_sv") or "").strip(), "sv")


def get_texts(thing: Any, language: str, *fields: str) -> list[Text]:
    """Those of the texts that there are."""
    return _filled(get_text(thing, field, language) for field in fields)


def get_prose(thing: Any, language: str, *fields: str) -> list[Text]:
    """Rich texts as plain ones."""
    return _filled(Text(strip_markup(text), in_language) for text, in_language in get_texts(thing, language, *fields))


def get_frozen_text(kept: dict[str, str] | None, language: str) -> Text:
    """A text that was frozen in both languages."""
    kept = kept or {}
    own = (kept.get(language) or "").strip()
    return Text(strip_markup(own), language) if own else Text(strip_markup(kept.get("sv") or ""), "sv")


def strip_markup(html: str) -> str:
    """The words of rich text, a line for each paragraph, heading and item of a list."""
    for end in ("</p>", "</h2>", "</h3>", "</li>", "<br>", "<br/>"):
        html = html.replace(end, f"{end}\n")
    lines = (" ".join(line.split()) for line in unescape(strip_tags(html)).split("\n"))
    return "\n".join(line for line in lines if line)


def _in_sentences(told: Iterable[str]) -> str:
    """Headings and the like with a full stop: in an excerpt, the next line stands right after them."""
    lines = (line.strip() for text in dict.fromkeys(told) for line in text.splitlines())
    return UNFINISHED.sub(".\n", "\n".join(filter(None, lines)))


def _filled(found: Iterable[Text]) -> list[Text]:
    return [text for text in found if text.text]
