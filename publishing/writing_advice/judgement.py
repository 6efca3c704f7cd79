"""What is said of the texts of a thing, each by the rules of its own language."""

from django.core.exceptions import ValidationError
from django.db.models import Model

from publishing.pasted_text.tree import Node, read_tree
from publishing.prose import list_prose_names, sanitize_prose
from publishing.writing_advice.languages import LANGUAGES
from publishing.writing_advice.links import judge_links
from publishing.writing_advice.readability import judge_language
from publishing.writing_advice.remarks import Remark
from publishing.writing_advice.structure import judge_structure


def judge_prose(html: str, language: str, above: int = 1) -> list[Remark]:
    """Return what is said of a rich text below a heading of the level `above`: what must be put right, then advice."""
    root = _read(html)
    rules = LANGUAGES[language]
    remarks = [*judge_structure(root, rules, above), *judge_links(root), *judge_language(root, rules)]
    return sorted(dict.fromkeys(remarks), key=lambda remark: not remark.is_error)


def find_faults(html: str, language: str) -> list[str]:
    """Return what must be put right in a rich text before it is published."""
    root = _read(html)
    remarks = (*judge_structure(root, LANGUAGES[language]), *judge_links(root))
    return list(dict.fromkeys(remark.words for remark in remarks if remark.is_error))


def check_texts(thing: Model) -> None:
    """Raise `ValidationError` if a rich text of a thing has something that must be put right before it is published."""
    names = list_prose_names(type(thing))
    names = [name for name in names if name.rpartition("_")[2] in LANGUAGES]
    if faults := [words for name in names for words in find_faults(getattr(thing, name) or "", find_language(name))]:
        raise ValidationError(faults)


def find_language(name: str) -> str:
    """Return the language of a field by the end of its name; Swedish if it says none."""
    ending = name.rpartition("_")[2]
    return ending if ending in LANGUAGES else "sv"


def _read(html: str) -> Node:
    return read_tree(sanitize_prose(html))
