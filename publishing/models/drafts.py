"""What has been typed into a form and not saved yet."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DraftQuerySet(models.QuerySet["Draft"]):
    """Drafts by what they are of, and by whom."""

    def of(self, thing: models.Model) -> Self:
        """Filter the drafts of a stored thing that nobody has discarded."""
        return self.of_key(type(thing), thing.pk)

    def of_key(self, model: type[models.Model], pk: int) -> Self:
        """Filter those of the thing with a primary key."""
        kind = ContentType.objects.get_for_model(model)
        return self.filter(content_type=kind, object_id=pk, discarded_at=None)

    def of_new(self, model: type[models.Model]) -> Self:
        """Filter the drafts of things that are not stored yet."""
        kind = ContentType.objects.get_for_model(model)
        return self.filter(content_type=kind, object_id=None, discarded_at=None)

    def mark(self, things: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Add to things whether they have a draft, as `has_draft`."""
        kind = ContentType.objects.get_for_model(things.model)
        drafts = self.filter(content_type=kind, object_id=models.OuterRef("pk"), discarded_at=None)
        return things.annotate(has_draft=models.Exists(drafts))

    def in_writing(self) -> Self:
        """Filter those that do not wait to be published."""
        return self.filter(publish_at=None)

    def by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(author=user.pk)


class Draft(models.Model):
    """The whole form of one thing as somebody has filled it in, valid or not, beside what is stored.

    Nobody but editors sees it. It keeps what the browser would send, so whatever the form can do, a draft can hold:
    both languages, rows, choices. Each editor, and each window that would otherwise overwrite another, has their own.
    """

    shown_on_pages = False

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField(null=True)
    """None while the thing itself is not stored."""
    title = models.CharField(_("title"), max_length=200)
    posted = models.JSONField(_("what was typed"))
    """The values of each field, by its name in the form."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(_("author"), max_length=160)
    number = models.PositiveIntegerField(_("number"), default=1)
    """Rises with each save: whoever saves over an earlier number has not seen the latest text."""
    window = models.CharField(_("window"), max_length=40, blank=True)
    """The page that saved it last, by a name that its script has made; empty without a script."""
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now)
    publish_at = models.DateTimeField(_("publish at"), null=True, db_index=True)
    """When it is to be saved to its thing, which is public. Until then it is written over by nobody."""
    failure = models.TextField(_("why it was not published"), blank=True)
    discarded_at = models.DateTimeField(_("discarded"), null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="publishing_draft_thing"),
            models.Index(fields=["author", "-saved_at"], name="publishing_draft_author"),
        ]

    def __str__(self) -> str:
        return self.title

    def as_data(self) -> QueryDict:
        """Return what was typed as a form takes it."""
        data = QueryDict(mutable=True)
        for name, values in self.posted.items():
            data.setlist(name, values)
        return data

    def is_by(self, user: Any) -> bool:
        return self.author_id is not None and self.author_id == user.pk

    def get_kind(self) -> type[models.Model]:
        """Return the model of its thing."""
        kind = self.content_type.model_class()
        assert kind is not None  # noqa: S101 - content types of removed models are removed with their drafts
        return kind

    def make_link(self, page: str = "draft") -> str:
        """Return the whole address of one of its pages in the admin, for mails."""
        return settings.BASE_URL + self.find_page(page)

    def find_page(self, page: str = "draft") -> str:
        """Return the address of one of its pages in the admin."""
        meta = self.get_kind()._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[self.pk])

    def find_thing(self) -> models.Model | None:
        """Return the stored thing; None if it is not stored yet, or no more."""
        if self.object_id is None:
            return None
        return self.get_kind()._base_manager.filter(pk=self.object_id).first()  # noqa: SLF001
