from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailboxReading(models.Model):
    """How far a mailbox has been read. A new UIDVALIDITY (RFC 9051, 2.3.1.1) restarts it."""

    mailbox = models.CharField(_("mailbox"), max_length=200, unique=True)
    uid_validity = models.BigIntegerField(_("UIDVALIDITY"), default=0)
    last_uid = models.BigIntegerField(_("last UID"), default=0)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    fault = models.TextField(_("what went wrong"), blank=True)
    """Empty when the last reading went well."""

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["mailbox"]

    def __str__(self) -> str:
        return self.mailbox


class UnfetchedMail(models.Model):
    """A mail that the server could not deliver. It is fetched again, at least daily."""

    reading = models.ForeignKey(
        MailboxReading, on_delete=models.CASCADE, related_name="unfetched", verbose_name=_("mailbox")
    )
    uid = models.BigIntegerField(_("UID"))
    fault = models.TextField(_("what went wrong"))
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    first_at = models.DateTimeField(_("first attempt"), auto_now_add=True)
    due_at = models.DateTimeField(_("next attempt"))

    class Meta:
        verbose_name = _("e-mail that could not be fetched")
        verbose_name_plural = _("e-mail that could not be fetched")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reading", "uid"], name="mailroom_unfetched_once")]

    def __str__(self) -> str:
        return f"{self.reading} {self.uid}"


class IncomingMailQuerySet(models.QuerySet):
    def given_up(self) -> Self:
        """Fetched mail that could not be taken over after all attempts."""
        return self.filter(state=IncomingMail.State.FETCHED, due_at=None)

    def try_again(self) -> int:
        """Restart the attempts for mail that was given up. Return how many."""
        return self.given_up().update(attempts=0, due_at=timezone.now())

    def of_little_importance(self) -> Self:
        """Mail that became no case and still has its bytes: automatic replies, bounces, duplicates."""
        kinds = (IncomingMail.State.AUTOMATIC, IncomingMail.State.BOUNCE, IncomingMail.State.DUPLICATE)
        return self.filter(state__in=kinds, emptied_at=None).exclude(checksum="")

    def empty(self, note: str) -> int:
        """Destroy bytes and Message-ID; date, checksum and kind stay, with a note of the reason."""
        return self.update(raw=b"", message_id="", note=note[:300], emptied_at=timezone.now())


class IncomingMail(models.Model):
    """A mail as it came, byte for byte. Taking it over moves the bytes; checksum and times stay."""

    class State(models.TextChoices):
        FETCHED = "fetched", _("fetched")
        TAKEN = "taken", _("processed by the registry")
        BOUNCE = "bounce", _("report that our e-mail could not be delivered")
        AUTOMATIC = "automatic", _("automatic reply, not registered")
        DUPLICATE = "duplicate", _("duplicate")

    mailbox = models.CharField(_("mailbox"), max_length=200)
    uid_validity = models.BigIntegerField(_("UIDVALIDITY"))
    uid = models.BigIntegerField(_("UID"))
    message_id = models.CharField(_("Message-ID"), max_length=255, blank=True, db_index=True)
    raw = models.BinaryField(_("as received"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    received_at = models.DateTimeField(_("arrived"), db_index=True)
    """When our server received it, by our clock; never the mail's own Date."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.FETCHED)
    note = models.CharField(_("note"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    emptied_at = models.DateTimeField(_("content destroyed"), null=True, blank=True)

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="fetched"), name="mailroom_incoming_fetched"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="mailroom_incoming_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid}"
