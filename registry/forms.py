"""What may be done with a case, as a form. What came in is not part of it."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from registry import services
from registry.models import Case

MAY_HAVE_CASES = "registry.view_record"
"""The permission of those to whom cases can be assigned."""


def officers() -> QuerySet[User]:
    """Those to whom a case can be assigned."""
    return (
        User.objects.with_perm(MAY_HAVE_CASES, include_superusers=False)
        .filter(is_staff=True)
        .order_by("first_name", "last_name", "username")
    )


class OfficerChoice(forms.ModelChoiceField):
    """An officer, by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=officers(), **kwargs)

    def label_from_instance(self, user: User) -> str:
        name = user.get_full_name()
        return f"{name} ({user.username})" if name else user.username


class HandleCaseForm(forms.Form):
    """Distribute a case, move it on, say in public what it is about.

    The values that the page was opened with come back with it, so that a page left open
    does not undo what someone else has done since.
    """

    assigned_to = OfficerChoice(
        label=_("Assigned to"), required=False, empty_label=_("Nobody yet"), show_hidden_initial=True
    )
    status = forms.ChoiceField(
        label=capfirst(Case._meta.get_field("status").verbose_name), choices=Case.Status, show_hidden_initial=True
    )
    title = forms.CharField(
        label=_("Public title"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Anyone can read it: no names of private people."),
        show_hidden_initial=True,
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        initial = {"assigned_to": case.assigned_to_id, "status": case.status, "title": case.title}
        super().__init__(*args, **kwargs, initial=initial, label_suffix="")  # type: ignore[misc]
        self.case = case
        self.user = user
        if not user.has_perm("registry.change_case"):
            del self.fields["assigned_to"], self.fields["title"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "assigned_to" not in self.fields:
            return cleaned
        assigned = cleaned.get("assigned_to") if "assigned_to" in self.changed_data else self.case.assigned_to_id
        if cleaned.get("status") == Case.Status.DISTRIBUTED and not assigned:
            self.add_error("assigned_to", _("Say who the case is distributed to."))
        return cleaned

    @transaction.atomic
    def save(self) -> None:
        """Do what was changed, each act with its event."""
        actor, changed, given = self.user.get_username(), self.changed_data, self.cleaned_data
        if "assigned_to" in changed:
            services.assign(self.case, given["assigned_to"], actor=actor)
        if "status" in changed:
            services.set_status(self.case, given["status"], actor=actor)
        elif "assigned_to" in changed and given["assigned_to"] and self.case.status == Case.Status.REGISTERED:
            services.set_status(self.case, Case.Status.DISTRIBUTED, actor=actor)
        if "title" in changed:
            services.set_title(self.case, " ".join(given["title"].split()), actor=actor)
