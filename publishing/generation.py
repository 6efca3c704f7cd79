"""The content's generation: a number that changes in the same commit as what the public may read.

A deferred trigger on every table of the apps with public content raises it when a transaction commits. A cache that
reads the number before the content can store it under that number: content under an old number is never asked for.
What is published or withdrawn by schedule changes at one of `find_turning_points`.
"""

from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.db import connection
from django.db.models import Model

from publishing.models import ChangeNote, Publication, Publishable
from publishing.triggers import Trigger

RAISE = "publishing_raise_generation"


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


def list_triggers() -> list[Trigger]:
    """Return a trigger for every table of the apps with public content.

    Models with `shown_on_pages = False` are left out: no cached page shows them.
    """
    labels = {model._meta.app_label for model in get_publishable_models()}
    models: list[type[Model]] = [ChangeNote]
    for label in labels:
        models += apps.get_app_config(label).get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if getattr(model, "shown_on_pages", True)}
    return [Trigger(table, RAISE, RAISE, is_deferred=True) for table in sorted(tables)]


def get_publishable_models() -> Iterable[type[Publishable]]:
    return [model for model in apps.get_models() if issubclass(model, Publishable)]


def _moments(model: type[Publishable]) -> Iterable[datetime]:
    published = model._default_manager.filter(publication=Publication.PUBLISHED)
    for name in ("publish_from", "publish_until"):
        yield from published.filter(**{f"{name}__isnull": False}).order_by().values_list(name, flat=True).distinct()
