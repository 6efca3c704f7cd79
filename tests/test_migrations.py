"""The tables: made from nothing, complete, and guarded by the database itself."""

from io import StringIO

from django.core.management import call_command

from accounts.models import NEVER_CHANGED
from registry.ledger import list_stated_models
from registry.models import APPEND_ONLY, NEVER_DELETED
from tests import databases
from tests.processes import manage

ROLE_OF_THE_SITE = "portal_app"


def test_no_migration_is_missing(db):
    output = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=output)

    assert output.getvalue() == "No changes detected\n"


def test_migrating_from_nothing_guards_the_registry(migrated_database):
    rows = databases.query(
        migrated_database,
        """SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
           AND tgrelid::regclass::text ~ '^(registry|mailroom)_' AND tgname LIKE 'registry_%'""",
    )
    guarded = {}
    for table, trigger in rows:
        guarded.setdefault(table, set()).add(trigger)

    noted = {table for table, triggers in guarded.items() if "registry_note_change" in triggers}
    kept = {table: triggers - {"registry_note_change"} for table, triggers in guarded.items()}
    assert noted == {model._meta.db_table for model in list_stated_models()}
    assert {table: triggers for table, triggers in kept.items() if triggers} == {
        table: {"registry_count_up"} if table == "registry_seriesyear" else {"registry_keep", "registry_keep_all"}
        for table in NEVER_DELETED
        if table != "registry_chainend"  # moves with every event: it is signed instead
    }


def test_the_role_of_the_site_owns_no_table(migrated_database):
    owned = databases.query(
        migrated_database,
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s",
        (ROLE_OF_THE_SITE,),
    )

    assert owned == []


def test_the_role_of_the_site_may_read_and_write_all_but_what_is_kept(migrated_database):
    rows = databases.query(
        migrated_database,
        """SELECT tablename, privilege FROM pg_tables,
           unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
           WHERE schemaname = 'public' AND has_table_privilege(%s, quote_ident(tablename), privilege)""",
        (ROLE_OF_THE_SITE,),
    )
    allowed = {}
    for table, privilege in rows:
        allowed.setdefault(table, set()).add(privilege)

    ordinary = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    expected = dict.fromkeys(allowed, ordinary)
    expected |= {table: ordinary - {"DELETE"} for table in NEVER_DELETED}
    expected |= {table: ordinary - {"UPDATE", "DELETE"} for table in APPEND_ONLY}
    expected |= {table: ordinary - {"UPDATE"} for table in NEVER_CHANGED}
    assert allowed == expected


def test_migrating_again_changes_nothing(migrated_database):
    result = manage("migrate", "--plan", environment=databases.environment(migrated_database))

    assert result.stdout == "Planned operations:\n  No planned migration operations.\n"
