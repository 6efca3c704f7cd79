"""Triggers on every table behind the index, which note each change in the commit that makes it."""

from collections.abc import Iterable, Iterator

from publishing.triggers import Trigger
from search.models import Change
from search.sources import SOURCES


def list_triggers() -> Iterator[Trigger]:
    """Yield a trigger for every table that a source names, told the kind of thing and the column with its key."""
    for kind, source in SOURCES.items():
        for model, key, columns in [(source.model, "id", source.columns), *((*part, ()) for part in source.parts)]:
            name = f"search_note_{kind}"
            yield Trigger(model._meta.db_table, name, "search_note_change", (kind.value, key), columns)


def note_things_of(added: Iterable[Trigger]) -> None:
    """Count all things whose own tables got a trigger as changed, so that a new index fills itself."""
    tables = {(trigger.table, trigger.name) for trigger in added}
    for kind, source in SOURCES.items():
        if (source.model._meta.db_table, f"search_note_{kind}") in tables:
            keys = source.model._default_manager.values_list("pk", flat=True)
            Change.objects.bulk_create((Change(kind=kind, object_id=key) for key in keys), batch_size=1_000)
