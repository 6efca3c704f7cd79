"""What is said of how a text is built: its headings, links and tables."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from publishing.pasted_text.tree import Node
from publishing.writing_advice.languages import Language
from publishing.writing_advice.remarks import Remark, shorten_quote

LONGEST_HEADING = 80
LONGEST_TITLE = 90
LOUD_FROM = 12
"""Letters of a heading in capitals: shorter ones are abbreviations."""
UNNAMED = ("http://", "https://", "www.")


def judge_structure(root: Node, language: Language, above: int = 1) -> Iterator[Remark]:
    """Yield what is said of the parts of a text, in order. Above it on its page is a heading of the level `above`."""
    for node in root.walk():
        if node.tag in ("h2", "h3"):
            yield from _judge_heading(node, above)
            above = int(node.tag[1])
        elif node.tag == "a":
            yield from _judge_link(node, language)
        elif node.tag == "table" and not node.has({"th"}):
            yield Remark(
                _(
                    "The table that begins with “%(cell)s” has no headers. Place the cursor in its first row and press "
                    "“Toggle header cell” for each cell, so that it can be understood when it is read aloud."
                )
                % {"cell": shorten_quote(next(filter(None, (one.text for one in node.walk() if one.tag == "td")), ""))}
            )
        elif node.tag == "p" and _is_bold_line(node):
            yield Remark(
                _("“%(text)s” looks like a heading but is bold text. Make it a heading, so that everybody finds it.")
                % {"text": shorten_quote(node.text)}
            )


def judge_title(title: str) -> Iterator[Remark]:
    """Yield what is said of a title."""
    if len(title) > LONGEST_TITLE:
        words = _("The title has %(count)d characters. Search engines show about 60, so say the most important first.")
        yield Remark(words % {"count": len(title)})
    if title.endswith(".") and not title.endswith("..."):
        yield Remark(_("Take away the full stop at the end of the title."))
    if _is_loud(title):
        yield Remark(_("The title is in capitals only, which is hard to read. Write it with small letters."))


def _judge_heading(node: Node, above: int) -> Iterator[Remark]:
    text, level = node.text, int(node.tag[1])
    if not text:
        yield Remark(
            _("A heading is empty. Write something in it, or make it a paragraph and take it away."), is_error=True
        )
        return
    if level > above + 1:
        words = _("“%(text)s” is a Heading %(level)d without a Heading %(higher)d above it. Change its level.")
        yield Remark(words % {"text": shorten_quote(text), "level": level, "higher": level - 1})
    if len(text) > LONGEST_HEADING:
        yield Remark(_("The heading “%(text)s” is long. A few words are enough.") % {"text": shorten_quote(text)})
    if _is_loud(text):
        words = _("The heading “%(text)s” is in capitals only, which is hard to read. Write it with small letters.")
        yield Remark(words % {"text": shorten_quote(text)})


def _judge_link(node: Node, language: Language) -> Iterator[Remark]:
    text = node.text
    if not text:
        words = _("A link to “%(address)s” has no text. Take it away, or write where it leads.")
        yield Remark(words % {"address": shorten_quote(node.attributes.get("href", ""))}, is_error=True)
    elif text.strip(" .:!»›→>").casefold() in language.vague:
        yield Remark(
            _("The link “%(text)s” does not say where it leads. Let the name of what it leads to be the link.")
            % {"text": text}
        )
    elif text.startswith(UNNAMED):
        yield Remark(
            _("The link “%(text)s” is an address. Write the name of the page instead: addresses are hard to hear.")
            % {"text": shorten_quote(text)}
        )


def _is_bold_line(node: Node) -> bool:
    only = [child for child in node.children if not isinstance(child, str) or child.strip()]
    is_bold = len(only) == 1 and isinstance(only[0], Node) and only[0].tag == "strong"
    return is_bold and 0 < len(node.text) <= LONGEST_HEADING and not node.text.endswith((".", ":", "!", "?"))


def _is_loud(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= LOUD_FROM and all(letter.isupper() for letter in letters)
