"""The form of everything that is drafted, published and withdrawn, and the buttons that do so."""

from collections.abc import Container
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField

from publishing.addresses import AddressForm
from publishing.models import Publication
from publishing.moments import MomentField
from publishing.writing_advice.judgement import find_faults, find_language

PUBLISH, WITHDRAW = "_publish", "_withdraw"
STEPS = {PUBLISH: Publication.PUBLISHED, WITHDRAW: Publication.ARCHIVED}
"""The buttons that save and publish or withdraw, and the publication that each leads to."""
NEEDS_REVIEW = _(
    "Somebody else must read this before it is published. Choose “Ask for a review”: what you have written is kept."
)
TIMES = ("publish_from", "publish_until")


class PublishableForm(AddressForm):
    """Sets the time of publishing, and asks for a change note when the change will be public."""

    log_note_sv = forms.CharField(
        label=_("Change note in Swedish"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2, "lang": "sv"}),
        help_text=_(
            "What readers should know about the change, in one sentence. It is shown in the public change log."
        ),
    )
    log_note_en = forms.CharField(
        label=_("Change note in English"), required=False, widget=AdminTextareaWidget(attrs={"rows": 2, "lang": "en"})
    )
    log_minor = forms.BooleanField(
        label=_("Minor change"), required=False, help_text=_("For example, a spelling correction: no note is needed.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TIMES:
            if isinstance(field := self.fields.get(name), MomentField):
                field.stored = getattr(self.instance, name)

    is_reviewed: ClassVar[bool] = False
    """Whether somebody else has read what is typed."""

    @property
    def publishing(self) -> bool:
        return PUBLISH in self.data or self.instance.publication == Publication.PUBLISHED

    @property
    def stays_public(self) -> bool:
        """Whether the public may read the saved thing, now or as scheduled."""
        step = find_step(self.data)
        return step == PUBLISH or (step is None and self.instance.publication == Publication.PUBLISHED)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.stays_public and not self.cleaned_data.get("log_note_sv") and not self.cleaned_data.get("log_minor"):
            self.add_error("log_note_sv", _("Describe in one sentence what has changed, or mark the change as minor."))
        if self.stays_public:
            self._check_texts()
        if self.publishing and not self.cleaned_data.get("publish_from") and "publish_from" not in self.errors:
            self.cleaned_data["publish_from"] = timezone.now().replace(second=0, microsecond=0)
        return cleaned

    def _check_texts(self) -> None:
        """Refuse to publish rich texts with empty headings and links, or with links that lead nowhere."""
        for name, field in self.fields.items():
            if isinstance(field, ProseEditorFormField):
                for words in find_faults(self.cleaned_data.get(name) or "", find_language(name)):
                    self.add_error(name, words)

    def _post_clean(self) -> None:
        """Validate the thing with the publication that the button gives it: a withdrawn one may have a future time."""
        was = self.instance.publication
        self.instance.publication = next((STEPS[name] for name in STEPS if name in self.data), was)
        super()._post_clean()
        self.instance.publication = was
        if self.stays_public and not self.is_reviewed and self.instance.must_be_reviewed():
            self.add_error(None, NEEDS_REVIEW)


def find_step(data: Container[str]) -> str | None:
    """Return the first publishing button in the data, even if several were sent."""
    return next((name for name in STEPS if name in data), None)
