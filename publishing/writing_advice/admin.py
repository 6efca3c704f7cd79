"""Help to write well, in the admin: what is said of the texts in a form, above it."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django_prose_editor.fields import ProseEditorFormField

from publishing.drafts.storage import TITLES
from publishing.translations.admin import TranslationsAdmin
from publishing.writing_advice.judgement import find_language, judge_prose
from publishing.writing_advice.remarks import Remark
from publishing.writing_advice.structure import judge_title

SECTION = 2
"""The level of the heading above a text on its page, unless the model says another in `heading_above_text`."""


class Judged(NamedTuple):
    """A field, and what is said of its text."""

    label: str
    target: str
    remarks: list[Remark]


class Advice(NamedTuple):
    """What is said of the texts in a form."""

    fields: list[Judged]

    @property
    def errors(self) -> int:
        return sum(remark.is_error for field in self.fields for remark in field.remarks)

    @property
    def hints(self) -> int:
        return sum(not remark.is_error for field in self.fields for remark in field.remarks)


class WritingAdviceAdmin(TranslationsAdmin):
    """Shows with a form what readers would stumble over in its texts: stored, of a draft, or just sent."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self._may_write(request, kwargs.get("obj")):
            fields = list_judged(context["adminform"].form)
            context["writing_advice"] = Advice(fields) if fields else None
        return super().render_change_form(request, context, *args, **kwargs)


def list_judged(form: Any) -> list[Judged]:
    """Return the fields of a form of whose texts something is said, in the order of the form."""
    found = []
    above = getattr(form._meta.model, "heading_above_text", SECTION)
    for name, field in form.fields.items():
        text = str(form[name].value() or "") if isinstance(field, ProseEditorFormField) or name in TITLES else ""
        if not text:
            continue
        is_rich = isinstance(field, ProseEditorFormField)
        remarks = judge_prose(text, find_language(name), above) if is_rich else list(judge_title(text))
        told = {str(words) for words in form.errors.get(name, ())} if form.is_bound else set()
        if left := [remark for remark in remarks if remark.words not in told]:
            found.append(Judged(str(form[name].label), form[name].id_for_label, left))
    return found
