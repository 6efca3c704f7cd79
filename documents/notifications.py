"""Mail to those responsible for a document when a virus is found in its file."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document, DocumentVersion
from mailroom import outbox


def notify_of_virus(version: DocumentVersion) -> None:
    """Queue mail to the responsible person and the last editor, in the caller's transaction.

    The previous version becomes current without a new decision: it has been public as an earlier one all along.
    The mail says so, and they judge whether it should stay.
    """
    document = version.document
    path = reverse("admin:documents_document_change", args=[document.pk])
    context = {
        "document": document,
        "version": version,
        "current": document.current_version if document.is_published() else None,
        "url": f"{settings.BASE_URL}{path}",
    }
    for address in dict.fromkeys(_addresses(document)):
        outbox.queue_mail(
            to=address,
            subject=_("A virus in version %(number)d of “%(title)s”")
            % {"number": version.number, "title": document.title},
            body=render_to_string("documents/virus.txt", context).strip() + "\n",
            language=settings.LANGUAGE_CODE,
        )


def _addresses(document: Document) -> Iterator[str]:
    if document.responsible:
        yield document.responsible.email
    kind = ContentType.objects.get_for_model(Document)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(document.pk), user__is_active=True)
    latest = entries.select_related("user").order_by("-action_time", "-pk").first()
    if latest and latest.user.email:
        yield latest.user.email
