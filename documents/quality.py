"""The quality report on a file, and the rule of what its faults require before it is published.

A file that shuts readers out (EN 301 549, chapter 10; DOS-lagen, SFS 2018:1937) is published only with an accessible
version, or with a reason that the public can read.
"""

from collections.abc import Collection
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from documents.advice import ADVICE, LANGUAGE_DIFFERS, Advice
from documents.hidden_content import describe_hidden
from documents.models import SHUTTING_OUT, Document, DocumentVersion, Fault, MediaType, Scan

WORST_FIRST = (
    Fault.HIDDEN_CONTENT,
    Fault.NO_TEXT,
    Fault.UNTAGGED,
    Fault.SOME_PAGES_WITHOUT_TEXT,
    Fault.NOT_INSPECTED,
    Fault.NO_LANGUAGE,
    Fault.NO_BOOKMARKS,
    Fault.NO_TITLE,
)


class Finding(NamedTuple):
    """One fault of a file, and how to mend it."""

    code: str
    advice: Advice
    shuts_out: bool
    details: tuple[str, ...] = ()
    """Details, in sentences."""


class Report(NamedTuple):
    """What is wrong with a file, the worst first, and what is good."""

    findings: list[Finding]
    good: list[str]

    @property
    def shuts_out(self) -> bool:
        return any(finding.shuts_out for finding in self.findings)


def build_report(version: DocumentVersion, language: str) -> Report:
    """Return an editor's report on a file, in a document that is written in that language."""
    findings = [_finding(fault, version) for fault in sort_by_severity(version.faults)]
    if _speaks_another(version.declared_language, language):
        findings.append(Finding("language_differs", LANGUAGE_DIFFERS, shuts_out=False))
    return Report(findings, _good(version, language))


def _finding(fault: Fault, version: DocumentVersion) -> Finding:
    details = describe_hidden(version.hidden_content) if fault == Fault.HIDDEN_CONTENT else []
    return Finding(fault, ADVICE[fault], fault in SHUTTING_OUT, tuple(details))


def sort_by_severity(faults: Collection[str]) -> list[Fault]:
    """Return the faults, the worst first."""
    return [fault for fault in WORST_FIRST if fault in faults]


def get_language_name(language: str) -> str:
    """Return the name of a language, or its code if the name is unknown."""
    try:
        return get_language_info(_primary(language))["name_translated"].lower()
    except KeyError:
        return language


def _primary(language: str) -> str:
    """Return the language of a tag such as `sv-SE` (RFC 5646)."""
    return language.replace("_", "-").split("-")[0].lower()


def _speaks_another(declared: str, language: str) -> bool:
    return bool(declared) and _primary(declared) != language


def _good(version: DocumentVersion, language: str) -> list[str]:
    good = []
    if version.is_tagged:
        good.append(_("tagged for assistive technology"))
    if version.declared_language and not _speaks_another(version.declared_language, language):
        good.append(
            _("has its language set to %(language)s") % {"language": get_language_name(version.declared_language)}
        )
    if version.declared_title:
        good.append(_("has the title “%(title)s”") % {"title": version.declared_title})
    if version.outline:
        count = len(version.outline)
        good.append(ngettext("has %(count)d bookmark", "has %(count)d bookmarks", count) % {"count": count})
    has_text = not {Fault.NO_TEXT, Fault.SOME_PAGES_WITHOUT_TEXT, Fault.NOT_INSPECTED} & set(version.faults)
    if has_text and version.media_type == MediaType.PDF:
        good.append(_("has text on its pages"))
    return good


def check_publishing(document: Document, new_faults: Collection[str] | None = None) -> None:
    """Raise `ValidationError`, by field, if the file that the public would get shuts readers out without an excuse.

    `new_faults` are those of a file that is being added; otherwise the newest file that may become public is checked.
    """
    if new_faults is None:
        newest = find_newest_to_show(document)
        new_faults = newest.faults if newest else []
    if not set(SHUTTING_OUT) & set(new_faults) or document.inaccessible_reason_sv:  # type: ignore[attr-defined]
        return
    if document.accessible_version is None:
        raise ValidationError({"inaccessible_reason_sv": _missing(new_faults)})
    if why := _why_not_instead(document.accessible_version, document):
        raise ValidationError({"accessible_version": why})


def find_newest_to_show(document: Document) -> DocumentVersion | None:
    """Return the newest file that the public has, or will have after the virus check, out of prefetched `versions`."""
    versions = document.versions.all() if document.pk else ()
    shown = [v for v in versions if v.withdrawn_at is None and v.scan != Scan.INFECTED]
    return max(shown, key=lambda version: version.number, default=None)


def _missing(faults: Collection[str]) -> str:
    what = (
        _("The file's pages are only images, so some people cannot read it at all.")
        if Fault.NO_TEXT in faults
        else _("The file has no tags, so some people cannot read it at all.")
    )
    do = _(
        "Add a corrected file, choose a document with the same content that everyone can read, or explain why "
        "there is none. The reason will be public."
    )
    return f"{what} {do}"


def _why_not_instead(other: Document, document: Document) -> str:
    """Return why a document cannot be another's accessible version; empty if it can."""
    names = {"other": other}
    if other == document:
        return _("A document cannot be its own accessible version. Choose another, or explain why there is none.")
    if not other.is_published():
        return (
            _("“%(other)s” is not published. Publish it first, or explain why there is no accessible version.") % names
        )
    version = other.current_version
    if version is None:
        return _("“%(other)s” has no file that the public can read. Choose another document.") % names
    if version.shuts_out:
        return _("“%(other)s” is not accessible to everyone either. Choose another document.") % names
    return ""
