from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.private_storage import get_private_storage
from jobs.backoff import Backoff, find_due

BACKOFF = Backoff(timedelta(seconds=30))
KEPT_TRYING = timedelta(days=5)
"""As long as mail servers themselves keep on trying (RFC 5321, 4.5.4.1)."""
ATTEMPTS_AT_MOST = BACKOFF.count_attempts(KEPT_TRYING)


def make_message_id() -> str:
    """Return a new Message-ID of our own domain."""
    return make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2])


class OutgoingMailQuerySet(models.QuerySet):
    def queued(self) -> Self:
        """Filter mail that is still to be sent, whether it is due or not."""
        return self.filter(state=OutgoingMail.State.QUEUED)

    def due(self, at: datetime | None = None) -> Self:
        """Mail due at a time (by default now), longest waiting first."""
        return self.queued().filter(find_due("attempts", "due_at", at)).order_by("due_at", "pk")


class OutgoingMail(models.Model):
    """A mail in the outbox, sent at least once, always with the same Message-ID."""

    class State(models.TextChoices):
        HELD = "held", _("waiting for virus scan")
        """Whoever queued it releases or stops it."""
        QUEUED = "queued", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        BOUNCED = "bounced", _("returned undelivered")
        STOPPED = "stopped", _("stopped by virus scan")

    NEED_SOMEONE = (State.FAILED, State.BOUNCED, State.STOPPED)
    """It has not arrived, and will not without help."""

    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=2, default="sv")
    reply_to = models.EmailField(_("replies go to"), blank=True)
    in_reply_to = models.CharField(_("in reply to Message-ID"), max_length=255, blank=True)
    is_personal = models.BooleanField(
        _("written by a person"), default=False, help_text=_("Anything else is marked as automatic (RFC 3834).")
    )
    is_secret = models.BooleanField(
        _("secret"),
        default=False,
        db_default=False,
        help_text=_("Its text is for the recipient alone, and is emptied when it is sent."),
    )
    message_id = models.CharField(_("Message-ID"), max_length=255, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("queued"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="mailroom_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="mailroom_sent_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.message_id = self.message_id or make_message_id()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def as_message(self) -> EmailMessage:
        """Return the mail for sending, marked as automatic (RFC 3834) unless a person wrote it."""
        headers = {"Message-ID": self.message_id, "Content-Language": self.language}
        if not self.is_personal:
            headers |= {"Auto-Submitted": "auto-generated"}
        if self.in_reply_to:
            headers |= {"In-Reply-To": self.in_reply_to, "References": self.in_reply_to}
        message = EmailMessage(
            subject=self.subject,
            body=self.body,
            to=[self.to],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers=headers,
        )
        for attachment in self.attachments.all():
            with attachment.file.open() as content:
                message.attach(attachment.name, content.read(), attachment.content_type)
        return message

    def mark_sent(self) -> None:
        self.state, self.sent_at, self.last_error = self.State.SENT, timezone.now(), ""
        self.body = "" if self.is_secret else self.body
        self.attempts += 1
        self.save()

    def mark_failed_attempt(self, error: str, *, is_final: bool = False) -> None:
        """Schedule a retry after a wait that doubles from half a minute to an hour; give up after five days.

        A final error is not retried.
        """
        self.attempts += 1
        self.last_error = error
        if is_final or self.attempts >= ATTEMPTS_AT_MOST:
            self.state = self.State.FAILED
        else:
            self.due_at = BACKOFF.find_next_attempt(self.attempts)
        self.save()


class MailAttachment(models.Model):
    """An attachment. Its bytes belong to another row's file in the storage."""

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), storage=get_private_storage, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
