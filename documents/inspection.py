"""Inspection of a file: its facts from the sandbox, checked."""

from pathlib import PurePath
from typing import Any

from django.core.files import File

from documents.models import Fault, MediaType
from files.extraction.facts import OUTLINE_AT_MOST, PAGES_AT_MOST, TITLE_AT_MOST, Facts
from files.extraction.findings import FINDINGS_AT_MOST, KINDS, PLACE_AT_MOST
from files.extraction.refusals import make_refusal
from files.extraction.sandbox import MEBIBYTE, Answer, Limits, open_on_disk, run_sandboxed
from files.extraction.text_cleanup import clean_language_tag, clean_line

COUNT_AT_MOST = 1_000_000_000
LIMITS = Limits(seconds=25, memory=512 * MEBIBYTE, answer=2 * MEBIBYTE)


def inspect_file(file: File) -> Facts:
    """Return the facts of the file, and rewind it. Raise `ValidationError` for one that is not accepted."""
    if not file.size:
        raise make_refusal("empty")
    with open_on_disk(file) as descriptor:
        answer = run_sandboxed(descriptor, "inspect", limits=LIMITS)
    facts = _facts(answer)
    _compare(file.name or "", MediaType(facts.media_type))
    return facts


def _facts(answer: Answer) -> Facts:
    """Return the facts in the answer. A process that did not finish, or says nonsense, met a bad file."""
    if not answer.is_whole or len(answer.lines) != 1:
        raise make_refusal("too_heavy" if answer.ran_out else "broken")
    (raw,) = answer.lines
    if "refused" in raw:
        raise make_refusal(str(raw["refused"]), fault=str(raw.get("detail", "")))
    try:
        return _parse_facts(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise make_refusal("broken") from error


def _parse_facts(raw: dict[str, Any]) -> Facts:
    pages = raw["pages"]
    if pages is not None and not 0 <= int(pages) <= PAGES_AT_MOST:
        raise ValueError("no number of pages")
    return Facts(
        media_type=MediaType(raw["media_type"]).value,
        pages=None if pages is None else int(pages),
        tagged=bool(raw["tagged"]),
        language=clean_language_tag(raw["language"]),
        title=clean_line(raw["title"], TITLE_AT_MOST),
        outline=tuple(
            (int(level), clean_line(title, TITLE_AT_MOST), int(page))
            for level, title, page in raw["outline"][:OUTLINE_AT_MOST]
        ),
        faults=tuple(Fault(fault).value for fault in raw["faults"]),
        hidden=tuple(_hidden(*row) for row in raw["hidden"][:FINDINGS_AT_MOST]),
    )


def _hidden(kind: str, place: object, count: object) -> tuple[str, str, int]:
    if kind not in KINDS:
        raise ValueError("no kind of hidden content")
    return kind, clean_line(place, PLACE_AT_MOST), min(int(str(count)), COUNT_AT_MOST)


def _compare(name: str, media_type: MediaType) -> None:
    """Raise `ValidationError` if the name does not match the content: people open files by their names."""
    suffix = PurePath(name).suffix
    if suffix and suffix.lower() != f".{media_type.suffix}":
        raise make_refusal("mislabelled", suffix=suffix[:20], format=media_type.label, right=media_type.suffix)
