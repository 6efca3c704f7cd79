"""Removal of disposed files from the storage, after the disposal has been committed."""

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from jobs import clock
from jobs.rows import do_rows
from mailroom.models import MailAttachment
from registry.models import AnswerFile, File


def find_files_to_remove() -> QuerySet[File]:
    """Return disposed files whose bytes are still stored and that nothing else refers to.

    Bytes are shared: the attachment of an answer is another row with the same name in the storage.
    """
    living = [
        File.objects.filter(file=OuterRef("file"), disposed_at=None),
        AnswerFile.objects.filter(file=OuterRef("file")),
        MailAttachment.objects.filter(file=OuterRef("file")),
    ]
    due = File.objects.filter(disposed_at__isnull=False, removed_at=None)
    for others in living:
        due = due.filter(~Exists(others))
    return due.order_by("pk")


def remove_disposed_files() -> int:
    """Remove files, as a round of the worker. It may be interrupted: deleting twice does no harm."""
    return do_rows(find_files_to_remove(), _remove)


@transaction.atomic
def _remove(pk: int) -> bool:
    file = File.objects.select_for_update(skip_locked=True).filter(pk=pk, removed_at=None).first()
    if file is None:
        return False
    storages["private"].delete(file.file.name or "")
    file.removed_at = clock.read_time()
    file.save(update_fields=["removed_at"])
    return True
