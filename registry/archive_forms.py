"""What is said when a disposal is proposed and decided, and when the e-archive has confirmed a delivery."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from registry import search
from registry.models import Case, Disposal
from registry.retention import due_for_disposal, plan_in_force
from registry.services.disposal import propose
from registry.transitions import Act, may

DUE_AT_MOST = 200
"""How many due cases one proposal offers; the rest follow in the next."""


class DueChoice(forms.ModelMultipleChoiceField):
    """Cases that are due, each with its type and when it was closed."""

    def label_from_instance(self, case: Case) -> str:
        kind = case.document_type
        said = {
            "number": case.registration_number,
            "title": case.title,
            "type": kind.title if kind else "",
            "day": date_format(localtime(case.closed_at), "SHORT_DATE_FORMAT") if case.closed_at else "",
        }
        return gettext("%(number)s · %(title)s · %(type)s, closed %(day)s") % said


class ProposalForm(forms.Form):
    """What is to be destroyed, and on what ground."""

    cases = DueChoice(
        label=_("Cases that need no longer be kept, according to the plan"),
        queryset=Case.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    numbers = forms.CharField(
        label=_("Other closed cases"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Registration numbers such as RUS 2026/0042, one on each line."),
    )
    ground = forms.CharField(
        label=_("Ground"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The rule or decision that allows it, with its number."),
    )
    keep_title = forms.BooleanField(label=_("Keep the public title"), required=False, initial=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        due = list(due_for_disposal().values_list("pk", flat=True)[:DUE_AT_MOST])
        super().__init__(*args, **kwargs, initial={"cases": due, "ground": plans_ground()}, label_suffix="")  # type: ignore[misc]
        self.user = user
        choice: Any = self.fields["cases"]
        choice.queryset = due_for_disposal().filter(pk__in=due)

    def clean_numbers(self) -> list[Case]:
        """The cases of the numbers. Each that cannot be proposed is named."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["numbers"].splitlines() if line.strip()]
        found = [(line, _numbered(line)) for line in dict.fromkeys(lines)]
        wrong = [line for line, case in found if case is None or not may(self.user, Act.PROPOSE_DISPOSAL, case)]
        if wrong:
            words = ngettext(
                "%(numbers)s is not the number of a closed case. Correct it or take it away.",
                "%(numbers)s are not the numbers of closed cases. Correct them or take them away.",
                len(wrong),
            )
            raise forms.ValidationError(words % {"numbers": ", ".join(wrong)})
        return [case for _line, case in found if case]

    def save(self) -> Disposal:
        given = self.cleaned_data
        cases = {case.pk: case for case in [*given["cases"], *given["numbers"]]}
        return propose(cases=cases.values(), ground=given["ground"], keep_title=given["keep_title"], user=self.user)


class DecisionForm(forms.Form):
    """A button, and why."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("decide", "reject", "carry_out")])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed to reject; kept with the decision."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]


class ReceiptForm(forms.Form):
    """What the archive says when it has taken a delivery."""

    receipt = forms.CharField(
        label=_("The archive's receipt"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Its number, its date and who signed it, as the receipt says."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]


def plans_ground() -> str:
    """The plan in force as a ground, in the words of the form."""
    plan = plan_in_force()
    return capfirst(f"{plan}: {plan.decision}"[:300]) if plan else ""


def _numbered(line: str) -> Case | None:
    found: QuerySet[Case] = Case.objects.none()
    if search.NUMBER.match(line):
        found = search.search(Case.objects.select_related("series"), line)
    return found[0] if len(found) == 1 else None
