"""Forms for what is done with a case beside its acts: notes, secrecy marks, referral to another authority.

Each form knows whether its user may use it, and saves through a service.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from registry.forms.case_acts import OfficerChoice
from registry.models import Case, Party, SecrecyMark
from registry.permissions import may_be_distributed_to, may_read_case
from registry.services import case_acts
from registry.services.continuation import may_be_followed, open_following_case
from registry.services.referral import refer_sender


class BesideForm(forms.Form):
    """A form about one case, for one user."""

    permission = "registry.change_case"

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="")  # type: ignore[misc]
        self.case, self.user = case, user

    def is_allowed(self) -> bool:
        return self.user.has_perm(self.permission)


class NoteForm(BesideForm):
    """A note by anyone who works on the case."""

    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the case for staff. A note cannot be changed once saved."),
    )

    def is_allowed(self) -> bool:
        """Allow the registrar and the officer of the case."""
        is_own = self.case.assigned_to_id == self.user.pk and may_read_case(self.user, self.case)
        return super().is_allowed() or is_own

    def save(self) -> None:
        case_acts.write_note(self.case, self.cleaned_data["note"], self.user)


class LossFields(forms.Form):
    """What to do with a case that its officer may not read."""

    loss = forms.ChoiceField(
        label=_("What should happen to the case?"),
        choices=case_acts.Loss,
        widget=forms.RadioSelect,
        required=False,
    )
    loss_officer = OfficerChoice(
        label=_("Officer with permission who takes over the case"), required=False, empty_label=_("Choose an officer")
    )

    def chosen(self) -> dict[str, Any]:
        """Return the choice as arguments for the services."""
        given = self.cleaned_data
        loss = case_acts.Loss(given["loss"]) if given.get("loss") else None
        return {"loss": loss, "officer": given.get("loss_officer")}


class SecrecyForm(LossFields, BesideForm):
    """A secrecy mark holds provision, date and authority (OSL 2009:400, 5:5). The date is today."""

    field_order = ["provision", "authority", "loss", "loss_officer"]

    provision = forms.CharField(
        label=_("Provision"), max_length=200, help_text=_("The section of the law, such as OSL 21 kap. 1 §.")
    )
    authority = forms.CharField(label=_("Authority"), max_length=200, initial=settings.REGION_NAME)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, case=case, user=user, **kwargs)
        holder = case.assigned_to
        if holder and case_acts.would_lose(holder, case):
            self.fields["loss"].label = _(
                "%(officer)s has the case but does not have permission to read cases marked with secrecy. What "
                "should happen?"
            ) % {"officer": holder.get_full_name() or holder.get_username()}
        else:
            del self.fields["loss"], self.fields["loss_officer"]

    def save(self) -> None:
        given = self.cleaned_data
        case_acts.mark_secret(
            self.case, provision=given["provision"], authority=given["authority"], user=self.user, **self.chosen()
        )


class SettleForm(LossFields, BesideForm):
    """For a marked case whose officer may not read it, since their rights changed or the mark is an old one."""

    def is_allowed(self) -> bool:
        holder = self.case.assigned_to
        return super().is_allowed() and holder is not None and not may_be_distributed_to(holder, self.case)

    def clean_loss(self) -> str:
        if not self.cleaned_data["loss"]:
            raise forms.ValidationError(_("Choose what should happen."))
        return self.cleaned_data["loss"]

    def save(self) -> None:
        case_acts.settle_unreadable(self.case, self.user, **self.chosen())


class LiftForm(BesideForm):
    """Lift one of the case's secrecy marks."""

    mark = forms.ModelChoiceField(queryset=SecrecyMark.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, case=case, user=user, **kwargs)
        marks: Any = self.fields["mark"]
        marks.queryset = case.secrecy_marks.filter(lifted_on=None)

    def save(self) -> None:
        case_acts.lift_secrecy(self.cleaned_data["mark"], self.user)


class ProtectForm(BesideForm):
    """Hide the name and address of a party from now on."""

    party = forms.ModelChoiceField(queryset=Party.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, case=case, user=user, **kwargs)
        parties: Any = self.fields["party"]
        parties.queryset = Party.objects.filter(record__case=case).select_related("record__case")

    def save(self) -> None:
        case_acts.protect_identity(self.cleaned_data["party"], self.user)


class ForwardForm(BesideForm):
    """The right authority for a message that came to the wrong one (FL 2017:900, 6 and 8 §§)."""

    authority = forms.CharField(
        label=_("Which authority?"), max_length=200, help_text=_("The sender will be given this name.")
    )
    contact = forms.CharField(
        label=_("Contact details for the authority"),
        max_length=200,
        required=False,
        help_text=_("An e-mail address, telephone number or web address. The sender will be given this too."),
    )

    def add_prefix(self, field_name: str) -> str:
        """Rename `authority`: the secrecy form on the same page has a field of that name."""
        return f"forward_{field_name}" if field_name == "authority" else super().add_prefix(field_name)

    def is_allowed(self) -> bool:
        return super().is_allowed() and self.case.is_open

    def save(self) -> None:
        refer_sender(self.case, self.user, **self.cleaned_data)


class FollowForm(BesideForm):
    """A button that opens a new case after one that can no longer be reopened."""

    opened: Case | None = None

    def is_allowed(self) -> bool:
        return may_be_followed(self.user, self.case)

    def save(self) -> None:
        self.opened = open_following_case(self.case, self.user)
