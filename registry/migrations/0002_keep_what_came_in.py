"""Let the database itself refuse to alter or delete what came in, and write down every fact that the register states.

Triggers that keep (`sql/keep.sql`) refuse every update but those of the columns named here, and every deletion, for
everyone, superusers of the site included. Only the owner of the tables could lift a trigger, and the site does not run
as the owner (see `migrate`). A disposal that two people decided is carried out by a function (`sql/dispose.sql`).

Triggers on tables of facts (`sql/state_facts.sql`) write the columns that changed into `registry_change`; the next
event of the transaction speaks for them (`registry.chain.append_event`). A later migration that makes a table of facts
watches it with `SELECT registry_watch('registry_…')`, and names columns that are no facts after the table; one that
alters rows ends with `registry.chain.state_changes`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
MAY_CHANGE: dict[str, list[str]] = {
    "registry_case": [
        "title", "status", "assigned_to_id", "document_type_id", "due_on", "answered_at", "closed_at", "version",
    ],
    "registry_change": [],
    "registry_dayhead": [],
    "registry_delivery": ["receipt", "archived_at", "refusal", "refused_at"],
    "registry_delivery_cases": [],
    "registry_disposal": [
        "state", "decided_by_id", "decided_at", "reason", "carried_out_at", "protocol",
        "withdrawn_by_id", "withdrawn_at", "withdrawal",
    ],
    "registry_event": [],
    "registry_eventpayload": [],
    "registry_file": ["scan", "scan_note", "scanned_at", "scan_due_at", "scan_attempts", "removed_at"],
    "registry_fileaccess": [],
    "registry_intake": ["state"],
    "registry_party": ["identity_is_protected"],
    "registry_readinggrant": ["ended_at", "ended_by"],
    "registry_record": [],
    "registry_secrecymark": ["lifted_on", "lifted_by"],
    "registry_series": ["title", "title_sv", "title_en", "answers_need_approval"],
}  # fmt: skip
LISTS = ["registry_disposal_cases", "registry_disposal_intakes", "registry_disposal_mails"]
"""What a disposal is about: nothing joins the list once someone has decided on it, and nothing leaves it."""
NOT_STATED: dict[str, list[str]] = {
    "registry_answer": [],
    "registry_answerfile": [],
    "registry_cannedtext": [],
    "registry_case": [],
    "registry_delivery": [],
    "registry_delivery_cases": [],
    "registry_dispatch": [],
    "registry_disposal": [],
    "registry_disposal_cases": [],
    "registry_disposal_intakes": [],
    "registry_disposal_mails": [],
    "registry_documenttype": [],
    "registry_file": ["scan_due_at", "scan_attempts", "removed_at"],
    "registry_fileaccess": [],
    "registry_intake": ["raw"],
    "registry_party": [],
    "registry_readinggrant": [],
    "registry_record": [],
    "registry_retentionplan": [],
    "registry_secrecymark": [],
    "registry_series": [],
    "mailroom_incomingmail": ["raw", "due_at", "attempts"],
    "mailroom_mailattachment": [],
    "mailroom_outgoingmail": ["due_at", "attempts"],
}
"""The tables of facts, and their columns that are none."""
KEEP = """
CREATE TRIGGER registry_keep BEFORE {acts} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}({columns});
CREATE TRIGGER registry_keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION registry_keep();
"""
REMOVE = """
DROP FUNCTION registry_dispose(bigint), registry_destroy(bigint), registry_disposable_from(bigint, date);
DROP FUNCTION registry_watch(regclass, text[]);
DROP FUNCTION registry_note_change() CASCADE;
DROP FUNCTION registry_write_change(text, bigint, jsonb), registry_facts(jsonb, text[]);
DROP FUNCTION registry_list(), registry_keep(), registry_count_up() CASCADE;
DROP SEQUENCE registry_act;
"""


def _quote(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _list_statements() -> Iterator[str]:
    """Yield the functions, then the triggers that call them."""
    for name in ("keep", "dispose", "state_facts"):
        yield (SQL / f"{name}.sql").read_text()
    for table, columns in MAY_CHANGE.items():
        yield KEEP.format(acts="UPDATE OR DELETE", table=table, function="registry_keep", columns=_quote(columns))
    for table in LISTS:
        yield KEEP.format(acts="INSERT OR UPDATE OR DELETE", table=table, function="registry_list", columns="")
    for table, columns in NOT_STATED.items():
        yield f"SELECT registry_watch({_quote([table, *columns])})"


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("mailroom", "0001_initial")]

    operations = [migrations.RunSQL(list(_list_statements()), REMOVE)]
