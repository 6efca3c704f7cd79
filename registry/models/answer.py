from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from files.private_storage import get_private_storage
from mailroom.models import OutgoingMail
from registry.models.case import Case
from registry.models.record import Record


class CannedText(models.Model):
    """A version of a text that officers can start an answer from. A change makes a new version."""

    slug = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    is_current = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    created_by = models.CharField(_("by"), max_length=150, blank=True, editable=False)

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="registry_cannedtext_version_once"),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(is_current=True), name="registry_cannedtext_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class Answer(models.Model):
    """An answer from draft to sent. When it is sent, it becomes a record."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting for approval")
        APPROVED = "approved", _("approved")
        SENT = "sent", _("sent")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers", verbose_name=_("case"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    to_name = models.CharField(_("recipient"), max_length=200, blank=True)
    to_email = models.EmailField(_("recipient's e-mail address"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=2, default="sv")
    canned_text = models.ForeignKey(
        CannedText, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("started from")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    record = models.OneToOneField(
        Record, on_delete=models.PROTECT, null=True, blank=True, related_name="answer", verbose_name=_("record")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-pk"]
        permissions = [("approve_answer", _("Can approve answers"))]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(record__isnull=False),
                name="registry_answer_sent_is_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.subject}"


class AnswerFile(models.Model):
    """A file of an answer. When the answer is sent, it becomes a `File` of the record."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("file"), storage=get_private_storage, max_length=200)
    original_name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type by content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("file of an answer")
        verbose_name_plural = _("files of answers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.original_name


class Dispatch(models.Model):
    """A mail that the registry sent about a case: receipt, notice, answer or referral."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("receipt")
        NOTICE = "notice", _("notice")
        ANSWER = "answer", _("answer")
        FORWARD = "forward", _("reference to another authority")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="dispatches", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, null=True, blank=True, related_name="dispatches", verbose_name=_("record")
    )
    mail = models.OneToOneField(
        OutgoingMail, on_delete=models.PROTECT, related_name="dispatch", verbose_name=_("e-mail")
    )

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.mail}"
