"""One of each thing, as plain functions: published, in both languages, at an address of its own.

Every argument is a field of the model; `title="X"` fills the text in both languages, `title_en="X"` one.
"""

from tests.factories.content import (
    PASSWORD,
    make_activity,
    make_crosswalk,
    make_document,
    make_goal,
    make_login_lock,
    make_milestone,
    make_news,
    make_organisation,
    make_pdf_file,
    make_plan,
    make_priority,
    make_readable_pdf_file,
    make_registrar,
    make_staff,
    make_strategy,
    make_substitution,
    make_theme,
    make_update,
    make_user,
)
from tests.factories.jobs import make_failure
from tests.factories.outcomes import (
    make_area,
    make_call,
    make_followup,
    make_guidance,
    make_indicator,
    make_override,
    make_programme,
    make_theme_words,
    make_value,
    publish_followup,
)
from tests.factories.publishing import published
from tests.factories.registry import (
    make_canned_text,
    make_case,
    make_delivery,
    make_disposal,
    make_due_case,
    make_incoming_mail,
    make_mailbox_reading,
    make_message,
    make_retention_plan,
)
from tests.factories.searching import make_synonyms

MINOR = {"log_minor": "on"}
"""What every form of something published asks for: a change note, or this."""

__all__ = [
    "MINOR",
    "PASSWORD",
    "make_activity",
    "make_area",
    "make_call",
    "make_canned_text",
    "make_case",
    "make_crosswalk",
    "make_delivery",
    "make_disposal",
    "make_document",
    "make_due_case",
    "make_failure",
    "make_followup",
    "make_goal",
    "make_guidance",
    "make_incoming_mail",
    "make_indicator",
    "make_login_lock",
    "make_mailbox_reading",
    "make_message",
    "make_milestone",
    "make_news",
    "make_organisation",
    "make_override",
    "make_pdf_file",
    "make_plan",
    "make_priority",
    "make_programme",
    "make_readable_pdf_file",
    "make_registrar",
    "make_retention_plan",
    "make_staff",
    "make_strategy",
    "make_substitution",
    "make_synonyms",
    "make_theme",
    "make_theme_words",
    "make_update",
    "make_user",
    "make_value",
    "publish_followup",
    "published",
]
