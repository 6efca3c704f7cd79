"""Passwords: the rule besides their length, hard to guess also for someone who knows Swedish and the region."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.notices import NOT_YOU, notify_user

CHANGED = gettext_noop("The password of your account was changed")

STRONG_ENOUGH = 4
"""Of 4: at least 10¹⁰ guesses (zxcvbn), more than anyone makes through the lockout, or against scrypt."""
LOOKED_AT = 72
"""Characters: what stands after them only adds."""


def note_new_password(user: User, request: HttpRequest) -> None:
    """Log that somebody has a new password, and mail them."""
    write_entry(AccountEvent.Kind.PASSWORD_SET, account=user, actor=user, request=request)
    notify_user(user, CHANGED, NOT_YOU)


class HardToGuessValidator:
    """Refuses what is made of common words, names, dates, repetitions and rows of keys."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` with a sentence if the password is easy to guess."""
        from zxcvbn import zxcvbn  # its lists take several MB, and few processes ever need them

        known = [*_words_of_person(user), *_words_of_region(), *load_words()]  # what is likely stands first
        if zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"] < STRONG_ENOUGH:
            raise ValidationError(self.get_help_text(), code="easy_to_guess")

    def get_help_text(self) -> str:
        return _(
            "The password must be hard to guess, also for those who know you and the region. Take four words that have "
            "nothing to do with each other, or let your browser propose one."
        )


@cache
def load_words() -> tuple[str, ...]:
    """Return the common Swedish words, names and passwords, the most common first."""
    lines = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


def _words_of_region() -> list[str]:
    named = (settings.REGION_NAME, settings.REGION_COUNTY, settings.REGION_SITE_NAME, settings.REGION_ADDRESS)
    return [word for name in named for word in name.casefold().split()]


def _words_of_person(user: Any) -> list[str]:
    told = [getattr(user, name, "") or "" for name in ("username", "first_name", "last_name", "email")]
    return [word for text in told for word in text.casefold().replace("@", " ").replace(".", " ").split()]
