"""The pages to log in, and those of the second step that differ from allauth's."""

import logging
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.stagekit import clear_login
from allauth.account.signals import password_changed
from allauth.account.views import LoginView as NameAndPasswordView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException

from accounts.forms.login import OwnPasswordForm
from accounts.identity_tokens import SignedTokenAdapter
from accounts.invitations import token_generator
from accounts.models import LoginLock
from accounts.passwords import note_new_password
from accounts.sessions import end_sessions
from accounts.single_sign_on import FAILED, refuse_login

TOO_MANY_REQUESTS = 429
SECONDS_TO_RETRY = 60
logger = logging.getLogger(__name__)


def can_show_that_it_is_you(request: HttpRequest) -> bool:
    """Whether the person has a password or a second step here: single sign-on alone gives nothing to ask for again."""
    return bool(get_reauthentication_flows(request.user))


list_sessions = reauthentication_required(
    ListUserSessionsView.as_view(), allow_get=True, enabled=can_show_that_it_is_you
)
"""Where one is logged in. To end the others is asked for like a new key: so is it for whoever finds an open session."""


class LoginView(NameAndPasswordView):
    """Name and password; a passkey needs neither."""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """Add the address of single sign-on, which leads back to where one wanted to go."""
        page: dict[str, Any] = super().get_context_data(**context)
        if settings.OIDC_ISSUER:
            url = reverse("openid_connect_login", args=[settings.OIDC_ID])
            page["single_sign_on"] = self.passthrough_next_url(url)
            page["single_sign_on_name"] = settings.OIDC_NAME
        return page

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if form.has_error("__all__", code="locked"):
            response.status_code, response["Retry-After"] = TOO_MANY_REQUESTS, str(SECONDS_TO_RETRY)
        return response


@require_POST
def cancel_login(request: HttpRequest) -> HttpResponse:
    """Forget a login that waits for its second step."""
    clear_login(request)
    return redirect("account_login")


@never_cache
def stay_awake(request: HttpRequest) -> HttpResponse:
    """Take a sign of life from someone who is writing. 403 tells the page that the session has ended.

    Who has logged in again meanwhile gets the token that the forms of the new session send.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return JsonResponse({"token": get_token(request)})


class PasswordView(LoginRequiredMixin, PasswordChangeView):
    """Change one's own password. All other sessions end; the present one stays, and in the list of sessions."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("admin:password_change_done")
    title = _("Change password")
    template_name = "registration/password_change_form.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        password_changed.send(sender=User, request=self.request, user=self.request.user)
        return response


class InvitationView(PasswordResetConfirmView):
    """Choose a password by a link. The token moves to the session, so that the page's address does not give it away."""

    token_generator = token_generator
    template_name = "admin/accounts/invitation.html"
    success_url = reverse_lazy("account_login")
    extra_context = {"title": _("Choose your password")}
    title = _("Choose your password")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        user: User = form.user
        LoginLock.objects.filter(user=user).delete()
        end_sessions(user)
        note_new_password(user, self.request)
        messages.success(self.request, _("You have a new password. Log in with it."))
        return response


def start_single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider. A link from another site leads to the page to log in: nobody is logged in unasked."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return redirect("account_login")
    return _ask_provider(OAuth2LoginView, request, provider_id)


def finish_single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the provider says of whoever comes back from it."""
    return _ask_provider(OAuth2CallbackView, request, provider_id)


def _ask_provider(view: type[OAuth2View], request: HttpRequest, provider_id: str) -> HttpResponse:
    """Say in words that the provider is away, or answers what it should not."""
    try:
        response: HttpResponse = view.adapter_view(SignedTokenAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, LookupError, TypeError, ValueError) as error:
        logger.warning("The provider of single sign-on answered wrongly: %s", error)
        return refuse_login(request, FAILED)
    return response


class RemoveKeyView(RemoveWebAuthnView):
    """Remove a key, unless it is the last and the role demands one."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        return super().form_valid(form)
