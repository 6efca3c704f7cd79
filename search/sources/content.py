"""What the index is told of one thing: its texts, each in its own language, and what narrows a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

from django.utils.html import strip_tags

from search.vectors import Weight


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
    """What it is also found by, as much as by its summary; excerpts are not cut from it."""
    text: Sequence[Text] = ()
    themes: Sequence[int] = ()
    year: int | None = None
    status: str = ""
    dated: datetime | None = None
    written_in: str | None = None
    """The language it is written in, where that is not its title's."""

    def heading(self) -> list[tuple[Weight, Text]]:
        """Title and summary, with the weights that they have."""
        return [("A", self.title), *(("B", text) for text in (*self.summary, *self.names))]

    def everything(self) -> list[tuple[Weight, Text]]:
        return [*self.heading(), *(("C", text) for text in self.text)]

    def excerpted(self) -> str:
        """What excerpts are cut from: the texts in the title's language."""
        return "\n".join(text for text, language in (*self.summary, *self.text) if language == self.title.language)


def said(thing: Any, field: str, language: str) -> Text:
    """A translated text; the Swedish one where it is not translated."""
    own = getattr(thing, f"{field}_{language}") or ""
    return Text(own.strip(), language) if own.strip() else Text((getattr(thing, f"{field}_sv") or "").strip(), "sv")


def texts(thing: Any, language: str, *fields: str) -> list[Text]:
    """Those of the texts that there are."""
    return _filled(said(thing, field, language) for field in fields)


def prose(thing: Any, language: str, *fields: str) -> list[Text]:
    """Rich texts as plain ones."""
    return _filled(Text(plain(text), in_language) for text, in_language in texts(thing, language, *fields))


def both(kept: dict[str, str] | None, language: str) -> Text:
    """A text that was frozen in both languages."""
    kept = kept or {}
    own = (kept.get(language) or "").strip()
    return Text(plain(own), language) if own else Text(plain(kept.get("sv") or ""), "sv")


def plain(html: str) -> str:
    """The words of rich text, a line for each paragraph, heading and item of a list."""
    for end in ("</p>", "</h2>", "</h3>", "</li>", "<br>", "<br/>"):
        html = html.replace(end, f"{end}\n")
    lines = (" ".join(line.split()) for line in unescape(strip_tags(html)).split("\n"))
    return "\n".join(line for line in lines if line)


def _filled(found: Iterable[Text]) -> list[Text]:
    return [text for text in found if text.text]
