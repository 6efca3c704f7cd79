"""The first page of the admin: for each role, what waits and what to do next.

Every dashboard makes a fixed number of queries, however many rows there are.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import User

from actionplans.ownership import MAY_REPORT
from documents.admin.attention import summarize_documents
from jobs.models import Failure
from publishing.models import Draft
from registry.permissions import READS_ALL
from registry.transitions import MAY_HAVE_CASES
from rus_portal.dashboards.accounts import build_administrator_context
from rus_portal.dashboards.content import build_content_context, build_plans_context, list_recent_changes
from rus_portal.dashboards.registry import build_archivist_context, build_officer_context, build_registrar_context
from rus_portal.operations.page import MAY_WATCH, describe_conditions

ROWS = 10


class Dashboard(NamedTuple):
    """A part of the first page: its template and context."""

    template: str
    context: dict[str, Any]


def list_dashboards(user: User, typed: Mapping[str, str] | None = None) -> list[Dashboard]:
    """Return a user's dashboards, by permissions. `typed` is what they wrote in the rows but have not sent."""
    has = user.has_perm
    is_officer = has(MAY_HAVE_CASES) and not has(READS_ALL)
    parts: list[tuple[bool, str, Callable[[], dict[str, Any] | None]]] = [
        (has(MAY_WATCH), "operations", describe_conditions),
        (has(MAY_REPORT), "content", lambda: build_content_context(user)),
        (has("registry.change_case"), "registrar", lambda: build_registrar_context(typed)),
        (has(READS_ALL) and not has("registry.change_case"), "archivist", build_archivist_context),
        (has("auth.change_user"), "administrator", build_administrator_context),
        (True, "drafts", lambda: _list_drafts(user)),
        (has("documents.change_document"), "documents", summarize_documents),
        (has("actionplans.change_actionplan"), "plans", lambda: build_plans_context(user)),
        (is_officer, "officer", lambda: build_officer_context(user, typed)),
        (has("jobs.change_failure"), "failures", lambda: _list_failures(user)),
        (has(MAY_REPORT), "recent", lambda: list_recent_changes(user)),
    ]
    built = [(name, build()) for is_shown, name, build in parts if is_shown]
    return [Dashboard(f"admin/dashboards/{name}.html", context) for name, context in built if context is not None]


def _list_drafts(user: User) -> dict[str, Any] | None:
    """Return what the user is writing, if anything."""
    own = Draft.objects.by(user).filter(discarded_at=None).defer("posted").select_related("content_type")
    drafts = list(own[:ROWS])
    return {"drafts": drafts} if drafts else None


def _list_failures(user: User) -> dict[str, Any] | None:
    """Return what the portal could not do, if anything."""
    failures = list(Failure.objects.given_up().visible_to(user)[:ROWS])
    return {"failures": failures} if failures else None
