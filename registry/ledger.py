"""Which columns are facts of the register, covered by the chain: all but those listed here.

Triggers log each change of a row (`Change`, migration 0002), whatever code made it, and the next event of the
transaction covers it (`chain.append_event`). An act therefore changes its rows before it appends its event; changes
outside the acts are covered by `chain.state_changes`. `verification.facts` compares rows and changes.

A new table or column needs a trigger, or a reason here: tests compare these lists with the database.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

CHECKED_OTHERWISE = {
    "registry_event": "A link of the chain: checked by its hash.",
    "registry_eventpayload": "Checked by the event's commitment.",
    "registry_change": "Checked by its digest and the event's `changes`.",
    "registry_chainend": "Checked by its signature and the last event.",
    "registry_dayhead": "Checked by its signature, its day and the chain; its event is the last of the day.",
    "registry_seriesyear": "Counts with every number, and is compared with the numbers themselves.",
}
"""Tables whose changes are not logged, since they are verified in another way."""
NOT_FACTS = {
    "registry_casetext": "Search index, rebuilt from records and files.",
    "registry_casetitle": "Search index, rebuilt from public titles.",
    "registry_filetext": "Search index, rebuilt from the file.",
    "registry_savedfilter": "How someone looks at the list of cases.",
    "mailroom_mailboxreading": "How far the worker has come in a mailbox.",
    "mailroom_mailserveroutage": "That the worker cannot reach the mail server; what is to be sent states itself.",
    "mailroom_unfetchedmail": "What the worker asks the mail server for again; nothing has come in yet.",
}
"""Tables that state nothing about a case or an arrival."""
LEFT_OUT = {
    "registry_intake": {"raw": "Its bytes are compared with its checksum."},
    "registry_file": {
        "scan_due_at": "When the worker tries again.",
        "scan_attempts": "How often the worker has tried.",
        "removed_at": "What the worker has done; whether the bytes are gone is seen in the storage.",
    },
    "mailroom_incomingmail": {
        "raw": "Its bytes are compared with its checksum, until the registry has taken them over.",
        "due_at": "When the worker tries again.",
        "attempts": "How often the worker has tried.",
    },
    "mailroom_outgoingmail": {
        "due_at": "When the worker tries again.",
        "attempts": "How often the worker has tried.",
    },
}
"""Columns, by table, whose changes are not logged."""
NOT_STATED_OF_CHECKED = {
    "registry_dayhead": {"made_at": "When the worker wrote it; the signature states the day."},
    "registry_seriesyear": {"id": "Nothing refers to it: series and year tell the row."},
}
"""Columns that are not verified in the tables of `CHECKED_OTHERWISE`."""


def list_stated_models() -> Iterator[type[models.Model]]:
    """Yield the models whose rows are facts, many-to-many tables included, in a fixed order."""
    for app in ("registry", "mailroom"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            if model._meta.db_table not in CHECKED_OTHERWISE | NOT_FACTS:
                yield model


def list_stated_fields(model: type[models.Model]) -> list["models.Field"]:
    """Return the fields whose columns are facts, the primary key included."""
    left_out = LEFT_OUT.get(model._meta.db_table, {})
    return [field for field in model._meta.concrete_fields if field.column not in left_out]
