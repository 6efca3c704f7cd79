from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.case import Case
from registry.models.intake import Intake


class EventQuerySet(models.QuerySet):
    def acts(self) -> Self:
        """Acts and arrivals, without the changes that the portal notes by itself."""
        return self.exclude(kind=Event.Kind.STATED)


class Event(models.Model):
    """A link of the hash chain, which shows that nothing was altered afterwards.

    `hash` = SHA-256 over the link's own columns, `previous_hash`, `commitment` and `changes`;
    `commitment` = SHA-256(salt ‖ payload). Payload and salt are in `EventPayload`, so that a lawful disposal can
    destroy them and the chain still verifies. `changes` is a digest of the rows of `Change` with the same `act`.
    """

    class Kind(models.TextChoices):
        # What came in
        RECEIVED = "received", _("waiting for the registrar")
        REGISTERED = "registered", _("registered")
        QUARANTINED = "quarantined", _("put in quarantine")
        RELEASED = "released", _("released from quarantine")
        RECORD_ADDED = "record_added", _("record added")
        # Acts that move a case on: see registry.transitions
        DISTRIBUTED = "distributed", _("distributed")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned")
        RESTED = "rested", _("put on hold")
        RESUMED = "resumed", _("resumed")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")
        VOIDED = "voided", _("voided")
        DELIVERED = "delivered", _("delivered to the e-archive")
        ARCHIVED = "archived", _("received by the e-archive")
        DELIVERY_REFUSED = "delivery_refused", _("refused by the e-archive")
        DISPOSAL_PROPOSED = "disposal_proposed", _("disposal proposed")
        DISPOSAL_REJECTED = "disposal_rejected", _("disposal rejected")
        DISPOSAL_DECIDED = "disposal_decided", _("disposal decided")
        DISPOSAL_WITHDRAWN = "disposal_withdrawn", _("proposed disposal withdrawn")
        DISPOSED = "disposed", _("disposed of")
        # Other changes of a case
        TITLE_SET = "title_set", _("public title set")
        TYPE_SET = "type_set", _("document type set")
        DUE_SET = "due_set", _("due date set")
        SECRECY_MARKED = "secrecy_marked", _("marked with secrecy")
        IDENTITY_PROTECTED = "identity_protected", _("identity protected")
        SECRECY_LIFTED = "secrecy_lifted", _("secrecy mark lifted")
        READING_GRANTED = "reading_granted", _("permission to read marked case given")
        READING_ENDED = "reading_ended", _("permission to read marked case ended")
        NOTE_WRITTEN = "note_written", _("note added")
        STATED = "stated", _("changes recorded")
        """Changes outside the acts: mail sent, a file scanned, a draft, a plan. Not shown with a case."""
        RIGHTS_GIVEN = "rights_given", _("rights in the registry given")
        RIGHTS_TAKEN = "rights_taken", _("rights in the registry taken")
        """What an account may do with the registry from then on. They concern no case."""
        # Answers and mail
        ANSWER_SUBMITTED = "answer_submitted", _("answer sent for approval")
        ANSWER_APPROVED = "answer_approved", _("answer approved")
        ANSWER_REJECTED = "answer_rejected", _("answer sent back")
        FORWARDED = "forwarded", _("referred to another authority")
        MAIL_BOUNCED = "mail_bounced", _("e-mail returned")
        MAIL_STOPPED = "mail_stopped", _("e-mail stopped by virus scan")
        FILE_SCANNED = "file_scanned", _("file checked for viruses")

    sequence = models.PositiveBigIntegerField(_("number in the chain"), primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="events")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, related_name="events")
    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("by"), max_length=150, blank=True)
    previous_hash = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    act = models.PositiveBigIntegerField(null=True, unique=True)
    changes = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_kind_display()}"


class EventPayload(models.Model):
    """The content of an event, and the salt that keeps its commitment from being guessed."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="payload")
    salt = models.BinaryField()
    data = models.BinaryField()

    class Meta:
        verbose_name = _("content of an event")
        verbose_name_plural = _("contents of events")

    def __str__(self) -> str:
        return bytes(self.data).decode()


class DayHead(models.Model):
    """The end of the chain at the end of a day (Stockholm time), signed and published.

    Whoever has kept a copy can show later that the past was not rewritten.
    """

    day = models.DateField(_("day"), primary_key=True)
    sequence = models.PositiveBigIntegerField(_("number in the chain"))
    hash = models.CharField(_("hash"), max_length=64)
    signature = models.CharField(_("signature (Ed25519)"), max_length=128)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("head of the chain")
        verbose_name_plural = _("heads of the chain")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.hash}"


class ChainEnd(models.Model):
    """The last event and the last day head, signed with every event in its transaction. There is one row.

    Without the registry's key nobody can remove the newest events and sign what is left.
    """

    sequence = models.PositiveBigIntegerField(_("number in the chain"))
    hash = models.CharField(_("hash"), max_length=64)
    head = models.DateField(_("day of the last head"), null=True)
    signature = models.CharField(_("signature (Ed25519)"), max_length=128)

    class Meta:
        verbose_name = _("end of the chain")
        verbose_name_plural = _("ends of the chain")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
