"""The admin's forms of texts in two languages."""

from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.db.models import DateField, DateTimeField, Field, ForeignKey, ManyToManyField, TextField, URLField
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from js_asset import Media
from modeltranslation.admin import TranslationAdmin, TranslationBaseModelAdmin

from language.forms import TEXTS
from publishing.addresses import AddressForm
from publishing.autocomplete import DROPDOWN_ATTRS, AutocompleteSelect, AutocompleteSelectMultiple, label_choices
from publishing.moments import MomentField

IN_LANGUAGE = {"sv": _("%(field)s in Swedish"), "en": _("%(field)s in English")}


def sv_en(*names: str) -> list[tuple[str, str]]:
    """Return the field names of each text in Swedish and English, to be shown side by side."""
    return [(f"{name}_sv", f"{name}_en") for name in names]


class PlainFields(BaseModelAdmin):
    """The browser's own date controls, checkboxes for many-to-many, and no related-object links beside a choice.

    Where there may be thousands of choices, `autocomplete_fields` is used instead.
    """

    formfield_overrides = {
        **TEXTS,
        DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        DateTimeField: {
            "form_class": MomentField,
            "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        },
        ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
        TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        wrapper = getattr(field, "widget", None)
        if isinstance(wrapper, RelatedFieldWidgetWrapper):
            wrapper.can_add_related = wrapper.can_change_related = False
            wrapper.can_delete_related = wrapper.can_view_related = False
        if field is not None and self._has_autocomplete(db_field, request):
            label_choices(field, self.admin_site)
        return field

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if self._has_autocomplete(db_field, request):
            kwargs["widget"] = AutocompleteSelect(db_field, self.admin_site, attrs=DROPDOWN_ATTRS)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if self._has_autocomplete(db_field, request):
            kwargs["widget"] = AutocompleteSelectMultiple(db_field, self.admin_site, attrs=DROPDOWN_ATTRS)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _has_autocomplete(self, db_field: Field, request: HttpRequest) -> bool:
        return db_field.name in self.get_autocomplete_fields(request)


class Translated(TranslationBaseModelAdmin, PlainFields):
    """Labels and spell-checks fields in their language."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        original = getattr(db_field, "translated_field", None)
        if field is not None and original is not None:
            field.label = IN_LANGUAGE[db_field.language] % {"field": capfirst(original.verbose_name)}
            field.widget.attrs["lang"] = db_field.language
        return field


class TranslatedAdmin(Translated, TranslationAdmin):
    """A form with every text in both languages; a switch on the page shows one of them or both."""

    form = AddressForm

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"has_languages": True, "show_save_and_add_another": False}
        # The rich text editor's import map is an inline script, which only a nonce lets through.
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))
        return super().render_change_form(request, context, *args, **kwargs)
