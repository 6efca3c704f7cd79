"""The context processor for the pages of logging in, which stand under the admin but are not its own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

ACCOUNT = "mfa_index"
TITLES = {
    "account_login": _("Log in"),
    "account_invitation": _("Choose your password"),
    "account_change_password": _("Change password"),
    "account_reauthenticate": _("Show that it is you"),
    "mfa_authenticate": _("Second step"),
    "mfa_reauthenticate": _("Show that it is you"),
    "mfa_reauthenticate_webauthn": _("Show that it is you"),
    ACCOUNT: _("Your account"),
    "mfa_activate_totp": _("Add an app"),
    "mfa_deactivate_totp": _("Remove the app"),
    "mfa_view_recovery_codes": _("Recovery codes"),
    "mfa_generate_recovery_codes": _("Make new codes"),
    "mfa_list_webauthn": _("Passkeys and keys"),
    "mfa_add_webauthn": _("Add a passkey"),
    "mfa_edit_webauthn": _("Rename the key"),
    "mfa_remove_webauthn": _("Remove the key"),
    "usersessions_list": _("Where you are logged in"),
}
"""The pages' headings: allauth's views have none."""


def admin_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the page's heading, the page above it, and what the frame of the admin shows."""
    match = request.resolver_match
    if match is None or match.view_name not in TITLES:
        return {}
    frame = admin.site.each_context(request) | {"title": TITLES[match.view_name]}
    if match.view_name != ACCOUNT:
        frame["parent"] = {"view": ACCOUNT, "title": TITLES[ACCOUNT]}
    return frame
