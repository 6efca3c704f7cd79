"""The registry (diarium): what came in, under which number, and everything that was done with it.

Public and protected columns are different columns (OSL 2009:400, 5:2): `Case.title`, its number, date and
status may be shown to anyone; names, addresses, subjects and texts never are without an act of the registrar.

What came in cannot be altered or deleted. That is enforced in the database (migration 0002): triggers
refuse it, and the role that the site runs as owns no table and so cannot lift them.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

APPEND_ONLY = ["registry_event", "registry_eventpayload", "registry_record", "registry_party", "registry_file"]
"""Tables in which a row, once written, stays as it is."""
NEVER_DELETED = [*APPEND_ONLY, "registry_series", "registry_seriesyear", "registry_intake", "registry_case"]


class Series(models.Model):
    """A number series. The public is told which there are (JO 3579-2005)."""

    code = models.SlugField(_("code"), max_length=10, unique=True)
    title = models.CharField(_("title"), max_length=120)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SeriesYear(models.Model):
    """How far a series has come in a year. Whoever takes a number holds this row until the commit."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("year of a series")
        verbose_name_plural = _("years of series")
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="registry_seriesyear_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}"


class Intake(models.Model):
    """Something that arrived, exactly as it did, before anyone has judged it.

    It has arrived when it reached our server, by the server's clock (TF 2:9; FL 22 §).
    """

    class Channel(models.TextChoices):
        WEB_FORM = "web_form", _("contact form")
        MAIL = "mail", _("e-mail")

    class State(models.TextChoices):
        REGISTERED = "registered", _("registered")
        QUARANTINED = "quarantined", _("in quarantine")

    token = models.UUIDField(_("token"), unique=True, help_text=_("The same token is the same message."))
    channel = models.CharField(_("came by"), max_length=10, choices=Channel)
    received_at = models.DateTimeField(_("arrived"), db_index=True)
    language = models.CharField(_("language"), max_length=2)
    raw = models.BinaryField(_("as it came"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64)
    addressee = models.CharField(_("addressee"), max_length=200)
    addressee_email = models.EmailField(_("addressee's e-mail address"))
    state = models.CharField(_("state"), max_length=12, choices=State)
    reason = models.CharField(_("reason for quarantine"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="quarantined") | ~models.Q(reason=""), name="registry_quarantine_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.received_at:%Y-%m-%d %H:%M}"


class Case(models.Model):
    """A registered case (ärende). Its number is never changed and never used again."""

    class Status(models.TextChoices):
        REGISTERED = "registered", _("registered")
        DISTRIBUTED = "distributed", _("distributed")
        IN_PROGRESS = "in_progress", _("in progress")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="cases", verbose_name=_("series"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    registered_at = models.DateTimeField(_("registered"), db_index=True)
    title = models.CharField(
        _("public title"), max_length=200, help_text=_("Shown to anyone: no names of private people.")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.REGISTERED, db_index=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="registry_case_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="registry_case_number_positive"),
        ]

    def __str__(self) -> str:
        return self.registration_number

    def clean(self) -> None:
        if self.status == self.Status.DISTRIBUTED and self.assigned_to is None:
            raise ValidationError({"assigned_to": _("Say who the case is distributed to.")})

    @property
    def registration_number(self) -> str:
        """As people write it: `RUS 2026/0042`, growing past 9999."""
        return f"{self.series.code} {self.year}/{self.number:04d}"

    def get_admin_url(self) -> str:
        """Where staff read it, as an absolute address for mail."""
        return settings.BASE_URL + reverse("admin:registry_case_change", args=[self.pk])


class Record(models.Model):
    """A document of a case (handling). Its columns are protected."""

    class Direction(models.TextChoices):
        INCOMING = "incoming", _("incoming")
        OUTGOING = "outgoing", _("outgoing")
        DRAWN_UP = "drawn_up", _("drawn up")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="records", verbose_name=_("case"))
    ordinal = models.PositiveIntegerField(_("number in the case"))
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    recorded_at = models.DateTimeField(_("arrived or drawn up"))
    intake = models.OneToOneField(
        Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="record", verbose_name=_("arrival")
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    about = models.CharField(_("sent from the page"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2)

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        ordering = ["case", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["case", "ordinal"], name="registry_record_ordinal_once")]

    def __str__(self) -> str:
        return f"{self.case}-{self.ordinal}"


class Party(models.Model):
    """Sender or recipient of a record. Its columns are protected; an anonymous sender has empty ones."""

    class Role(models.TextChoices):
        SENDER = "sender", _("sender")
        RECIPIENT = "recipient", _("recipient")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.email or str(_("anonymous"))


def private_storage() -> Storage:
    """The storage that no public address leads to."""
    return storages["private"]


class File(models.Model):
    """A file, kept as it came with an arrival or was drawn up with a record."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    file = models.FileField(_("file"), storage=private_storage, max_length=200)
    original_name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type by content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(intake__isnull=True) ^ models.Q(record__isnull=True),
                name="registry_file_has_one_origin",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class Event(models.Model):
    """One link of the hash chain that shows that nothing was altered afterwards.

    `hash` = SHA-256 over the link's own columns, `previous_hash` and `commitment`;
    `commitment` = SHA-256(salt ‖ payload). Payload and salt live in `EventPayload`, so that a lawful disposal
    can destroy them and the chain still verifies.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("registered")
        QUARANTINED = "quarantined", _("put in quarantine")
        RELEASED = "released", _("released from quarantine")
        ASSIGNED = "assigned", _("assigned")
        STATUS_SET = "status_set", _("status set")
        TITLE_SET = "title_set", _("public title set")

    sequence = models.PositiveBigIntegerField(_("number in the chain"), primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="events")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, related_name="events")
    kind = models.CharField(_("event"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("by"), max_length=150, blank=True)
    previous_hash = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_kind_display()}"


class EventPayload(models.Model):
    """What an event says, and the salt that keeps its commitment from being guessed."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="payload")
    salt = models.BinaryField()
    data = models.BinaryField()

    class Meta:
        verbose_name = _("content of an event")
        verbose_name_plural = _("contents of events")

    def __str__(self) -> str:
        return bytes(self.data).decode()
