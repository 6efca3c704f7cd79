"""The files named in the database, in rows of any model."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.core.files.storage import default_storage, storages
from django.db import models


class NamedFile(NamedTuple):
    """A file named in a row."""

    storage: str
    """`default` (public documents) or `private`."""
    name: str
    checksum: str
    """SHA-256, if the row has one."""
    field: models.FileField
    pk: Any

    @property
    def row(self) -> str:
        """The row, as in `registry.File 12`."""
        return f"{self.field.model._meta.label} {self.pk}"

    def is_named(self) -> bool:
        """Whether the row still names the file."""
        return _rows(self.field).filter(**{"pk": self.pk, self.field.name: self.name}).exists()


def list_named_files() -> Iterator[NamedFile]:
    """Yield every file that a row names, each once, except those that a disposal has destroyed."""
    seen: set[tuple[str, str]] = set()
    # Fields with a checksum come first: of two rows with the same file, the one that knows more is used.
    for field in sorted(_file_fields(), key=lambda field: not _has(field, "checksum")):
        columns = ("pk", field.name, "checksum") if _has(field, "checksum") else ("pk", field.name)
        for pk, name, *checksum in _rows(field).values_list(*columns).order_by("pk").iterator():
            storage = _storage_of(field)
            if (storage, name) not in seen:
                seen.add((storage, name))
                yield NamedFile(storage, name, checksum[0] if checksum else "", field, pk)


def list_destroyed_files() -> Iterator[tuple[str, str]]:
    """Yield storage and name of every file that a disposal has destroyed and that no other row names."""
    living = {(file.storage, file.name) for file in list_named_files()}
    for field in _file_fields():
        if _has(field, "removed_at"):
            every: models.QuerySet[Any] = models.QuerySet(field.model)
            for name in every.exclude(removed_at=None).values_list(field.name, flat=True):
                if name and (_storage_of(field), name) not in living:
                    yield _storage_of(field), name


def _file_fields() -> Iterator[models.FileField]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield field


def _rows(field: models.FileField) -> models.QuerySet[Any]:
    every: models.QuerySet[Any] = models.QuerySet(field.model)
    rows: models.QuerySet[Any] = every.exclude(**{field.name: ""}).exclude(**{field.name: None})
    if field.name == "file" and _has(field, "removed_at"):
        rows = rows.filter(removed_at=None)  # a disposal has destroyed it
    return rows


def _has(field: models.FileField, column: str) -> bool:
    return column in {other.name for other in field.model._meta.get_fields()}


def _storage_of(field: models.FileField) -> str:
    return "default" if field.storage in (default_storage, storages["default"]) else "private"
