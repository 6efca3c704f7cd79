"""The content's generation: a number that changes in the very commit that changes what the public may read.

A deferred trigger on every table of the public rooms raises it when a transaction commits. So whoever reads
the number before the content can keep what was read under it: content under an old number is never asked for.
What is published or withdrawn by the clock alone changes at one of the `turning_points`.
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
    """The generation as of now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM publishing_generation")
        return int(cursor.fetchone()[0])


def find_turning_points(now: datetime) -> list[datetime]:
    """When something is published or withdrawn by the clock: the latest such moment so far, and all to come."""
    moments = {moment for model in get_publishable_models() for moment in _moments(model)}
    past = max((moment for moment in moments if moment <= now), default=None)
    return sorted(moment for moment in moments if moment > now or moment == past)


def watch_tables(database: BaseDatabaseWrapper) -> None:
    """Let every table of the rooms with public content raise the generation. Done by their owner, after migrating.

    A model says `shown_on_pages = False` where no page that is kept shows what it holds.
    """
    unseen = {model._meta.db_table for model in apps.get_models() if not getattr(model, "shown_on_pages", True)}
    rooms = {model._meta.app_label for model in get_publishable_models()}
    prefixes = (*(f"{room}_" for room in rooms), ChangeNote._meta.db_table)
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
