from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.private_storage import get_private_storage
from files.scan_queue import READABLE, Scan
from mailroom.addresses import is_answered
from registry.models.case import Case
from registry.models.intake import Intake


class Record(models.Model):
    """A document of a case (handling). Its columns are protected."""

    class Direction(models.TextChoices):
        INCOMING = "incoming", _("incoming")
        OUTGOING = "outgoing", _("outgoing")
        DRAWN_UP = "drawn_up", _("drawn up")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="records", verbose_name=_("case"))
    ordinal = models.PositiveIntegerField(_("number in the case"))
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    recorded_at = models.DateTimeField(_("received or drawn up"))
    intake = models.OneToOneField(
        Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="record", verbose_name=_("arrival")
    )
    subject = models.TextField(_("subject"))
    body = models.TextField(_("text"))
    about = models.CharField(_("sent from the page"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2)
    holds_personal_number = models.BooleanField(
        _("contains a personal identity number"),
        default=False,
        help_text=_("Found in the subject or text on arrival. Check carefully before making any of it public."),
    )

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        ordering = ["case", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["case", "ordinal"], name="registry_record_ordinal_once")]

    def __str__(self) -> str:
        return f"{self.case}-{self.ordinal}"


class PartyQuerySet(models.QuerySet):
    def with_address(self, *addresses: str) -> Self:
        """Parties who wrote from one of the addresses, or asked for answers there."""
        given = [address for address in addresses if address]
        found = models.Q(pk__in=[])
        for address in given:
            found |= models.Q(email__iexact=address) | models.Q(reply_to__iexact=address)
        return self.filter(found)


class Party(models.Model):
    """Sender or recipient of a record. Its columns are protected; an anonymous sender has empty ones."""

    class Role(models.TextChoices):
        SENDER = "sender", _("sender")
        RECIPIENT = "recipient", _("recipient")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    reply_to = models.EmailField(
        _("replies go to"),
        blank=True,
        help_text=_("Where the sender asked for replies, if different (RFC 5322, 3.6.2)."),
    )
    identity_is_protected = models.BooleanField(
        _("protected identity"),
        default=False,
        help_text=_("Name and address are only shown to people with permission to read material marked with secrecy."),
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.email or str(_("anonymous"))

    @property
    def answer_address(self) -> str:
        """The address for answers, empty if there is none that accepts them (such as no-reply)."""
        return next(filter(is_answered, (self.reply_to, self.email)), "")


class File(models.Model):
    """A file of an arrival or of a record."""

    Scan = Scan

    class Variant(models.TextChoices):
        ORIGINAL = "original", _("as received")
        ARCHIVAL = "archival", _("archival copy")
        REDACTED = "redacted", _("masked copy")

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    file = models.FileField(_("file"), storage=get_private_storage, max_length=200)
    original_name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type by content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64, blank=True)
    variant = models.CharField(_("variant"), max_length=10, choices=Variant, default=Variant.ORIGINAL)
    original = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants", verbose_name=_("copy of")
    )
    scan = models.CharField(_("virus scan"), max_length=10, choices=Scan, default=Scan.PENDING, db_index=True)
    scan_note = models.CharField(_("result of the scan"), max_length=300, blank=True)
    scanned_at = models.DateTimeField(_("checked"), null=True, blank=True)
    scan_due_at = models.DateTimeField(_("next check"), default=timezone.now)
    disposed_at = models.DateTimeField(_("disposed of"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed from storage"), null=True, blank=True)
    scan_attempts = models.PositiveSmallIntegerField(_("scan attempts"), default=0)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["scan_due_at"], condition=models.Q(scan="pending"), name="registry_file_scan_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(intake__isnull=True) ^ models.Q(record__isnull=True),
                name="registry_file_has_one_origin",
            ),
            models.CheckConstraint(
                condition=models.Q(variant="original", original__isnull=True)
                | (~models.Q(variant="original") & models.Q(original__isnull=False)),
                name="registry_file_copy_has_original",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def case(self) -> Case | None:
        """The case that it belongs to, by its record or its arrival."""
        origin = self.record or self.intake
        return origin.case if origin else None

    @property
    def may_be_opened(self) -> bool:
        """Whether staff may download it: not if it may hold a virus."""
        return self.disposed_at is None and self.scan in READABLE


class FileAccess(models.Model):
    """A download of a file or an original mail by staff. The public is never logged (TF 2:18)."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="accesses")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="accesses")
    username = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("access to a file")
        verbose_name_plural = _("accesses to files")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file__isnull=True) ^ models.Q(intake__isnull=True),
                name="registry_access_is_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file or self.intake} {self.username}"


class FileText(models.Model):
    """The text of a file, for the registrar's search. Protected like the file itself."""

    file = models.OneToOneField(File, on_delete=models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField(_("text"), blank=True)
    fault = models.CharField(_("why the text is missing"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")

    def __str__(self) -> str:
        return str(self.file)
