"""What holds on every page under /admin/: how long a session lasts, the second step, the log of what is taken out."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.second_factor import CONFIRMED, has_second_factor, must_have_second_factor
from accounts.session_limits import has_ended

Handler = Callable[[HttpRequest], HttpResponse]
OPEN = ("account_login", "account_awake", "account_reauthenticate", "mfa_", "usersessions_", "openid_connect_")
LOGOUT = "admin:logout"


def is_logged_in(request: HttpRequest) -> bool:
    """Whether someone is logged in. Asked under /admin/ alone: public pages have no session."""
    return request.path_info.startswith("/admin/") and request.user.is_authenticated


def limit_sessions(get_response: Handler) -> Handler:
    """End a session that has lasted too long, or has seen no sign of life. No browser keeps what it has shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_logged_in(request) and has_ended(request):
            logout(request)
            messages.info(request, _("You have been logged out, since a while has gone by. Log in again to go on."))
        response = get_response(request)
        if request.path_info.startswith("/admin/") and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware


def log_exports(get_response: Handler) -> Handler:
    """Log every file that somebody takes out of the admin: by whom and from which address, never its contents."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_file = response.get("Content-Disposition", "").startswith("attachment")
        if is_file and is_logged_in(request) and isinstance(request.user, User):
            write_entry(AccountEvent.Kind.EXPORTED, account=request.user, request=request, details=request.path)
        return response

    return middleware


class RequireSecondFactor:
    """Lead those who must have a second step, and have none, to the page where they set it up."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],  # noqa: ARG002
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not is_logged_in(request) or not isinstance(request.user, User):
            return None
        if match.view_name == LOGOUT or match.view_name.startswith(OPEN) or request.session.get(CONFIRMED):
            return None
        if not must_have_second_factor(request.user):
            return None
        if has_second_factor(request.user):
            request.session[CONFIRMED] = True
            return None
        return redirect("mfa_index")
