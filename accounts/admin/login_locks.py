from datetime import datetime

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.account_log import write_entry
from accounts.models import AccountEvent, LoginLock
from mailroom.read_only_admin import ReadOnlyAdmin


class InForceFilter(admin.SimpleListFilter):
    """Those that refuse logins now, or all that are counted."""

    title = _("locked")
    parameter_name = "locked"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("now", _("Locked now"))]  # type: ignore[list-item]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LoginLock]) -> QuerySet[LoginLock]:
        return queryset.in_force() if self.value() == "now" else queryset


@admin.register(LoginLock)
class LoginLockAdmin(ReadOnlyAdmin):
    """Accounts and addresses with failed logins. An administrator unlocks them."""

    list_display = ("who", "kind", "failures", "failed_at", "until")
    list_filter = (InForceFilter, "kind")
    list_select_related = ("user",)
    search_fields = ("user__username", "address")
    fields = ("who", "kind", "failures", "failed_at", "until", "told_at")
    readonly_fields = ("who", "until")
    actions = ("unlock",)

    @admin.display(description=_("account or address"), ordering="user__username")
    def who(self, lock: LoginLock) -> str:
        return str(lock)

    @admin.display(description=_("locked until"), ordering="locked_until")
    def until(self, lock: LoginLock) -> datetime | None:
        return lock.locked_until if lock.is_in_force else None

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_loginlock")

    @admin.action(description=_("Unlock selected"), permissions=["unlock"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[LoginLock]) -> None:
        with transaction.atomic():
            locks = list(queryset.select_for_update(of=("self",)))
            for lock in locks:
                write_entry(
                    AccountEvent.Kind.UNLOCKED,
                    account=lock.user,
                    actor=request.user,
                    request=request,
                    details="" if lock.user else str(lock),
                )
            LoginLock.objects.filter(pk__in=[lock.pk for lock in locks]).delete()
        words = ngettext("%(count)d login has been unlocked.", "%(count)d logins have been unlocked.", len(locks))
        self.message_user(request, words % {"count": len(locks)}, messages.SUCCESS)
