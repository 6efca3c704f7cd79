"""The forms of a case's page.

The page is one HTML form, so that everything typed in it is posted whichever button is pressed. The button says which
of the forms is meant; what was typed in the others is shown again.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from registry.admin.typed_text import find_changed_texts, show_typed
from registry.forms.case_acts import ActForm, DescribeForm
from registry.forms.cases import FollowForm, ForwardForm, LiftForm, NoteForm, ProtectForm, SecrecyForm, SettleForm
from registry.models import Case
from registry.permissions import may_read_case
from registry.services.case_acts import IncompleteActError, StaleCaseError, UnansweredError, UnreadableCaseError

BESIDE: Mapping[str, Any] = {
    "describe": DescribeForm,
    "note": NoteForm,
    "secrecy": SecrecyForm,
    "settle": SettleForm,
    "lift": LiftForm,
    "protect": ProtectForm,
    "forward": ForwardForm,
    "follow": FollowForm,
}
"""By what their buttons post as `act`; other values are acts of the table of transitions."""
OF_A_ROW = {"lift": "mark", "protect": "party"}
"""Buttons that stand beside each row: their value names the row, as in `lift:12`."""
WHERE = {UnansweredError: "without_answer", UnreadableCaseError: "officer"}
"""The field of the act form that shows the error."""


class LeavesTextError(Exception):
    """The act would take the case away from a user who has typed text that the act does not use."""


class CaseForms:
    """All forms of one case for one user; the posted one is bound.

    They are made when they are asked for: most acts redirect, and need the posted one alone.
    """

    def __init__(self, case: Case, user: User, data: Any, typed: Mapping[str, str] | None = None) -> None:
        self._data = _as_one_form(data.dict()) if data else {}
        self._kept = dict(typed or {})
        self.case, self.user = case, user
        self.posted = self._data.get("act", "") if data else None
        self.version = self._data.get("version") or case.version

    @cached_property
    def act(self) -> Any:
        return self._make(ActForm, is_posted=bool(self.posted) and self.posted not in BESIDE)

    @cached_property
    def beside(self) -> Mapping[str, Any]:
        return {name: self._make(form, is_posted=name == self.posted) for name, form in BESIDE.items()}

    def _make(self, form: Any, *, is_posted: bool) -> Any:
        if is_posted:
            return self._posted_form
        made = form(None, case=self.case, user=self.user)
        show_typed(made, self.typed)
        return made

    @cached_property
    def _posted_form(self) -> Any:
        return BESIDE.get(self.posted or "", ActForm)(self._data, case=self.case, user=self.user)

    @cached_property
    def typed(self) -> dict[str, str]:
        """What was typed in the other forms; if nothing was posted, what was kept from before."""
        if not self._data:
            return self._kept
        typed: dict[str, str] = {}
        for form in (ActForm, *BESIDE.values()):
            if self.posted and form is type(self._posted_form):
                continue
            filled = form(self._data, case=self.case, user=self.user)
            if filled.is_allowed():
                typed |= find_changed_texts(filled)
        return typed

    def save(self) -> bool:
        """Do what was posted. Return False if it failed; the form then has the errors."""
        if not self.posted:
            return False
        form = self._posted_form
        if not form.is_allowed():
            raise PermissionDenied
        if not form.is_valid():
            return False
        try:
            self._save(form)
        except StaleCaseError as error:
            self._go_on(form, error)
            return False
        except IncompleteActError as error:
            where = WHERE.get(type(error)) if isinstance(form, ActForm) else None
            form.add_error(where, str(error))
            return False
        except LeavesTextError:
            words = _(
                "The case would leave you, along with what you wrote elsewhere on the page. Save or clear that first."
            )
            form.add_error(None, words)
            return False
        return True

    @transaction.atomic
    def _save(self, form: Any) -> None:
        typed = self.typed
        form.save()
        if typed and not may_read_case(self.user, self.case):
            raise LeavesTextError

    def _go_on(self, form: Any, error: StaleCaseError) -> None:
        """Show what happened meanwhile, and let the same text be posted to the present version of the case."""
        form.add_error(None, str(error))
        form.add_error(None, _("Check the case as it is now. What you wrote is still here and can be sent again."))
        self.version = error.case.version
        form.data = form.data | {"version": str(self.version)}
        self.case.refresh_from_db()

    @property
    def has_errors(self) -> bool:
        return bool(self.posted) and bool(self._posted_form.errors)

    @property
    def chose_nothing(self) -> bool:
        """Whether the form was sent by the return key instead of a button."""
        return self.posted == ""


def _as_one_form(data: dict[str, str]) -> dict[str, str]:
    """Return what was posted, with the row that the button names, under the names of the forms."""
    act, _colon, row = data.get("act", "").partition(":")
    if act in OF_A_ROW and row:
        data |= {"act": act, OF_A_ROW[act]: row}
    if act == "forward":
        data.setdefault("forward_authority", data.get("authority", ""))
    return data
