"""Telling those who look after a document that a virus was found in its file, and what the public gets instead."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document, DocumentVersion
from mailroom import outbox
from registry.services import STAFF_LANGUAGE


def tell_of_virus(version: DocumentVersion) -> None:
    """Mail to the one who is responsible and the one who last worked on the document, in the caller's transaction.

    That the version before becomes current is no new decision: it has been public among the earlier ones all the time.
    Whether it should still be, they can judge.
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
            language=STAFF_LANGUAGE,
        )


def _addresses(document: Document) -> Iterator[str]:
    if document.responsible:
        yield document.responsible.email
    kind = ContentType.objects.get_for_model(Document)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(document.pk), user__is_active=True)
    latest = entries.select_related("user").order_by("-action_time", "-pk").first()
    if latest and latest.user.email:
        yield latest.user.email
