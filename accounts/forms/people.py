"""The forms of people who come and go: one makes a person, one closes their account."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.departures import find_page, find_unfinished_cases, list_belongings
from accounts.usernames import find_free_name
from actionplans.models import ActionPlan
from contacts.models import StaffMember
from language.forms import LineField
from publishing.slugs import find_free_slug
from registry.forms.case_acts import OfficerChoice

PAGE_FIELDS = ("title_sv", "title_en", "area_sv", "area_en", "phone")


def _text_field(label: Any, at_most: int) -> LineField:
    return LineField(label=label, max_length=at_most, required=False, widget=AdminTextInputWidget)


class InvitationForm(forms.ModelForm):
    """A person: account, roles, contact page and plans. They choose their password by a link that is mailed to them."""

    makes_page = forms.BooleanField(
        label=gettext_lazy("Make a contact page"),
        required=False,
        help_text=gettext_lazy("It is a draft until you publish it."),
    )
    title_sv = _text_field(gettext_lazy("Title in Swedish"), 120)
    title_en = _text_field(gettext_lazy("Title in English"), 120)
    area_sv = _text_field(gettext_lazy("Can answer questions about, in Swedish"), 300)
    area_en = _text_field(gettext_lazy("Can answer questions about, in English"), 300)
    phone = _text_field(gettext_lazy("Telephone"), 30)
    staff_member = forms.ModelChoiceField(
        label=gettext_lazy("Has a contact page already"),
        queryset=StaffMember.objects.filter(user=None),
        required=False,
    )
    plans = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Coordinates the plans"),
        queryset=ActionPlan.objects.order_by("title"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "username", "groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "email"):
            self.fields[name].required = True
        self.fields["username"].required = False
        self.fields["username"].help_text = _("Leave empty for one made from the e-mail address.")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("There is an account with this address already. Look for it in the list."))
        return email

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("username") and given.get("email"):
            given["username"] = find_free_name(given["email"])
        if given.get("staff_member") and given.get("makes_page"):
            self.add_error("staff_member", _("Choose the page that there is, or make a new one."))
        if given.get("plans") and not (given.get("staff_member") or given.get("makes_page")):
            self.add_error("plans", _("Whoever coordinates a plan needs a contact page. Make one, or choose it."))
        if given.get("makes_page"):
            self._check_page()
        return given

    def make_page(self, user: User) -> StaffMember | None:
        """Save the contact page of the new account, and make it coordinator of the plans. Return the page."""
        page: StaffMember | None = self.cleaned_data["staff_member"]
        if self.cleaned_data["makes_page"]:
            page = self._build_page()
        if page is not None:
            page.user = user
            page.save()
            page.plans.add(*self.cleaned_data["plans"])
        return page

    def _build_page(self) -> StaffMember:
        given = self.cleaned_data
        name = f"{given.get('first_name', '')} {given.get('last_name', '')}".strip()
        texts = {field: given.get(field, "") for field in PAGE_FIELDS}
        return StaffMember(name=name, slug=_find_free_slug(name), email=given.get("email", ""), **texts)

    def _check_page(self) -> None:
        try:
            self._build_page().full_clean(exclude=["user"])
        except ValidationError as refused:
            told = {field: errors for field, errors in refused.error_dict.items() if f"{field}_sv" not in self.fields}
            for field, errors in told.items():
                self.add_error(field if field in self.fields else "makes_page", errors)


class CloseAccountForm(forms.Form):
    """Who takes over from someone who leaves. Each question is asked only where there is something to take over."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("Takes over plans, activities and other content"), queryset=StaffMember.objects.none()
    )
    officer = OfficerChoice(
        label=gettext_lazy("Takes over the cases"),
        required=False,
        empty_label=gettext_lazy("The registrar, who distributes them anew"),
        help_text=gettext_lazy("Cases that the person may not read go to the registrar."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = find_page(user)
        if page is None or not any(list_belongings(page)):
            del self.fields["successor"]
        else:
            successors = StaffMember.objects.exclude(pk=page.pk).filter(is_registrar=False)
            self.fields["successor"].queryset = successors  # type: ignore[attr-defined]
        if find_unfinished_cases(user).exists():
            officers = self.fields["officer"].queryset.exclude(pk=user.pk)  # type: ignore[attr-defined]
            self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
        else:
            del self.fields["officer"]


def _find_free_slug(name: str) -> str:
    stem = slugify(name)[:50] or "person"
    taken = set(StaffMember.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return find_free_slug(stem, taken.__contains__)
