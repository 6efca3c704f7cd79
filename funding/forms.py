"""The forms of "Does my project fit?". They use GET: nothing is stored, and the address can be cited."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from actionplans.models import Organisation, Theme
from funding.matching import Question
from language.forms import TextField
from strategy.models import Strategy

IDEA_AT_MOST = 500
"""Characters that are read: some eighty words, in an address that browsers and mail still accept."""
NOT_IN_LIST = {"invalid_choice": _("This option is no longer available. Choose again.")}


class ProjectForm(forms.Form):
    """An idea, who has it and where. Every field is optional, but one must be filled in."""

    idea = TextField(
        label=_("What do you want to do?"),
        required=False,
        help_text=_("A few sentences in your own words. Do not include names of people."),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": IDEA_AT_MOST}),
    )
    theme = forms.ChoiceField(label=_("Area"), required=False, error_messages=NOT_IN_LIST)
    kind = forms.ChoiceField(label=_("Who are you?"), required=False, error_messages=NOT_IN_LIST)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False, error_messages=NOT_IN_LIST)

    def __init__(self, data: Any, themes: Sequence[Theme], municipalities: Sequence[Organisation]) -> None:
        super().__init__(data)
        self.themes = {theme.slug: theme for theme in themes}
        self.municipalities = {municipality.slug: municipality for municipality in municipalities}
        self.was_shortened = False
        self.fields["theme"].choices = [  # type: ignore[attr-defined]
            ("", _("Not sure, or any")),
            *((slug, theme.title) for slug, theme in self.themes.items()),
        ]
        self.fields["kind"].choices = [("", _("Don't know yet")), *Organisation.Kind.choices]  # type: ignore[attr-defined]
        self.fields["municipality"].choices = [  # type: ignore[attr-defined]
            ("", _("The whole county, or several")),
            *((slug, municipality.name) for slug, municipality in self.municipalities.items()),
        ]

    def clean_idea(self) -> str:
        """Cut the idea at the most that is read, between words."""
        idea = "\n".join(" ".join(line.split()) for line in self.cleaned_data["idea"].splitlines()).strip()
        self.was_shortened = len(idea) > IDEA_AT_MOST
        return (idea[:IDEA_AT_MOST].rpartition(" ")[0] or idea[:IDEA_AT_MOST]) if self.was_shortened else idea

    def question(self) -> Question:
        """Return the question, without invalid values."""
        self.full_clean()
        given = self.cleaned_data
        return Question(
            idea=given.get("idea", ""),
            theme=self.themes.get(given.get("theme", "")),
            kind=given.get("kind", ""),
            municipality=self.municipalities.get(given.get("municipality", "")),
        )


class CitedForm(forms.Form):
    """The strategy and the date of an answer, in a cited address."""

    strategy = forms.SlugField(required=False)
    date = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


def build_permalink(question: Question, strategy: Strategy, on: date) -> str:
    """Return a path that asks the same of the same strategy, with the date of the answer."""
    asked = {
        "idea": question.idea,
        "theme": question.theme.slug if question.theme else "",
        "kind": question.kind,
        "municipality": question.municipality.slug if question.municipality else "",
        "strategy": strategy.slug,
        "date": on.isoformat(),
    }
    return f"{reverse('funding:fit')}?{urlencode({name: value for name, value in asked.items() if value})}"


ABOUT_AT_MOST = 300
"""Characters of a page's address that the registry stores with a message."""


def draft_message(question: Question, address: str) -> dict[str, str]:
    """Return initial values for the contact form: the question, and the address of its answer."""
    subject = _("Does my project fit? %(idea)s") % {"idea": Truncator(" ".join(question.idea.split())).chars(100)}
    return {
        "about": address if len(address) <= ABOUT_AT_MOST else reverse("funding:fit"),
        "subject": subject.strip(),
        "message": "\n\n".join(filter(None, [question.idea, f"{settings.BASE_URL}{address}"])),
    }
