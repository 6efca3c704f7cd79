"""Each kind of content with a form."""

from collections.abc import Callable
from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.roles import Role
from tests import factories

KINDS: dict[str, tuple[Callable[[], models.Model], str, str]] = {
    "strategy": (factories.make_strategy, "vision_sv", "summary_sv"),
    "goal": (factories.make_goal, "summary_en", "title_sv"),
    "priority": (factories.make_priority, "summary_sv", "title_en"),
    "succession": (
        lambda: factories.make_crosswalk(factories.make_goal(), factories.make_goal(factories.make_strategy())),
        "note_sv",
        "note_en",
    ),
    "theme": (factories.make_theme, "summary_sv", "title_sv"),
    "plan": (factories.make_plan, "title_en", "summary_sv"),
    "activity": (factories.make_activity, "title_sv", "summary_sv"),
    "organisation": (factories.make_organisation, "website", "name_en"),
    "news": (factories.make_news, "ingress_sv", "title_sv"),
    "staff": (factories.make_staff, "phone", "title_sv"),
    "document": (lambda: factories.make_document(inaccessible_reason_sv="Papper."), "summary_sv", "title_sv"),
    "indicator": (factories.make_indicator, "limits_sv", "method_sv"),
    "area": (factories.make_area, "name_sv", "name_en"),
    "follow-up": (
        lambda: factories.make_followup(publication="draft", publish_from=None),
        "summary_sv",
        "title_sv",
    ),
    "assessment": (
        lambda: factories.make_followup(factories.make_goal().strategy).assessments.all()[0],
        "text_sv",
        "signed_by",
    ),
    "programme": (factories.make_programme, "summary_sv", "name_sv"),
    "call": (factories.make_call, "summary_en", "title_sv"),
    "guidance": (factories.make_guidance, "how_en", "how_sv"),
    "theme words": (factories.make_theme_words, "hints_sv", "telling_sv"),
    "synonyms": (lambda: factories.make_synonyms("RUS", "strategi"), "words", "words"),
    "user": (lambda: factories.make_user(Role.COORDINATOR), "last_name", "first_name"),
    "retention plan": (
        lambda: factories.make_retention_plan(decided_on=timezone.localdate() + timedelta(days=9)),
        "decision",
        "decision",
    ),
}
"""How one is made, and the names of two of its fields with text."""
