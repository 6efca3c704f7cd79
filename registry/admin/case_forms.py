"""The forms of a case's page.

The page is one HTML form, so that everything typed in it is posted whichever button is pressed. The button says which
of the forms is meant; what was typed in the others is shown again.
"""

from collections.abc import Mapping
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
    """All forms of one case for one user; the posted one is bound."""

    def __init__(self, case: Case, user: User, data: Any, typed: Mapping[str, str] | None = None) -> None:
        data = _as_one_form(data.dict()) if data else None
        posted = data.get("act", "") if data else None
        is_act = posted is not None and posted not in BESIDE
        self.case, self.user, self.posted = case, user, posted
        self.act = ActForm(data if is_act and posted else None, case=case, user=user)
        self.beside = {
            name: form(data if posted == name else None, case=case, user=user) for name, form in BESIDE.items()
        }
        self.typed = self._find_typed(data) if data else dict(typed or {})
        for form in self._unposted():
            show_typed(form, self.typed)
        self.version = data["version"] if data and data.get("version") else case.version

    def save(self) -> bool:
        """Do what was posted. Return False if it failed; the form then has the errors."""
        form: Any = self.beside.get(self.posted or "", self.act)
        if not self.posted:
            return False
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
            where = WHERE.get(type(error)) if form is self.act else None
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
        form.save()
        if self.typed and not may_read_case(self.user, self.case):
            raise LeavesTextError

    def _go_on(self, form: Any, error: StaleCaseError) -> None:
        """Show what happened meanwhile, and let the same text be posted to the present version of the case."""
        form.add_error(None, str(error))
        form.add_error(None, _("Check the case as it is now. What you wrote is still here and can be sent again."))
        self.version = error.case.version
        form.data = form.data | {"version": str(self.version)}
        self.case.refresh_from_db()

    def _unposted(self) -> list[Any]:
        return [form for form in (self.act, *self.beside.values()) if not form.is_bound]

    def _find_typed(self, data: dict[str, str]) -> dict[str, str]:
        """Return what was typed in the other forms."""
        typed: dict[str, str] = {}
        for form in self._unposted():
            if form.is_allowed():
                typed |= find_changed_texts(type(form)(data, case=self.case, user=self.user))
        return typed

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in (self.act, *self.beside.values()) if form.is_bound)

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
