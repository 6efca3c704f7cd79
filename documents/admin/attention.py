"""Documents that need attention: filters of the changelist, and counts for the dashboard."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from documents.hidden_content import describe_hidden
from documents.models import SHUTTING_OUT, Document, DocumentVersion, Fault, MediaType, Reading, Scan
from documents.quality import WORST_FIRST
from publishing.models import Publication

TO_LOOK_AT = 5
UNSEEN_AT_MOST = 20
AT_MOST = 1_000_000


def with_newest(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Annotate the documents with facts and faults of their newest file that is not withdrawn.

    The faults are those of the file that the public gets, or will get, so not of an infected one.
    """
    versions = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-number")
    newest = versions.filter(withdrawn_at=None)
    judged = newest.exclude(scan=Scan.INFECTED)

    def of_newest(name: str) -> Subquery:
        return Subquery(newest.values(name)[:1])

    return documents.annotate(
        version_count=Coalesce(Subquery(versions.values("number")[:1]), 0),
        pages=of_newest("pages"),
        newest_faults=Subquery(judged.values("faults")[:1]),
        newest_media_type=of_newest("media_type"),
        newest_scan=of_newest("scan"),
        newest_reading=of_newest("reading"),
        explained=_explained(),
        severity=Coalesce(Subquery(judged.annotate(weight=_weight()).values("weight")[:1]), 0),
    )


def _weight() -> Any:
    """Return a sum in which each fault weighs more than all lesser ones together."""
    weight: Any = Value(0)
    for power, fault in enumerate(reversed(WORST_FIRST)):
        weight += Case(When(faults__contains=[fault], then=Value(2**power)), default=Value(0))
    return Case(When(pk__isnull=False, then=weight), output_field=IntegerField())


def _explained() -> Any:
    """Return `check_publishing` as a condition: a readable public alternative, or a reason for the public."""
    public = DocumentVersion.objects.public().filter(document=OuterRef("pk")).order_by("-number")
    other = Document.objects.published().filter(pk=OuterRef("accessible_version"))
    readable = other.annotate(current=Subquery(public.values("faults")[:1])).filter(
        ~Q(current__overlap=list(SHUTTING_OUT)), current__isnull=False
    )
    has_reason = Q(inaccessible_reason_sv__isnull=False) & ~Q(inaccessible_reason_sv="")
    return ExpressionWrapper(has_reason | Q(Exists(readable)), output_field=BooleanField())


def fault_conditions() -> dict[str, Q]:
    """Return conditions on documents `with_newest`, by what is wrong with the file."""
    shuts_out = Q(newest_faults__overlap=list(SHUTTING_OUT))
    found = {"any": Q(severity__gt=0), "shuts_out": shuts_out, "unexplained": shuts_out & Q(explained=False)}
    return found | {str(fault): Q(newest_faults__contains=[fault]) for fault in WORST_FIRST}


def state_conditions() -> dict[str, Q]:
    """Return conditions on documents `with_newest`, by how far the newest file has been processed."""
    return {
        "waiting": Q(newest_scan=Scan.PENDING),
        "infected": Q(newest_scan=Scan.INFECTED),
        "unchecked": Q(newest_scan=Scan.UNCHECKED),
        "unread": Q(newest_reading=Reading.PENDING),
        "unreadable": Q(newest_reading=Reading.FAILED),
        "none": Q(newest_scan__isnull=True),
    }


