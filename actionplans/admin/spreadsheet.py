"""Excel in the admin: download, upload, preview, and the button that imports."""

import io
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from actionplans.forms.spreadsheet import ConfirmForm, ExportForm, UploadForm
from actionplans.models import ActionPlan, ActivityImport
from actionplans.spreadsheet import jobs
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.parser import UnreadableFileError
from actionplans.spreadsheet.preview import Report, may_import
from files.media_types import XLSX
from publishing.autocomplete import is_key

ON_A_PAGE = 50
State = ActivityImport.State


class SpreadsheetPages(admin.ModelAdmin):
    """The pages for Excel files, under the list of activities."""

    change_list_template = "admin/actionplans/activity/change_list.html"

    def get_urls(self) -> list[URLResolver | URLPattern]:
        wrap = self.admin_site.admin_view
        pages: list[URLResolver | URLPattern] = [
            path("import/", wrap(self.import_view), name="actionplans_activity_import"),
            path("import/<uuid:key>/", wrap(require_GET(self.tried_view)), name="actionplans_activity_tried"),
            path(
                "import/<uuid:key>/save/",
                wrap(require_POST(self.confirm_view)),
                name="actionplans_import_save",
            ),
            path("export/", wrap(require_GET(self.export_view)), name="actionplans_activity_export"),
        ]
        return [*pages, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"has_excel": may_import(cast("User", request.user)), **(extra_context or {})}
        context["excel_plan"] = _read_key(request.GET.get("plan__id__exact"))
        return super().changelist_view(request, context)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload a file. It is previewed, not saved."""
        user = self._permitted_user(request)
        is_sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
        if is_sent and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = jobs.accept_file(file, file.name, user, get_language() or "sv")
            except UnreadableFileError as error:
                form.add_error("file", str(error))
            else:
                return HttpResponseRedirect(reverse("admin:actionplans_activity_tried", args=[job.key]))
        context = {"form": form, "export_form": ExportForm(user=user, initial=self._choose_plan(request, user))}
        return self._page(request, "import.html", _("Import an Excel file"), **context)

    def tried_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Show the worker's progress, the preview, or the result: faults first."""
        return self._show_job(request, self._own(request, key))

    def confirm_view(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Import the very file that was previewed, as drafts or published."""
        job = self._own(request, key)
        if job.state == State.TRIED:
            form = ConfirmForm(request.POST, report=Report.from_json(job.report))
            if not form.is_valid():
                return self._show_job(request, job, form)
            jobs.confirm_import(job, form.get_saving())
            job.refresh_from_db()
            if job.state == State.SAVED:
                self._tell_saved(request, job)
        return HttpResponseRedirect(reverse("admin:actionplans_activity_tried", args=[job.key]))

    def _show_job(self, request: HttpRequest, job: ActivityImport, form: ConfirmForm | None = None) -> TemplateResponse:
        if job.is_working:
            return self._page(request, "import_working.html", job.original_name, job=job)
        if job.state == State.FAILED:
            return self._page(request, "import_failed.html", job.original_name, job=job)
        report = Report.from_json(job.report)
        faults = Paginator(report.faults, ON_A_PAGE).get_page(request.GET.get("faults"))
        outcomes = Paginator(report.outcomes, ON_A_PAGE).get_page(request.GET.get("rows"))
        form = form or ConfirmForm(report=report, initial={"note_sv": job.note_sv, "note_en": job.note_en})
        context = {"job": job, "report": report, "faults": faults, "outcomes": outcomes, "form": form}
        return self._page(request, "import_tried.html", job.original_name, **context)

    def _tell_saved(self, request: HttpRequest, job: ActivityImport) -> None:
        count = len(job.report["outcomes"])
        words = (
            ngettext(
                "%(count)d row was saved. What is new or was public already is published.",
                "%(count)d rows were saved. What is new or was public already is published.",
                count,
            )
            if job.manner == ActivityImport.Manner.PUBLISH
            else ngettext(
                "%(count)d row was saved. Nothing that the public sees has changed.",
                "%(count)d rows were saved. Nothing that the public sees has changed.",
                count,
            )
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Return the activities of a plan, or of all the user's plans, as a file."""
        from actionplans.spreadsheet.exporter import export_plans  # openpyxl: 12 MB, so only where it is used

        user = self._permitted_user(request)
        form = ExportForm(request.GET, user=user)
        if not form.is_valid():
            raise Http404
        plan: ActionPlan | None = form.cleaned_data["plan"]
        content = io.BytesIO()
        export_plans(Choices(user, ActionPlan.objects.filter(pk=plan.pk) if plan else None), content)
        name = f"{plan.slug if plan else _('activities')}-{timezone.localdate().isoformat()}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content.getvalue(), content_type=XLSX, headers=headers)

    def _choose_plan(self, request: HttpRequest, user: User) -> dict[str, Any]:
        """Return the plan that the page was reached from, or the user's only one, as what the form begins with."""
        own = list(Choices(user).own.values_list("pk", flat=True)[:2])
        plan = _read_key(request.GET.get("plan")) or (own[0] if len(own) == 1 else None)
        return {"plan": plan}

    def _permitted_user(self, request: HttpRequest) -> User:
        user = cast("User", request.user)
        if not may_import(user):
            raise PermissionDenied
        return user

    def _own(self, request: HttpRequest, key: UUID) -> ActivityImport:
        """Return one of the user's own files, if it is still kept."""
        user = self._permitted_user(request)
        job = ActivityImport.objects.filter(key=key, owner=user).first()
        if job is None or job.is_over:
            raise Http404(lazy("The file is no longer kept. Send it again."))
        return job

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/actionplans/activity/{template}", frame | context)


def _read_key(given: str | None) -> int | None:
    """Return a primary key out of an address; None if it is no such number."""
    return int(given) if given and is_key(given) else None
