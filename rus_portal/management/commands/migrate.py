"""`migrate`, run as the owner of the tables.

The site itself runs as a role that owns nothing, so that no code or SQL run as that role can drop the triggers that
protect the registry. One process at a time migrates: another that starts meanwhile waits, and finds it done.
"""

import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections

from accounts.models import NEVER_CHANGED
from accounts.roles import ensure_roles
from jobs.locks import Lock, hold_advisory_lock
from publishing import generation
from publishing.triggers import add_missing_triggers
from registry import signatures
from registry.models import APPEND_ONLY, NEVER_DELETED
from search import triggers

GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE DELETE ON {never_deleted} FROM {role};
REVOKE UPDATE, DELETE ON {append_only} FROM {role};
REVOKE UPDATE ON {never_changed} FROM {role};
"""


class Command(MigrateCommand):
    """Migrate as the owner, create roles and triggers, then grant the tables to the application's role."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Refuse a bad signing key before anything is registered: otherwise it would show only at midnight.

        System checks do not run when a command is called from code, as in `make run`. So the process exits here, with
        the sentence alone.
        """
        for fault in signatures.check_keys():
            sys.exit(str(fault.msg))
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        application = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
        owner = {key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD")}
        connection.close()
        connection.settings_dict.update(owner)
        try:
            with hold_advisory_lock(Lock.MIGRATE, connection, self._tell_wait):
                super().handle(*args, **options)
                call_command("createcachetable", database=options["database"], verbosity=0)
                tables = connection.introspection.table_names()
                if {*APPEND_ONLY, *NEVER_CHANGED} <= set(tables):
                    ensure_roles()
                    wanted = [*generation.list_triggers(), *triggers.list_triggers()]
                    triggers.note_things_of(add_missing_triggers(connection, wanted))
                    if application["USER"] != owner["USER"]:
                        self._grant(connection, application["USER"])
        finally:
            connection.close()
            connection.settings_dict.update(application)

    def _tell_wait(self) -> None:
        self.stdout.write("Another process is updating the tables; waiting for it …")

    def _grant(self, connection: Any, role: str) -> None:
        statements = GRANTS.format(
            role=connection.ops.quote_name(role),
            never_deleted=", ".join(NEVER_DELETED),
            append_only=", ".join(APPEND_ONLY),
            never_changed=", ".join(NEVER_CHANGED),
        )
        with connection.cursor() as cursor:
            cursor.execute(statements)
