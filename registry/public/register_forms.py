"""The public register's forms: its filter, the request for documents, the code of a receipt."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from language.forms import TextField
from registry.days import day_bounds
from registry.models import Case, DocumentType, Intake, Series
from registry.public.forms import LineField, PublicForm
from registry.search import search_titles

REQUEST_AT_MOST = 10_000
"""Characters: about four printed pages."""
SINCE_EVER, FOR_EVER = date(1900, 1, 1), date(2999, 12, 31)


class DayField(forms.DateField):
    """A day typed as text: a browser's date input would drop what it cannot parse."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = gettext_lazy("Enter the date in the format 2026-05-04, or leave it empty.")
        super().__init__(
            required=False,
            input_formats=["%Y-%m-%d", "%Y%m%d"],
            widget=forms.DateInput(attrs={"autocomplete": "off"}, format="%Y-%m-%d"),
            validators=[MinValueValidator(SINCE_EVER, wrong), MaxValueValidator(FOR_EVER, wrong)],
            error_messages={"invalid": wrong},
            **kwargs,
        )


class RegisterFilter(forms.Form):
    """The filter of the list. Invalid values give an error and filter nothing."""

    q = LineField(
        label=gettext_lazy("Number or words in the title"),
        max_length=100,
        required=False,
        error_messages={"max_length": gettext_lazy("Search for no more than 100 characters.")},
    )
    series = forms.ChoiceField(label=gettext_lazy("Series"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Document type"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    since = DayField(label=gettext_lazy("Arrived from (yyyy-mm-dd)"))
    until = DayField(label=gettext_lazy("Arrived until (yyyy-mm-dd)"))

    def __init__(self, data: Any, *, series: list[Series]) -> None:
        super().__init__(data)
        types = DocumentType.objects.order_by("code", "-plan__version").distinct("code")
        choices: dict[str, list[tuple[str, Any]]] = {
            "series": [(one.code.lower(), f"{one.code} – {one.title}") for one in series],
            "type": [(one.code, one.title) for one in types],
            "status": [(value, capfirst(label)) for value, label in Case.Status.choices],
        }
        for name, known in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("All")), *known]
            field.error_messages["invalid_choice"] = _("This option is no longer available. Choose another one.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The end date is before the start date. Change one of them."))
        return given

    def narrow(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        self.full_clean()
        asked = self.cleaned_data
        if asked.get("q"):
            cases = search_titles(cases, asked["q"])
        if asked.get("series"):
            cases = cases.filter(series__code__iexact=asked["series"])
        if asked.get("type"):
            cases = cases.filter(document_type__code=asked["type"])
        if asked.get("status"):
            cases = cases.filter(status=asked["status"])
        if asked.get("since"):
            cases = cases.filter(arrived_at__gte=_midnight(asked["since"]))
        if asked.get("until"):
            cases = cases.filter(arrived_at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return cases


class DisclosureForm(PublicForm):
    """A request for public documents: no name, no account, no reason; not even an address (TF 2:18)."""

    field_order = ["what", "email"]

    what = TextField(
        label=gettext_lazy("Which documents do you want?"),
        max_length=REQUEST_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Enter a registration number if you know it, or the subject and approximate date. Also say how you "
            "want the documents: by e-mail, on paper, or to read at our office."
        ),
        error_messages={
            "required": gettext_lazy("Describe the documents you want as well as you can."),
            "max_length": gettext_lazy(
                "The request is %(show_value)d characters long. Shorten it to %(limit_value)d or fewer."
            ),
        },
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy(
            "Leave this empty if you do not want to say who you are. You can then follow the request using its "
            "receipt, and read or collect the documents at our office."
        ),
        error_messages={"invalid": gettext_lazy("Enter an e-mail address, like name@example.com, or leave it empty.")},
    )

    def __init__(self, *args: Any, case: Case | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        if case is not None:
            what = self.fields["what"]
            what.required = False
            what.label = _("Do you want only some of the documents?")
            what.help_text = _(
                "Leave this empty if you want all documents in the case. Also say how you want them: by e-mail, on "
                "paper, or to read at our office."
            )

    def text(self) -> str:
        return self.cleaned_data["what"] or _("I request all documents in %(number)s.") % {"number": self.case}

    def subject(self) -> str:
        if self.case is None:
            return _("Request for a public document")
        return _("Request for a public document: %(number)s") % {"number": self.case}


class FollowForm(forms.Form):
    code = LineField(
        label=gettext_lazy("Receipt code"),
        max_length=100,
        help_text=gettext_lazy("You will find it on the receipt you got when you sent your message."),
        error_messages={
            "required": gettext_lazy("Enter the code from your receipt."),
            "max_length": gettext_lazy("Enter the code exactly as shown on your receipt."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> uuid.UUID:
        try:
            token = uuid.UUID(self.cleaned_data["code"])
        except ValueError as error:
            raise forms.ValidationError(_("Enter the code exactly as shown on your receipt.")) from error
        if not Intake.objects.filter(token=token).exists():
            raise forms.ValidationError(
                _("No message has that code. Check that it is complete, or ask the registrar about your message.")
            )
        return token


def _midnight(day: date) -> datetime:
    """Return the start of a day in Stockholm."""
    return day_bounds(day)[0]
