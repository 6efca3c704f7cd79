"""Choose one or several among thousands by typing part of a name, with Django's own autocompletion.

The admin of those things decides, on the server, which of them someone may choose: only what they may see.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib.admin import AdminSite, widgets
from django.db.models import Model

DROPDOWN_ATTRS = {"data-dropdown-parent": "#content-start"}
"""The list opens within the page's main part, where those who navigate by landmarks find it."""
LARGEST_KEY = 2**63 - 1


class KnownKeys:
    """Looks up the chosen by numbers only: an address or a form can name anything else (`?replaces=x`)."""

    def optgroups(self, name: str, value: Sequence[Any], attrs: dict[str, Any] | None = None) -> list[Any]:
        keys = [one for one in value if str(one) == "" or is_key(str(one))]
        groups: list[Any] = super().optgroups(name, keys, attrs)  # type: ignore[misc]
        return groups


def is_key(text: str) -> bool:
    """Whether the text is a number that a row can have."""
    is_short_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_KEY))
    return is_short_number and int(text) <= LARGEST_KEY


class AutocompleteSelectMultiple(KnownKeys, widgets.AutocompleteSelectMultiple):
    """Django's, safe from keys that are no numbers."""


class AutocompleteSelect(KnownKeys, widgets.AutocompleteSelect):
    """Django's, safe from keys that are no numbers. A form that knows what is `chosen` saves the query for it."""

    chosen: Model | None = None

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        if self.chosen is None or list(value) != [str(self.chosen.pk)]:
            return super().optgroups(name, value, attrs)
        label = self.choices.field.label_from_instance(self.chosen)
        empty = [] if self.is_required else [self.create_option(name, "", "", selected=False, index=0)]
        return [(None, [*empty, self.create_option(name, value[0], label, selected=True, index=len(empty))], 0)]


def label_choices(field: forms.Field, site: AdminSite) -> None:
    """Give what is chosen so far the same label as it has in the list of choices."""
    if isinstance(field, forms.ModelChoiceField):
        field.label_from_instance = partial(describe_choice, site)  # type: ignore[method-assign]


def describe_choice(site: AdminSite, thing: Model) -> str:
    """Return the label of a thing in a list of choices: by its admin's `choice_label`, if names can be alike."""
    own: Any = site.get_model_admin(type(thing))
    return str(own.choice_label(thing) if hasattr(own, "choice_label") else thing)
