"""The forms of a case's page for its acts and its public description."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from registry.models import Case, DocumentType, Event, RetentionPlan
from registry.personal_numbers import holds_personal_number
from registry.services import case_acts
from registry.services.case_acts import perform_act
from registry.services.reading_rights import grant_reading_right
from registry.transitions import MAY_HAVE_CASES, THROUGH_THEIR_OWN_PAGES, TRANSITIONS, Act, find_acts


def find_officers() -> QuerySet[User]:
    """Return the users to whom a case can be assigned."""
    return (
        User.objects.with_perm(MAY_HAVE_CASES, include_superusers=False)
        .filter(is_staff=True)
        .order_by("first_name", "last_name", "username")
    )


class OfficerChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=find_officers(), **kwargs)

    def label_from_instance(self, user: User) -> str:
        name = user.get_full_name()
        return f"{name} ({user.username})" if name else user.username


class WithoutAnswer(TextChoices):
    """Why a case is closed without an answer."""

    NOT_NEEDED = "not_needed", _("No answer is needed")
    OTHERWISE = "otherwise", _("It was answered in another way")
    TAKEN_BACK = "taken_back", _("The sender has withdrawn it")
    ELSEWHERE = "elsewhere", _("It is being answered in another case")


def describe_reason(choice: str, reason: str) -> str:
    """Return the chosen reason in the staff's language, followed by what was typed."""
    with translation.override(settings.LANGUAGE_CODE):
        chosen = str(WithoutAnswer(choice).label) if choice else ""
    return ": ".join(filter(None, [chosen, reason]))


class ActForm(forms.Form):
    """An act on a case. The table of transitions decides which acts are allowed when it is performed."""

    act = forms.ChoiceField(choices=Act, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    officer = OfficerChoice(label=_("Officer"), required=False, empty_label=_("Choose an officer"))
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    grant = forms.BooleanField(
        label=_("Let the officer read this case although it is marked with secrecy"), required=False
    )
    without_answer = forms.ChoiceField(
        label=_("Reason for closing without an answer, if any"),
        choices=[("", _("Choose a reason")), *WithoutAnswer.choices],
        required=False,
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        initial = {"version": case.version, "officer": case.assigned_to_id}
        super().__init__(*args, **kwargs, initial=initial, label_suffix="")  # type: ignore[misc]
        self.case, self.user = case, user
        acts = find_acts(user, case)
        self.needs_officer = any(row.needs_officer for row in acts)
        self.tells_how = any(row.act == Act.ANSWER for row in acts)
        self.may_close_unanswered = case.status != Case.Status.ANSWERED and any(row.act == Act.CLOSE for row in acts)
        self.needs_reason = self.tells_how or any(row.needs_reason or row.act == Act.CLOSE for row in acts)
        if self.tells_how:
            self.fields["reason"].label = _("Reason, or how it was answered")

    def is_allowed(self) -> bool:
        """Whether the user may act at all; `perform_act` decides on this act. Acts of the archive have other pages."""
        act = self.data.get("act")
        return act not in THROUGH_THEIR_OWN_PAGES and (bool(find_acts(self.user, self.case)) or act in Act.values)

    def clean(self) -> dict[str, Any]:
        """Require a description of an answer that was not sent through the registry, since no record shows it."""
        given = super().clean() or {}
        if given.get("act") == Act.ANSWER and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Describe how it was answered, for example by telephone, and what was said."))
        return given

    @transaction.atomic
    def save(self) -> None:
        given = self.cleaned_data
        act = Act(given["act"])
        said = {"how": given["reason"]} if act == Act.ANSWER else {}
        if given["grant"] and given["officer"] and TRANSITIONS[act].needs_officer:
            grant_reading_right(case_acts.lock_case(self.case, given["version"]), given["officer"], self.user)
        perform_act(
            act,
            self.case,
            self.user,
            reason=self._reason(act),
            officer=given["officer"],
            version=given["version"],
            **said,
        )

    def _reason(self, act: Act) -> str:
        """Return what was typed, preceded by the chosen reason where a case is closed without an answer."""
        given = self.cleaned_data
        return describe_reason(given["without_answer"], given["reason"]) if act == Act.CLOSE else given["reason"]


class DescribeForm(forms.Form):
    """Public title, document type and due date, set by the registrar."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Public title"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Anyone can read this: do not name private individuals."),
    )
    document_type = forms.ModelChoiceField(
        label=_("Document type"), queryset=DocumentType.objects.none(), required=False, empty_label=_("Not decided yet")
    )
    due_on = forms.DateField(
        label=_("Answer due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        initial = {"version": case.version} | {
            name: getattr(case, name) for name in ("title", "document_type", "due_on")
        }
        super().__init__(*args, **kwargs, initial=initial, label_suffix="")  # type: ignore[misc]
        self.case, self.user = case, user
        types: Any = self.fields["document_type"]
        types.queryset = find_current_document_types()
        if proposal := find_proposed_title(case):
            self.initial["title"] = proposal
            self.fields["title"].help_text = _(
                "Suggested for the document type. Save to use it. The register currently says: “%(title)s”."
            ) % {"title": case.title}

    def clean_title(self) -> str:
        """Refuse a personal identity number: anyone can read the public title (GDPR art. 87; DSL 3:10)."""
        title: str = self.cleaned_data["title"]
        if holds_personal_number(title):
            raise forms.ValidationError(
                _("The public title contains a personal identity number. Remove it: anyone can read the title.")
            )
        return title

    def is_allowed(self) -> bool:
        return self.user.has_perm("registry.change_case")

    @transaction.atomic
    def save(self) -> None:
        """Save each change with its event."""
        changed, given, version = self.changed_data, self.cleaned_data, self.cleaned_data["version"]
        case = case_acts.lock_case(self.case, version)
        if given["title"] != case.title:
            case = case_acts.set_title(case, given["title"], self.user)
        if "document_type" in changed:
            case = case_acts.set_document_type(case, given["document_type"], self.user)
        if "due_on" in changed:
            case_acts.set_due_date(case, given["due_on"], self.user)


def find_proposed_title(case: Case) -> str:
    """Return the document type's public title, unless somebody has set a title by hand."""
    if case.document_type is None or case.events.filter(kind=Event.Kind.TITLE_SET).exists():
        return ""
    with translation.override(settings.LANGUAGE_CODE):  # all titles in the register are in one language
        proposal: str = case.document_type.public_title
    return proposal if proposal != case.title else ""


def find_current_document_types() -> QuerySet[DocumentType]:
    """Return the types of the plan in force."""
    decided = RetentionPlan.objects.filter(decided_on__lte=timezone.localdate())
    return DocumentType.objects.filter(plan__in=decided.order_by("-version").values("pk")[:1]).order_by("code")
