"""The content's generation: a number that changes in the same commit as what the public may read.

A deferred trigger on every table of the apps with public content raises it when a transaction commits. A cache that
reads the number before the content can store it under that number: content under an old number is never asked for.
What is published or withdrawn by schedule changes at one of `find_turning_points`.
"""

from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from publishing.models import ChangeNote, Publication, Publishable

WATCH = """
CREATE CONSTRAINT TRIGGER publishing_raise_generation AFTER INSERT OR UPDATE OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION publishing_raise_generation()
"""


def get_generation() -> int:
    """Return the current generation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM publishing_generation")
        return int(cursor.fetchone()[0])


def find_turning_points(now: datetime) -> list[datetime]:
    """Return when something is published or withdrawn by schedule: the latest past moment, and all future ones."""
    moments = {moment for model in get_publishable_models() for moment in _moments(model)}
    past = max((moment for moment in moments if moment <= now), default=None)
    return sorted(moment for moment in moments if moment > now or moment == past)


def watch_tables(database: BaseDatabaseWrapper) -> None:
    """Add the trigger to every table of the apps with public content; done by the tables' owner, after migrating.

    Models with `shown_on_pages = False` are left out: no cached page shows them.
    """
    unseen = {model._meta.db_table for model in apps.get_models() if not getattr(model, "shown_on_pages", True)}
    labels = {model._meta.app_label for model in get_publishable_models()}
    prefixes = (*(f"{label}_" for label in labels), ChangeNote._meta.db_table)
    with database.cursor() as cursor:
        tables = [name for name in database.introspection.table_names(cursor) if name.startswith(prefixes)]
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'publishing_raise_generation'")
        watched = {name for (name,) in cursor.fetchall()}
        for table in sorted(set(tables) - watched - unseen):
            cursor.execute(WATCH.format(table=database.ops.quote_name(table)))


def get_publishable_models() -> Iterable[type[Publishable]]:
    return [model for model in apps.get_models() if issubclass(model, Publishable)]


def _moments(model: type[Publishable]) -> Iterable[datetime]:
    published = model._default_manager.filter(publication=Publication.PUBLISHED)
    for name in ("publish_from", "publish_until"):
        yield from published.filter(**{f"{name}__isnull": False}).order_by().values_list(name, flat=True).distinct()
