from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jobs.models import Failure


@admin.register(Failure)
class FailureAdmin(admin.ModelAdmin):
    """What the worker could not do, read-only. What it has given up can be tried again."""

    list_display = ("describe_thing", "job", "attempts", "first_at", "failed_at", "due_at", "error")
    list_filter = (("due_at", admin.EmptyFieldListFilter), "job")
    search_fields = ("job", "error")
    fields = readonly_fields = (
        "describe_thing", "job", "error", "attempts", "first_at", "failed_at", "due_at",
    )  # fmt: skip
    actions = ("try_again",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Failure]:
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Failure | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Failure | None = None) -> bool:
        """Allow the action on the list only: the page of a failure is read-only."""
        return obj is None and super().has_change_permission(request)

    @admin.display(description=_("what"))
    def describe_thing(self, failure: Failure) -> str:
        return failure.describe_thing()

    @admin.action(description=_("Try selected again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Failure]) -> None:
        count = Failure.objects.filter(pk__in=queryset.values("pk")).try_again()
        words = ngettext("%(count)d job will be tried again.", "%(count)d jobs will be tried again.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS if count else messages.INFO)
