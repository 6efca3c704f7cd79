"""Choosing one or several among thousands of things: by writing a part of the name, with Django's own autocompletion.

Which things someone may choose among, the admin of these things says, on the server: only to those who may see them.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import Model

WITHIN = {"data-dropdown-parent": "#content-start"}
"""What opens stands within the page's main part, where those who go by landmarks find it."""


LARGEST_KEY = 2**63 - 1


class KnownKeys:
    """Looks up what is chosen by numbers alone: an address or a form can name anything else (`?replaces=x`)."""

    def optgroups(self, name: str, value: Sequence[Any], attrs: dict[str, Any] | None = None) -> list[Any]:
        keys = [one for one in value if str(one) == "" or is_key(str(one))]
        groups: list[Any] = super().optgroups(name, keys, attrs)  # type: ignore[misc]
        return groups


def is_key(text: str) -> bool:
    """Whether the text is a number that a row can have."""
    is_short_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_KEY))
    return is_short_number and int(text) <= LARGEST_KEY


class SoughtSelectMultiple(KnownKeys, AutocompleteSelectMultiple):
    """Several choices by writing."""


class SoughtSelect(KnownKeys, AutocompleteSelect):
    """A choice by writing. What is `chosen` so far need not be asked of the database, where the form knows it."""

    chosen: Model | None = None

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        if self.chosen is None or list(value) != [str(self.chosen.pk)]:
            return super().optgroups(name, value, attrs)
        label = self.choices.field.label_from_instance(self.chosen)
        empty = [] if self.is_required else [self.create_option(name, "", "", selected=False, index=0)]
        return [(None, [*empty, self.create_option(name, value[0], label, selected=True, index=len(empty))], 0)]


def name_choices(field: forms.Field, site: AdminSite) -> None:
    """Let what is chosen so far be called what it is called among the others."""
    if isinstance(field, forms.ModelChoiceField):
        field.label_from_instance = partial(among_others, site)  # type: ignore[method-assign]


def among_others(site: AdminSite, thing: Model) -> str:
    """What a thing is called where one chooses: as its own admin says, if some would look the same."""
    own: Any = site.get_model_admin(type(thing))
    return str(own.among_others(thing) if hasattr(own, "among_others") else thing)
