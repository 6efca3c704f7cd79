"""The registry (diarium): what came in, under which number, and everything that was done with it.

Public and protected facts are in separate columns (OSL 2009:400, 5:2): title, number, dates, document type and status
of a case are public; names, addresses, subjects and texts are never shown without an act of the registrar.

What came in cannot be altered or deleted. Triggers in the database refuse it (migration 0002), and the site's role owns
no table and so cannot disable them. The one exception is a decided disposal, carried out by a function of the database
that checks the decision itself. Triggers also log changes of all other facts (`registry.ledger`), so that
`verify_registry` finds what was changed by somebody who disabled them.
"""

from registry.models.answer import Answer, AnswerFile, CannedText, Dispatch
from registry.models.case import Case, ReadingGrant, SecrecyMark
from registry.models.change import Change
from registry.models.event import ChainEnd, DayHead, Event, EventPayload
from registry.models.intake import CaseKind, Intake
from registry.models.record import File, FileAccess, FileText, Party, Record
from registry.models.retention import Delivery, Disposal, DocumentType, RetentionPlan
from registry.models.saved_filter import SavedFilter
from registry.models.search import CaseText, CaseTitle
from registry.models.series import Series, SeriesYear

APPEND_ONLY = [
    "registry_change",
    "registry_dayhead",
    "registry_event",
    "registry_eventpayload",
    "registry_fileaccess",
    "registry_record",
]
"""Tables whose rows are never changed."""
NEVER_DELETED = [
    *APPEND_ONLY,
    "registry_case",
    "registry_chainend",
    "registry_delivery",
    "registry_delivery_cases",
    "registry_disposal",
    "registry_disposal_cases",
    "registry_disposal_intakes",
    "registry_disposal_mails",
    "registry_file",
    "registry_intake",
    "registry_party",
    "registry_readinggrant",
    "registry_secrecymark",
    "registry_series",
    "registry_seriesyear",
]

__all__ = [
    "APPEND_ONLY",
    "NEVER_DELETED",
    "Answer",
    "AnswerFile",
    "CannedText",
    "Case",
    "CaseKind",
    "CaseText",
    "CaseTitle",
    "ChainEnd",
    "Change",
    "DayHead",
    "Delivery",
    "Dispatch",
    "Disposal",
    "DocumentType",
    "Event",
    "EventPayload",
    "File",
    "FileAccess",
    "FileText",
    "Intake",
    "Party",
    "ReadingGrant",
    "Record",
    "RetentionPlan",
    "SavedFilter",
    "SecrecyMark",
    "Series",
    "SeriesYear",
]
