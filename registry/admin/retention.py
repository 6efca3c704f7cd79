"""The admin of the retention plan and its versions (Arkivlagen 1990:782, 10 §)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, DateField, Field, Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from language.forms import TEXTS
from registry import chain
from registry.models import DocumentType, RetentionPlan
from registry.retention import is_decided

IN_LANGUAGE = {"sv": _("%(field)s in Swedish"), "en": _("%(field)s in English")}
TIME_TO_PREPARE = timedelta(days=30)
"""A new version takes effect so far ahead; until then it can be edited."""
NEW_VERSION = "_new_version"


class DocumentTypeInline(TranslationStackedInline):
    """The document types of a plan, editable until the plan is decided."""

    model = DocumentType
    extra = 0
    formfield_overrides = TEXTS
    fieldsets = ((None, {"fields": [("code", "retention_years"), ("title_sv", "title_en"),
                                    ("public_title_sv", "public_title_en")]}),)  # fmt: skip

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        original = getattr(db_field, "translated_field", None)
        if field is not None and original is not None:
            field.label = IN_LANGUAGE[db_field.language] % {"field": capfirst(original.verbose_name)}
            field.widget.attrs["lang"] = db_field.language
        return field

    def has_add_permission(self, request: HttpRequest, obj: RetentionPlan | None = None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: RetentionPlan | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: RetentionPlan | None = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


@admin.register(RetentionPlan)
class RetentionPlanAdmin(admin.ModelAdmin):
    """The versions of the plan. A decided one is read-only, and copied into the next."""

    list_display = ("name", "state_mark", "decided_on", "decision", "type_count")
    fields = ("decided_on", "decision")
    search_fields = ("decision", "types__title_sv")
    inlines = (DocumentTypeInline,)
    formfield_overrides = TEXTS | {DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[RetentionPlan]:
        return super().get_queryset(request).annotate(type_count=Count("types", distinct=True))

    def has_change_permission(self, request: HttpRequest, obj: RetentionPlan | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: RetentionPlan | None = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: RetentionPlan | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        kwargs["help_texts"] = {
            "decided_on": _("The plan is in force from this date and cannot be changed. Until then it can be edited.")
        }
        return super().get_form(request, obj, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and object_id and NEW_VERSION in request.POST:
            plan = self.get_object(request, object_id)
            if plan is None or not self.has_change_permission(request, plan):
                return self._make_new_version(request, object_id)
        context = {
            "has_languages": True,
            "show_save_and_add_another": False,
            "may_copy": self.has_add_permission(request),
        }
        return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: RetentionPlan, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        obj.version = obj.version or _next_version()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        chain.state_changes("retention plan written", actor=request.user.get_username())

    def response_change(self, request: HttpRequest, obj: RetentionPlan) -> HttpResponse:
        """Copy the plan after saving it, if that button was pressed."""
        if NEW_VERSION in request.POST:
            return self._make_new_version(request, str(obj.pk))
        return super().response_change(request, obj)

    def _make_new_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        plan = self.get_object(request, object_id)
        if plan is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        copy = copy_plan(plan)
        words = _("%(plan)s is a copy of the plan. Edit it, then enter when it was decided and by whom.")
        self.message_user(request, words % {"plan": capfirst(str(copy))}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:registry_retentionplan_change", args=[copy.pk]))

    @admin.display(description=_("plan"), ordering="version")
    def name(self, plan: RetentionPlan) -> str:
        return capfirst(str(plan))

    @admin.display(description=_("state"), ordering="decided_on")
    def state_mark(self, plan: RetentionPlan) -> SafeString:
        state, words = ("adopted", gettext("decided")) if is_decided(plan) else ("draft", gettext("being prepared"))
        return format_html('<span class="status" data-status="{}">{}</span>', state, words)

    @admin.display(description=_("document types"), ordering="type_count")
    def type_count(self, plan: RetentionPlan) -> int:
        return plan.type_count


@transaction.atomic
def copy_plan(plan: RetentionPlan) -> RetentionPlan:
    """Copy the plan with all its types into a new, undecided version."""
    copy = RetentionPlan.objects.create(
        version=_next_version(),
        decided_on=timezone.localdate() + TIME_TO_PREPARE,
        decision=gettext("Not decided yet"),
    )
    types = list(plan.types.order_by("code"))
    for kind in types:
        kind.pk, kind.plan, kind._state.adding = None, copy, True  # noqa: SLF001 - Django's way to copy a row
    DocumentType.objects.bulk_create(types)
    chain.state_changes("retention plan copied")
    return copy


def _is_open(plan: RetentionPlan | None) -> bool:
    return plan is None or not is_decided(plan)


def _next_version() -> int:
    return (RetentionPlan.objects.aggregate(last=Max("version"))["last"] or 0) + 1
