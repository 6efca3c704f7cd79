from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mailroom import journal
from mailroom.headers import read_header
from mailroom.mime_parser import parse_mail, read_contents
from mailroom.models import IncomingMail, MailboxReading, OutgoingMail
from mailroom.read_only_admin import ReadOnlyAdmin


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """The outbox, read-only. Failed mail can be queued again."""

    list_display = ("subject", "to", "state", "attempts", "created_at", "sent_at", "last_error")
    list_filter = ("state", "created_at")
    search_fields = ("subject", "to", "last_error")
    fields = readonly_fields = (
        "to", "subject", "text", "language", "state", "attempts", "due_at", "last_error", "created_at", "sent_at",
        "message_id",
    )  # fmt: skip
    actions = ("send_again",)
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        """Allow the action on the list only: the page of a mail is read-only."""
        return obj is None and super().has_change_permission(request)

    @admin.display(description=_("text"))
    def text(self, mail: OutgoingMail) -> str:
        """Not of a mail whose link would let whoever reads it in as somebody else."""
        return str(_("Only the recipient may read it.")) if mail.is_secret else mail.body

    @admin.action(description=_("Retry sending selected"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        with transaction.atomic():
            failed = list(queryset.filter(state=OutgoingMail.State.FAILED).select_for_update(of=("self",)))
            count = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in failed]).update(
                state=OutgoingMail.State.QUEUED, attempts=0, due_at=timezone.now()
            )
            journal.note_change(failed, "queued again")
        words = ngettext("%(count)d e-mail will be retried.", "%(count)d e-mails will be retried.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS if count else messages.INFO)


@admin.register(IncomingMail)
class IncomingMailAdmin(ReadOnlyAdmin):
    """Fetched mail with its outcome, and its contents until it is taken over."""

    list_display = ("received_at", "mailbox", "uid", "size", "state", "attempts", "note")
    list_filter = ("state", "received_at")
    search_fields = ("message_id", "checksum", "note")
    fields = (
        "received_at", "mailbox", "uid_validity", "uid", "message_id", "checksum", "size", "state", "note",
        "attempts", "due_at", "emptied_at", "sender", "subject", "text",
    )  # fmt: skip
    readonly_fields = ("sender", "subject", "text")
    actions = ("take_again",)

    def has_take_again_permission(self, request: HttpRequest) -> bool:
        """Allow users who may handle arrivals."""
        return request.user.has_perm("registry.change_intake")

    @admin.action(description=_("Retry processing selected"), permissions=["take_again"])
    def take_again(self, request: HttpRequest, queryset: QuerySet[IncomingMail]) -> None:
        count = IncomingMail.objects.filter(pk__in=queryset.values("pk")).try_again()
        words = ngettext("%(count)d e-mail will be retried.", "%(count)d e-mails will be retried.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS if count else messages.INFO)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingMail]:
        return super().get_queryset(request).defer("raw")

    @admin.display(description=_("sender"))
    def sender(self, mail: IncomingMail) -> str:
        return read_header(parse_mail(bytes(mail.raw)), "From")

    @admin.display(description=_("subject"))
    def subject(self, mail: IncomingMail) -> str:
        return read_header(parse_mail(bytes(mail.raw)), "Subject")

    @admin.display(description=_("text"))
    def text(self, mail: IncomingMail) -> str:
        """Shown while it is not taken over: an automatic reply may also withdraw a request."""
        return read_contents(parse_mail(bytes(mail.raw))).text


@admin.register(MailboxReading)
class MailboxReadingAdmin(ReadOnlyAdmin):
    """How far each mailbox has been read, with its faults."""

    list_display = ("mailbox", "read_at", "last_uid", "fault")
    search_fields = ("mailbox", "fault")
    fields = ("mailbox", "read_at", "uid_validity", "last_uid", "fault")
