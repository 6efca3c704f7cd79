"""Finding a sentence of one language on a page in the other."""

import re
from collections.abc import Iterator
from functools import cache

from babel.messages.pofile import read_po
from django.conf import settings
from lxml import html

SWEDISH = """
och att det som för är inte med på av till den har ett kan om från vi oss vår våra ska eller vid också när där här hur
vad vem någon alla deras sig du dig din ditt dina detta denna dessa blir görs finns får under mellan efter utan genom så
man många mer länet länets
"""
ENGLISH = """
the and of is are was were to with for this that these those from you your we our it its be been has have will who what
where which how when their there they an as at by or not more can all
"""
WORDS = {"sv": frozenset(SWEDISH.split()), "en": frozenset(ENGLISH.split())}
WORDS_OF_ONE = {"sv": WORDS["sv"] - WORDS["en"], "en": WORDS["en"] - WORDS["sv"]}
"""Common words that the other language does not have. Words of both (i, in, under) would tell nothing."""
WORD = re.compile(r"[a-zåäöé]+", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+")
"""An address is of no language, though it may be made of Swedish words."""
NOT_READ = {"script", "style", "code", "textarea"}
"""What a form was filled in with stays as it is when its reader takes the page in the other language."""
SPOKEN_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder")


def foreign_texts(page: html.HtmlElement) -> list[str]:
    """Texts of the page that are in the other language than the one they are marked with."""
    return [text for language, text in marked_texts(page) if is_foreign(text, language)]


def marked_texts(page: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Everything that is read out or shown, with the language it claims to be in."""
    languages: dict[html.HtmlElement, str] = {}
    for element in page.iter(html.etree.Element):  # a parent comes before its children, who speak as it does
        language = languages[element] = element.get("lang", languages.get(element.getparent(), ""))[:2]
        if element.tag in NOT_READ:
            continue
        texts = [element.text, *(child.tail for child in element)]
        texts += [element.get(name) for name in SPOKEN_ATTRIBUTES]
        if element.tag == "meta" and element.get("name") == "description":
            texts.append(element.get("content"))
        yield from ((language, " ".join(text.split())) for text in texts if text and text.strip())


@cache
def is_foreign(text: str, language: str) -> bool:
    """Whether common words of the other language outnumber those of its own, or our own catalogue says so."""
    words = [word.lower() for word in WORD.findall(ADDRESS.sub("", text))]
    other = "en" if language == "sv" else "sv"
    own = sum(word in WORDS_OF_ONE[language] for word in words)
    return sum(word in WORDS_OF_ONE[other] for word in words) > own or text in _phrases(other) - _phrases(language)


@cache
def _phrases(language: str) -> frozenset[str]:
    """What the site's own short texts are called in a language: too short for common words."""
    catalogue = settings.BASE_DIR / "locale" / "sv" / "LC_MESSAGES" / "django.po"
    with catalogue.open("rb") as source:
        messages = [message for message in read_po(source) if message.id and not message.context]
    sides = ((message.string if language == "sv" else message.id) for message in messages)
    return frozenset(text for side in sides for text in (side if isinstance(side, tuple | list) else [side]))