class ConditionFilter(admin.SimpleListFilter):
    """A choice among named conditions."""

    words: dict[str, Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return list(self.words.items())

    def conditions(self) -> dict[str, Q]:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:  # noqa: ARG002
        condition = self.conditions().get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


class FaultFilter(ConditionFilter):
    """The faults of the newest file."""

    title = _("problems")
    parameter_name = "fault"
    words = {
        "any": _("any problem, worst first"),
        "shuts_out": _("not accessible"),
        "unexplained": _("not accessible, with neither an accessible version nor a reason"),
    } | {str(fault): fault.label for fault in WORST_FIRST}

    def conditions(self) -> dict[str, Q]:
        return fault_conditions()


class StateFilter(ConditionFilter):
    """How far the newest file has been processed."""

    title = _("file")
    parameter_name = "file"
    words = {
        "waiting": _("waiting for virus check"),
        "infected": _("infected"),
        "unchecked": _("not checked for viruses"),
        "unread": _("text not yet read"),
        "unreadable": _("text could not be read"),
        "none": _("without a file"),
    }

    def conditions(self) -> dict[str, Q]:
        return state_conditions()


class FormatFilter(ConditionFilter):
    """The format of the newest file."""

    title = _("format")
    parameter_name = "format"
    words = {media_type.suffix: media_type.label for media_type in MediaType}

    def conditions(self) -> dict[str, Q]:
        return {media_type.suffix: Q(newest_media_type=media_type) for media_type in MediaType}


class AccessibleFilter(ConditionFilter):
    """Whether the document has an accessible version."""

    title = _("accessible version")
    parameter_name = "accessible"
    words = {"yes": _("has an accessible version"), "no": _("without accessible version")}

    def conditions(self) -> dict[str, Q]:
        return {"yes": Q(accessible_version__isnull=False), "no": Q(accessible_version__isnull=True)}


class Counted(NamedTuple):
    """A count on the dashboard, and the changelist that it counts."""

    count: int
    words: Any
    url: str
    calls: bool


class Unseen(NamedTuple):
    """A public file and its hidden content, in sentences."""

    version: DocumentVersion
    sentences: list[str]


def find_unseen() -> list[Unseen]:
    """Return files with hidden content that are public or scheduled; first those that no editor has accepted.

    Earlier versions are included, since they stay at their addresses.
    """
    public = DocumentVersion.objects.public().filter(document__publication=Publication.PUBLISHED)
    found = public.exclude(hidden_content=[]).select_related("document").defer("outline")
    ordered = found.order_by(F("hidden_accepted_at").asc(nulls_first=True), "-created_at", "pk")
    return [Unseen(version, describe_hidden(version.hidden_content)) for version in ordered[:UNSEEN_AT_MOST]]


def summarize_documents() -> dict[str, Any]:
    """Return the dashboard's figures: public documents by fault, files that wait, and the worst documents."""
    # The slice makes it a subquery, so that each document's newest file is looked up once, not once for each count.
    documents = with_newest(Document.objects.order_by())[:AT_MOST]
    published = Q(publication=Publication.PUBLISHED)
    counts: dict[str, Any] = {
        name: Count("pk", filter=condition & published) for name, condition in fault_conditions().items()
    }
    counts |= {f"file_{name}": Count("pk", filter=condition) for name, condition in state_conditions().items()}
    found = documents.aggregate(**counts)
    worst = with_newest(Document.objects.filter(published)).filter(severity__gt=0).order_by("-severity", "title")
    return {
        "unseen": find_unseen(),
        "faults": _counted(found, "fault", FaultFilter.words, {"unexplained", Fault.HIDDEN_CONTENT, *SHUTTING_OUT}),
        "files": _counted(found, "file", StateFilter.words, {"infected", "unreadable"}, prefix="file_"),
        "worst": [(document, list_faults(document)) for document in worst[:TO_LOOK_AT]],
        "all": found["any"],
    }


def _counted(
    found: dict[str, int], parameter: str, words: dict[str, Any], calling: set[str], prefix: str = ""
) -> list[Counted]:
    """Return the counts that are not zero, each with its link."""
    changelist = reverse("admin:documents_document_changelist")
    public = "&publication__exact=published" if parameter == "fault" else ""
    return [
        Counted(count, label, f"{changelist}?{parameter}={name}{public}", name in calling)
        for name, label in words.items()
        if name not in {"any", "shuts_out", "unchecked", "unread"} and (count := found[f"{prefix}{name}"])
    ]


def list_faults(document: Any) -> list[tuple[str, bool]]:
    """Return the newest file's faults, the worst first: the label, and whether it shuts readers out."""
    return [
        (capfirst(str(fault.label)), fault in SHUTTING_OUT)
        for fault in WORST_FIRST
        if fault in (document.newest_faults or ())
    ]
