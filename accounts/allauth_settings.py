"""How allauth is used here. What a region may set stands in `rus_portal/settings.py`."""

from typing import Any

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up: administrators make accounts
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # accounts.lockout counts instead
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_FORMS = {"login": "accounts.forms.login.LoginForm"}
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators know their colleagues
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
"""Codes of half a minute before and after count too: clocks of telephones differ."""
MFA_FORMS = {
    "authenticate": "accounts.forms.login.CodeForm",
    "reauthenticate": "accounts.forms.login.CodeAgainForm",
    "activate_totp": "accounts.forms.login.FirstCodeForm",
    "add_webauthn": "accounts.forms.login.KeyForm",
    "login_webauthn": "accounts.forms.login.PasskeyForm",
    "authenticate_webauthn": "accounts.forms.login.SecondKeyForm",
    "reauthenticate_webauthn": "accounts.forms.login.KeyAgainForm",
}
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to another site would be stopped by the content security policy


def describe_single_sign_on(provider_id: str, name: str, issuer: str, client_id: str, secret: str) -> dict[str, Any]:
    """Return the one provider of single sign-on, as `SOCIALACCOUNT_PROVIDERS` wants it."""
    app = {"provider_id": provider_id, "name": name, "client_id": client_id, "secret": secret}
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": issuer}}]}}
