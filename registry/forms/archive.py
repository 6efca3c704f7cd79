"""Forms for proposing and deciding a disposal, and for noting the e-archive's receipt or refusal of a delivery."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Count, Min
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mailroom.models import IncomingMail
from registry.days import day_bounds
from registry.models import Case, Disposal
from registry.retention import find_due_cases, find_plan_in_force, find_reasons_to_keep
from registry.search import find_by_number
from registry.services.disposal import MAY_DISPOSE_INTAKES, propose_disposal
from registry.services.mail_disposal import MAILS_AT_MOST, find_disposable_mail
from registry.transitions import Act, may_perform

DUE_AT_MOST = 200
"""Due cases that one proposal offers; the next proposal takes the rest."""


class DueChoice(forms.ModelMultipleChoiceField):
    """Due cases, labelled with document type and closing date."""

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
    cases = DueChoice(
        label=_("Cases due for disposal according to the plan"),
        queryset=Case.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    numbers = forms.CharField(
        label=_("Other closed cases"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Registration numbers, such as RUS 2026/0042, one on each line."),
    )
    mail_until = forms.DateField(
        label=_("Minor e-mail received up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ground = forms.CharField(
        label=_("Ground"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The rule or decision that allows it, including its number."),
    )
    keep_title = forms.BooleanField(label=_("Keep the public title"), required=False, initial=True)

    def __init__(self, *args: Any, user: User, number: str = "", **kwargs: Any) -> None:
        due = list(find_due_cases().values_list("pk", flat=True)[:DUE_AT_MOST])
        initial = {"cases": [] if number else due, "numbers": number, "ground": make_plan_ground()}
        super().__init__(*args, **kwargs, initial=initial, label_suffix="")  # type: ignore[misc]
        self.user = user
        choice: Any = self.fields["cases"]
        choice.queryset = find_due_cases().filter(pk__in=due)
        self._offer_mail()

    def _offer_mail(self) -> None:
        """Say how much mail there is. Drop the field where there is none, or the user may not dispose of it."""
        kept = find_disposable_mail().aggregate(count=Count("pk"), oldest=Min("received_at"))
        if not kept["count"] or not self.user.has_perm(MAY_DISPOSE_INTAKES):
            del self.fields["mail_until"]
            return
        words = ngettext(
            "%(count)d automatic reply, bounce or duplicate not registered as a case, from %(day)s.",
            "%(count)d automatic replies, bounces and duplicates not registered as cases, the oldest from %(day)s.",
            kept["count"],
        )
        day = date_format(localtime(kept["oldest"]), "SHORT_DATE_FORMAT")
        self.fields["mail_until"].help_text = " ".join(
            [
                words % {"count": kept["count"], "day": day},
                gettext("Date, checksum and type are kept. Up to %(limit)d can be included in one proposal.")
                % {"limit": MAILS_AT_MOST},
            ]
        )

    def clean_numbers(self) -> list[Case]:
        """Return the cases. The error names every number whose case cannot be proposed."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["numbers"].splitlines() if line.strip()]
        found = [(line, _numbered(line)) for line in dict.fromkeys(lines)]
        wrong = [line for line, case in found if case is None or not may_perform(self.user, Act.PROPOSE_DISPOSAL, case)]
        faults = [_not_closed(wrong)] if wrong else []
        cases = [case for line, case in found if case and line not in wrong]
        reasons = find_reasons_to_keep(cases)
        faults += [f"{case}: {reasons[case.pk]}" for case in cases if case.pk in reasons]
        if faults:
            raise forms.ValidationError(faults)
        return cases

    def save(self) -> Disposal:
        given = self.cleaned_data
        cases = {case.pk: case for case in [*given["cases"], *given["numbers"]]}
        return propose_disposal(
            cases=cases.values(),
            mails=_mail_until(given.get("mail_until")),
            ground=given["ground"],
            keep_title=given["keep_title"],
            user=self.user,
        )


class DecisionForm(forms.Form):
    """Which button was pressed, and a reason."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("decide", "reject", "withdraw", "carry_out")])
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Required to reject or withdraw; kept with the decision."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label=_("The archive's receipt"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The receipt's number, date and signatory."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the archive refused the package"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As stated by the archive. The cases remain closed and can be delivered in a new package."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]


def make_plan_ground() -> str:
    """Return the plan in force as the suggested ground."""
    plan = find_plan_in_force()
    return capfirst(f"{plan}: {plan.decision}"[:300]) if plan else ""


def _mail_until(day: date | None) -> list[IncomingMail]:
    """Return disposable mail that arrived by the end of the day, as much as one proposal takes."""
    if day is None:
        return []
    return list(find_disposable_mail().filter(received_at__lt=day_bounds(day)[1])[:MAILS_AT_MOST])


def _not_closed(lines: list[str]) -> str:
    words = ngettext(
        "%(numbers)s is not the number of a closed case. Correct or remove it.",
        "%(numbers)s are not the numbers of closed cases. Correct or remove them.",
        len(lines),
    )
    return words % {"numbers": ", ".join(lines)}


def _numbered(line: str) -> Case | None:
    found = find_by_number(Case.objects.select_related("series", "document_type__plan"), line)
    return found[0] if len(found) == 1 else None
