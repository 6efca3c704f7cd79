"""The admin of follow-ups: the goals are assessed one by one, then publishing freezes a snapshot.

A frozen follow-up can only be read, withdrawn and corrected; the database refuses everything else.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from contacts.bylines import make_byline
from followup.forms import AnnualForm, EvidenceForm, EvidenceFormSet, FollowUpForm
from followup.models import Assessment, Correction, Evidence, FollowUp
from followup.services import add_missing_assessments, draft_annual_followup, find_faults, freeze_for_publishing
from followup.snapshots import take_snapshot
from followup.views import make_page_context
from publishing.admin import STEP_LABELS, PublishableAdmin, Translated, TranslatedAdmin, sv_en
from publishing.forms.publishable import PUBLISH, WITHDRAW

MAY_PUBLISH = "followup.publish_followup"


class CorrectionInline(Translated, TranslationStackedInline):
    """The corrections so far, and a form for another."""

    model = Correction
    extra = 0
    classes = ("collapse",)
    can_delete = False
    fieldsets = ((None, {"fields": [*sv_en("text"), ("signed_by", "noted_on")]}),)
    readonly_fields = ("noted_on",)

    def has_change_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:  # noqa: ARG002
        return False


@admin.register(FollowUp)
class FollowUpAdmin(PublishableAdmin):
    """Follow-ups, the latest first."""

    form = FollowUpForm
    list_display = ("title", "kind", "year", "as_of", "strategy", "assessed", "publication_mark")
    list_filter = ("publication", "kind", "strategy")
    list_select_related = ("strategy",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en")
    prepopulated_fields = {"slug": ("title_sv",)}
    actions = ()
    readonly_fields = (*PublishableAdmin.readonly_fields, "assessment_table", "preview_link")
    fieldsets = (
        (None, {"fields": [("strategy", "kind"), ("year", "as_of"), *sv_en("title", "summary", "body"),
                           ("signed_by", "signed_on")]}),
        (_("Assessments"), {"fields": ["assessment_table", "preview_link"]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )  # fmt: skip
    change_list_template = "admin/followup/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[FollowUp]:
        judged = Count("assessments", filter=~Q(assessments__verdict=""))
        counted = super().get_queryset(request).annotate(goal_count=Count("assessments"), judged_count=judged)
        return counted.defer("frozen")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG002
        """Offer none: a follow-up is published, withdrawn and deleted on its own page."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("annual/", wrap(self.annual), name="followup_annual"),
            path("<int:pk>/preview/", wrap(self.preview), name="followup_preview"),
            *super().get_urls(),
        ]

    def get_inlines(self, request: HttpRequest, obj: FollowUp | None) -> list[Any]:  # noqa: ARG002
        """Offer corrections to what has been published."""
        return [CorrectionInline] if obj and obj.is_frozen else []

    def get_fieldsets(self, request: HttpRequest, obj: FollowUp | None = None) -> Any:
        """Leave out the texts once frozen: they are read on the preview page."""
        if obj is None or not obj.is_frozen:
            return super().get_fieldsets(request, obj)
        facts = [("strategy", "kind"), ("year", "as_of"), ("signed_by", "signed_on")]
        return ((None, {"fields": facts}), self.fieldsets[1], self.PUBLISHING)

    def get_readonly_fields(self, request: HttpRequest, obj: FollowUp | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        if obj and obj.is_frozen:
            return (*fields, "strategy", "kind", "year", "as_of", "signed_by", "signed_on", "publish_from")
        publishing = () if request.user.has_perm(MAY_PUBLISH) else ("publish_from", "publish_until")
        return (*fields, *publishing, "strategy") if obj else (*fields, *publishing)

    def get_prepopulated_fields(self, request: HttpRequest, obj: FollowUp | None = None) -> dict[str, Any]:
        return {} if obj and obj.is_frozen else dict(super().get_prepopulated_fields(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_frozen or request.user.has_perm(MAY_PUBLISH))

    def has_delete_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_frozen)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Delete a draft's assessments with it, though nobody may delete them separately."""
        things, counts, needed, protected = super().get_deleted_objects(objs, request)
        return things, counts, needed - {Assessment._meta.verbose_name}, protected

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Leave out the publishing buttons for a new follow-up, and for those who may not publish."""
        response: Any = super().render_change_form(request, context, *args, **kwargs)
        steps = response.context_data["publication_steps"] if kwargs.get("obj") else []
        if not request.user.has_perm(MAY_PUBLISH):
            steps = [step for step in steps if step[0] not in (PUBLISH, WITHDRAW)]
        labels = STEP_LABELS | {PUBLISH: _("Save, freeze and publish")}
        response.context_data["publication_steps"] = [(name, labels[name]) for name, _label in steps]
        return response

    def save_model(self, request: HttpRequest, obj: FollowUp, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        is_publishing = PUBLISH in request.POST
        if (is_publishing or WITHDRAW in request.POST) and not request.user.has_perm(MAY_PUBLISH):
            raise PermissionDenied
        if is_publishing and not obj.is_frozen:
            freeze_for_publishing(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if not form.instance.is_frozen:
            add_missing_assessments(form.instance)

    def response_add(
        self,
        request: HttpRequest,
        obj: FollowUp,
        post_url_continue: str | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """Go on to the goals, which are to be assessed next."""
        self.message_user(request, _("The draft has been created. Now assess its goals, one by one."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:followup_followup_change", args=[obj.pk]))

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page as it would be if the follow-up were published now, and what prevents that."""
        followup = get_object_or_404(FollowUp.objects.select_related("strategy"), pk=pk)
        if not self.has_view_permission(request, followup):
            raise PermissionDenied
        context = make_page_context(followup, followup.frozen or take_snapshot(followup)) | {
            "preview": reverse("admin:followup_followup_change", args=[pk]),
            "faults": [] if followup.is_frozen else find_faults(followup),
            "private": True,
        }
        return render(request, "followup/detail.html", context)

    def annual(self, request: HttpRequest) -> HttpResponse:
        """Ask for a year, and draft its account to the government with every goal."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AnnualForm(request.POST or None, initial={"signed_by": make_byline(request.user)})
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                followup = draft_annual_followup(**form.cleaned_data)
                self.log_addition(request, followup, [{"added": {}}])
            return self.response_add(request, followup)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": _("Prepare the annual follow-up"),
        }
        return render(request, "admin/followup/annual.html", context)

    @admin.display(description=_("goals assessed"))
    def assessed(self, followup: FollowUp) -> str:
        return gettext("%(judged)s of %(all)s") % {"judged": followup.judged_count, "all": followup.goal_count}

    @admin.display(description=_("goals"))
    def assessment_table(self, followup: FollowUp) -> SafeString | str:
        """Every goal, its verdict so far, and the link to its assessment."""
        if not followup.pk:
            return gettext(
                "Save the follow-up first. You can then fill in an assessment for each goal of the strategy."
            )
        rows = (
            followup.assessments.select_related("goal")
            .annotate(evidence_count=Count("evidence"))
            .order_by("goal__position", "goal__code")
        )
        return render_to_string("admin/followup/assessments.html", {"rows": rows, "is_frozen": followup.is_frozen})

    @admin.display(description=_("preview"))
    def preview_link(self, followup: FollowUp) -> SafeString | str:
        if not followup.pk:
            return "–"
        url = reverse("admin:followup_preview", args=[followup.pk])
        words = gettext("See the snapshot") if followup.is_frozen else gettext("Preview the snapshot")
        return format_html('<a href="{}">{}</a>', url, words)


class EvidenceInline(Translated, TranslationStackedInline):
    """The evidence for an assessment."""

    model = Evidence
    form = EvidenceForm
    formset = EvidenceFormSet
    extra = 1
    autocomplete_fields = ("document",)
    fieldsets = ((None, {"fields": [("document", "page"), *sv_en("label")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        return super().get_queryset(request).select_related("document")

    def has_add_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:
        return super().has_add_permission(request, obj) and is_open(obj)

    def has_change_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:
        return super().has_change_permission(request, obj) and is_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:
        return super().has_delete_permission(request, obj) and is_open(obj)


@admin.register(Assessment)
class AssessmentAdmin(TranslatedAdmin):
    """The assessment of one goal. It is made with its follow-up, and open until that is published."""

    list_display = ("goal", "followup", "judgement", "signed_by", "signed_on")
    list_filter = ("verdict", "followup")
    list_select_related = ("goal", "followup")
    search_fields = ("goal__title_sv", "goal__title_en", "followup__title_sv", "text_sv", "text_en")
    readonly_fields = ("followup", "goal")
    inlines = (EvidenceInline,)
    actions = None
    fieldsets = ((None, {"fields": [("followup", "goal"), "verdict", *sv_en("text"), ("signed_by", "signed_on")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assessment]:
        return super().get_queryset(request).defer("followup__frozen")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:
        return super().has_change_permission(request, obj) and is_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:  # noqa: ARG002
        return False

    def response_change(self, request: HttpRequest, obj: Assessment) -> HttpResponse:
        if "_continue" in request.POST:
            return super().response_change(request, obj)
        self.message_user(
            request, _("The assessment of %(goal)s has been saved.") % {"goal": obj.goal}, messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:followup_followup_change", args=[obj.followup_id]))

    @admin.display(description=_("judgement"), ordering="verdict")
    def judgement(self, assessment: Assessment) -> SafeString | str:
        if not assessment.verdict:
            return gettext("not assessed yet")
        words = assessment.get_verdict_display()
        return format_html('<span class="status" data-status="{}">{}</span>', assessment.verdict, words)


def is_open(assessment: Assessment | None) -> bool:
    """Whether the assessment may still be changed: its follow-up is not frozen."""
    return assessment is None or not assessment.followup.is_frozen
