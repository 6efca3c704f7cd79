"""Status reports, which are written on a page of their own and never changed, and the button that confirms."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from actionplans.forms.reports import ReportForm
from actionplans.models import Activity, StatusUpdate
from actionplans.ownership import MAY_REPORT, find_readable_reports, find_reported_activities
from actionplans.services.reports import confirm_activity, sign_report
from mailroom.read_only_admin import ReadOnlyAdmin


@admin.register(StatusUpdate)
class StatusUpdateAdmin(ReadOnlyAdmin):
    """The reports on what the user reports on, read-only: a mistake is corrected by another report."""

    list_display = ("reported_on", "activity", "change", "signed_by", "is_public")
    list_filter = ("is_public", "after", ("activity__plan", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("activity",)
    search_fields = ("text_sv", "text_en", "signed_by", "activity__title_sv", "activity__title_en")
    fields = ("activity", "reported_on", ("before", "after"), "text_sv", "text_en", ("ends_before", "ends_after"),
              ("evidence_title", "evidence_url"), "is_public", "signed_by")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusUpdate]:
        readable, reported = find_readable_reports(request.user), find_reported_activities(request.user)
        return super().get_queryset(request).filter(pk__in=readable.values("pk"), activity__in=reported)

    @admin.display(description=gettext_lazy("status"), ordering="after")
    def change(self, update: StatusUpdate) -> SafeString:
        return render_status_change(update)


def render_status_change(update: StatusUpdate) -> SafeString:
    """Return the status after the report, and the one before if it was another."""
    after = format_html('<span class="status" data-status="{}">{}</span>', update.after, update.get_after_display())
    if update.before == update.after:
        return after
    return format_html("{} → {}", update.get_before_display(), after)


def get_reported_activity(request: HttpRequest, pk: int) -> Activity:
    """Return the activity, if the user may report on it."""
    if not request.user.has_perm(MAY_REPORT):
        raise PermissionDenied
    activity = find_reported_activities(request.user).select_related("plan").filter(pk=pk).first()
    if activity is None:
        raise Http404
    return activity


def report_page(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Write a report on an activity."""
    activity, user = get_reported_activity(request, pk), cast("User", request.user)
    form = ReportForm(request.POST if request.method == "POST" else None, activity=activity, user=user)
    if request.method == "POST" and form.is_valid() and form.save():
        model_admin.log_change(request, activity, [{"changed": {"fields": [_("status report")]}}])
        messages.success(request, _("Your report on “%(activity)s” has been saved.") % {"activity": activity})
        return HttpResponseRedirect(get_change_url(activity))
    frame = model_admin.admin_site.each_context(request) | {
        "opts": Activity._meta,
        "title": _("Report progress"),
        "activity": activity,
        "form": form,
        "latest": find_readable_reports(user).filter(activity=activity).first(),
        "signature": sign_report(activity, user),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "admin/actionplans/report.html", frame)


@require_POST
def confirm_view(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """Confirm that all about the activity is still right, and return to the page of the button."""
    activity = get_reported_activity(request, pk)
    if confirm_activity(activity):
        model_admin.log_change(request, activity, [{"changed": {"fields": [_("confirmed as right")]}}])
        words = _("“%(activity)s” has been confirmed: everything about it is still correct.")
    else:
        words = _("“%(activity)s” has already been confirmed today.")
    messages.success(request, words % {"activity": activity})
    return HttpResponseRedirect(_where_from(request) or get_change_url(activity))


def get_change_url(activity: Activity) -> str:
    return reverse("admin:actionplans_activity_change", args=[activity.pk])


def _where_from(request: HttpRequest) -> str | None:
    """Return the page of the button, if it is one of the admin's."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return came_from if is_ours and f"{request.get_host()}/admin/" in came_from else None
