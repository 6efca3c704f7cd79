"""The forms of a case's page: acts, what the register says, what is done beside. One is posted at a time."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from registry.case_forms import FollowForm, ForwardForm, LiftForm, NoteForm, ProtectForm, SecrecyForm
from registry.forms import ActForm, DescribeForm
from registry.models import Case
from registry.services.handling import IncompleteActError, StaleCaseError

BESIDE: Mapping[str, Any] = {
    "describe": DescribeForm,
    "note": NoteForm,
    "secrecy": SecrecyForm,
    "lift": LiftForm,
    "protect": ProtectForm,
    "forward": ForwardForm,
    "follow": FollowForm,
}
"""What a button posts as `act`, when it is none of the table of transitions."""


class CaseForms:
    """All forms for one user at one case; the posted one is bound."""

    def __init__(self, case: Case, user: User, data: Any) -> None:
        data = data.dict() if data else None
        posted = data.get("act", "") if data else None
        self.case = case
        self.posted = posted
        self.act = ActForm(data if posted is not None and posted not in BESIDE else None, case=case, user=user)
        self.beside = {
            name: form(data if posted == name else None, case=case, user=user) for name, form in BESIDE.items()
        }

    def save(self) -> bool:
        """Do what was posted. False where it could not be done: the form then says why, with what was typed."""
        form: Any = self.beside.get(self.posted or "", self.act)
        if not form.is_allowed():
            raise PermissionDenied
        if not form.is_valid():
            return False
        try:
            form.save()
        except StaleCaseError as error:
            self._go_on(form, error)
            return False
        except IncompleteActError as error:
            form.add_error(None, str(error))
            return False
        return True

    def _go_on(self, form: Any, error: StaleCaseError) -> None:
        """Tell what happened meanwhile, and let the same words be posted again to the case as it is now."""
        form.add_error(None, str(error))
        form.add_error(None, _("Look at the case as it is now. What you wrote is still here, and can be sent again."))
        form.data = form.data | {"version": str(error.case.version)}
        self.case.refresh_from_db()

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in (self.act, *self.beside.values()) if form.is_bound)
