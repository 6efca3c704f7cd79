"""The forms to log in: name and password, and the code of the second step."""

from typing import Any

from allauth.account.forms import LoginForm as NameAndPasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.failed_logins import count_or_refuse, note_failure
from accounts.lockout import forgive_attempt, list_code_targets, list_password_targets


class LoginForm(NameAndPasswordForm):
    """Name and password, under the names of fields that browsers and scripts know from Django."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label, password.help_text = _("Username"), _("Password"), ""
        name.widget.attrs |= {"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}
        for field in (name, password):
            field.widget.attrs.pop("placeholder", None)

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix("username" if field_name == "login" else field_name)


class CountedCode(forms.Form):
    """The code of an authenticator app, or a recovery code. Attempts are counted like those with passwords."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.widget.attrs |= {"autofocus": True, "inputmode": "numeric", "autocomplete": "one-time-code"}
        code.widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        targets = list_code_targets(self.user)
        count_or_refuse(targets)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            note_failure(context.request, targets)
            raise
        forgive_attempt(targets)
        return code


class CodeForm(CountedCode, AuthenticateForm):
    pass


class CodeAgainForm(CountedCode, ReauthenticateForm):
    pass


class FirstCodeForm(CountedCode, ActivateTOTPForm):
    """The first code of an app, which shows that it has the secret."""


class HostileKey(forms.Form):
    """Says that a key is wrong where the libraries trip over what the browser sent, which anyone can make up."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except Exception:  # noqa: BLE001 - whatever they trip over
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeyForm(HostileKey, LoginWebAuthnForm):
    pass


class SecondKeyForm(HostileKey, AuthenticateWebAuthnForm):
    pass


class KeyAgainForm(HostileKey, ReauthenticateWebAuthnForm):
    pass


class KeyForm(AddWebAuthnForm):
    """A passkey, or a key used after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("So that you know which it is, such as “My phone”.")
        self.fields["name"].max_length = 100
        passwordless = self.fields["passwordless"]
        passwordless.label, passwordless.initial = _("Log in with it instead of the password"), True
        passwordless.help_text = _("The key then asks for a fingerprint, your face or a PIN. Untick for older keys.")

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            raise
        except Exception:  # noqa: BLE001 - as above
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class OwnPasswordForm(PasswordChangeForm):
    """A new password, after the old one, whose attempts are counted like those to log in."""

    def clean_old_password(self) -> str:
        targets = list_password_targets(context.request, self.user.get_username())
        count_or_refuse(targets)
        try:
            password: str = super().clean_old_password()
        except ValidationError:
            note_failure(context.request, targets)
            raise
        forgive_attempt(targets)
        return password
