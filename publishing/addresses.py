"""The addresses that editors choose: of plain characters, and none that still leads to something else."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing.models import RemembersSlug

ADDRESS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SIGNS = _(
    "Use lower case letters a to z, digits, and hyphens between words, as in “action-plan-2030”. Use a instead of "
    "å and ä, and o instead of ö."
)
TAKEN = _("This address is already in use. Choose a different one.")


class AddressForm(forms.ModelForm):
    """Checks an address that has changed. One that was chosen under older rules stays valid."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].error_messages |= {"invalid": SIGNS, "unique": TAKEN}

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if "slug" in self.changed_data and not ADDRESS.fullmatch(slug):
            raise ValidationError(SIGNS, code="invalid")
        return slug

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        thing = self.instance
        if not isinstance(thing, RemembersSlug) or "slug" not in self.changed_data or "slug" in self.errors:
            return
        if holder := thing.former_holder():
            words = gettext(
                "This address used to belong to “%(title)s”, and links to it still lead there. Choose a different one."
            )
            self.add_error("slug", ValidationError(words % {"title": holder}, code="led_elsewhere"))
