"""Amounts of money as people read and write them."""

import re
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _

SPACES = re.compile(r"[\s\u00a0\u202f]")


def format_kronor(amount: int) -> str:
    """Return `1 200 000 kronor`, or `1,200,000 kronor` in English."""
    return _("%(amount)s kronor") % {"amount": group_digits(amount)}


def group_digits(amount: int) -> str:
    """Return the number in groups of three, as in the active language."""
    return number_format(amount, use_l10n=True, force_grouping=True)


class KronorField(forms.IntegerField):
    """Whole kronor, with or without spaces between the thousands."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(SPACES.sub("", value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return group_digits(value) if isinstance(value, int) else value
