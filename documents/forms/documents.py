"""Forms of the documents' admin: a document, a new file, and why a file is withdrawn."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Model, prefetch_related_objects
from django.forms.models import BaseInlineFormSet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from documents.hidden_content import check_hidden
from documents.models import DocumentVersion, MediaType
from documents.quality import check_publishing, find_newest_to_show
from documents.versions import Measures, add_version, measure_file
from publishing.forms.publishable import PublishableForm

ACCEPT_HIDDEN = _("Yes, publish the file with its hidden content")
NEW_FILE = "versions-0-file"
NEW_NOTE = "versions-0-change_note"
"""The names that the formset gives to the new file and its change note."""
SUFFIXES = ",".join(f".{media_type.suffix}" for media_type in MediaType)


def measure_once(file: Any) -> Measures:
    """Return the file's measures, taken once for a request. Raise `ValidationError` as `measure_file` does."""
    if not hasattr(file, "measured"):
        try:
            file.measured = measure_file(file)
        except ValidationError as error:
            file.measured = error
    if isinstance(file.measured, ValidationError):
        raise file.measured
    taken: Measures = file.measured
    return taken


class DocumentForm(PublishableForm):
    """Refuses to publish a file that shuts readers out without an accessible version, or a reason why there is none.

    Hidden content must be accepted by an editor. The answer names the file by its checksum, so that it is asked
    again when another file is chosen.
    """

    accept_hidden = forms.BooleanField(label=ACCEPT_HIDDEN, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if note := self.fields.get("log_note_sv"):
            note.help_text = _(
                "What readers should know about the change, in one sentence. It is shown in the public change log. "
                "If left empty, your note on the new version is used."
            )
        if not self.is_bound and self.instance.pk:
            prefetch_related_objects([self.instance], "versions")  # the page shows them all
        newest = find_newest_to_show(self.instance)
        if newest is not None and newest.must_accept_hidden:
            self._ask_for(newest.checksum)

    def _ask_for(self, checksum: str) -> None:
        self.fields["accept_hidden"].widget = forms.CheckboxInput(
            attrs={"value": checksum}, check_test=lambda _value: self.accepts(checksum)
        )

    def accepts(self, checksum: str) -> bool:
        """Whether the editor has accepted the hidden content of the file with that checksum."""
        return bool(self.data.get(self.add_prefix("accept_hidden")) == checksum)

    def clean(self) -> dict[str, Any] | None:
        """Use the new version's change note for the change log, if that is left empty."""
        given = self.cleaned_data
        if NEW_FILE in self.files and not given.get("log_note_sv") and not given.get("log_minor"):
            for language in AVAILABLE_LANGUAGES:
                given[f"log_note_{language}"] = self.data.get(f"{NEW_NOTE}_{language}", "").strip()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.stays_public:
            return
        new = self._new_file()
        self._check_hidden(new)
        if "accessible_version" in self.errors:
            return
        try:
            check_publishing(self.instance, None if new is None else new.facts.faults)
        except ValidationError as error:
            self.add_error(None, error)

    def _check_hidden(self, new: Measures | None) -> None:
        """Require that an editor accepts the hidden content of the file that the public would get."""
        if new is not None:
            rows, checksum = list(new.facts.hidden), new.checksum
        else:
            newest = find_newest_to_show(self.instance)
            rows = newest.hidden_content if newest and newest.must_accept_hidden else []
            checksum = newest.checksum if newest else ""
        if rows:
            self._ask_for(checksum)
        try:
            check_hidden(rows, is_accepted=self.accepts(checksum))
        except ValidationError as error:
            self.add_error("accept_hidden", error)

    def _new_file(self) -> Measures | None:
        """Return the measures of the file sent with the form; None for a refused one, whose field shows the error."""
        file = self.files.get(NEW_FILE)
        if file is None:
            return None
        try:
            return measure_once(file)
        except ValidationError:
            return None


class NewVersionForm(forms.ModelForm):
    """A file and its change note. Refused files and duplicates are reported before anything is saved."""

    also_elsewhere = forms.BooleanField(
        label=_("Yes, the file belongs in both documents"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        field = self.fields["file"]
        field.widget.attrs["accept"] = SUFFIXES
        field.help_text = _(
            "PDF, Word, Excel, PowerPoint or OpenDocument text, up to %(limit)d MB. A large file takes a while: "
            "stay on this page until the upload is complete."
        ) % {"limit": settings.UPLOAD_AT_MOST // 2**20}
        field.error_messages |= {
            "empty": _("The file is empty. Check that it was saved, then choose it again."),
            "required": _("Choose the file that your text is about, or leave both empty."),
        }
        if self.add_prefix("file") in self.files:  # a form that is shown again
            field.help_text = _(
                "Your texts are still here, but the browser does not remember the file: choose it again."
            )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if file := self.cleaned_data.get("file"):
            try:
                self._refuse_what_is_here(file)
            except ValidationError as error:
                self.add_error("file", error)
        return cleaned

    def _refuse_what_is_here(self, file: File) -> None:
        same = DocumentVersion.objects.filter(checksum=measure_once(file).checksum).select_related("document")
        if here := same.filter(document=self.instance.document_id).first():
            raise ValidationError(_already_here(here), code="same")
        elsewhere = same.order_by("document__title").first()
        may_see = self.user.has_perm("documents.view_document")
        if elsewhere and may_see and not self.cleaned_data.get("also_elsewhere"):
            self.fields["also_elsewhere"].widget = forms.CheckboxInput()
            raise ValidationError(_already_elsewhere(elsewhere), code="elsewhere")


def _already_here(version: DocumentVersion) -> str:
    link = format_html(
        '<a href="#version-{}">{}</a>', version.number, gettext("version %(number)d") % {"number": version.number}
    )
    if version.withdrawn_at:
        words = gettext("The same file is already here as {link}, which was withdrawn. You can show it again there.")
    else:
        words = gettext("The same file is already here as {link}. If you meant a different file, choose that one.")
    return format_html(words, link=link)


def _already_elsewhere(version: DocumentVersion) -> str:
    url = reverse("admin:documents_document_change", args=[version.document_id])
    return format_html(
        gettext(
            "The same file is already in the document {link}. If it is the same document, do not add it here. If "
            "it belongs in both, tick the box below, choose the file again and save."
        ),
        link=format_html('<a href="{}">{}</a>', url, version.document),
    )


class NewVersionFormSet(BaseInlineFormSet):
    """Saves each new version by `add_version`."""

    user: User

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"user": self.user}

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Model:  # noqa: ARG002, FBT001, FBT002
        given = form.cleaned_data
        file = given["file"]
        return add_version(
            self.instance, file, given["change_note_sv"], given.get("change_note_en") or "", measure_once(file)
        )


class WithdrawForm(forms.ModelForm):
    """Why a file is withdrawn."""

    class Meta:
        model = DocumentVersion
        fields = ["withdrawn_reason_sv", "withdrawn_reason_en"]
        widgets = {
            "withdrawn_reason_sv": AdminTextareaWidget(attrs={"rows": 3, "lang": "sv"}),
            "withdrawn_reason_en": AdminTextareaWidget(attrs={"rows": 3, "lang": "en"}),
        }
        labels = {
            "withdrawn_reason_sv": _("Why it is withdrawn, in Swedish"),
            "withdrawn_reason_en": _("Why it is withdrawn, in English"),
        }
        help_texts = {
            "withdrawn_reason_sv": _(
                "The public will see this where the file was, so do not repeat anything that must not be read. For "
                "example: “The file contained personal data by mistake.”"
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["withdrawn_reason_sv"]
        reason.required = True
        reason.error_messages["required"] = _("Explain in one sentence why the file is withdrawn.")


class RestoreForm(forms.Form):
    """Whether to accept the hidden content, if any, of a file that is restored."""

    accept_hidden = forms.BooleanField(label=ACCEPT_HIDDEN, required=False)

    def __init__(self, *args: Any, version: DocumentVersion, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        if not (asks and version.must_accept_hidden):
            del self.fields["accept_hidden"]

    def clean_accept_hidden(self) -> bool:
        is_accepted = bool(self.cleaned_data["accept_hidden"])
        check_hidden(self.version.hidden_content, is_accepted=is_accepted)
        return is_accepted
