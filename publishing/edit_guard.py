"""Guards the admin's forms against lost updates: none overwrites what somebody else has saved since it was opened.

The admin site guards every admin that is registered with it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from publishing.authors import describe_author
from publishing.edit_conflicts import CONFLICT, Difference, FormSetPair, Pair, merge_edits, refuse_form
from publishing.form_sections import fold_sections
from publishing.form_snapshots import SNAPSHOT, Snapshot
from publishing.form_values import describe_typed
from publishing.moments import describe_clock

SUBMITTED = "is_submitted"
"""The attribute of a request that the portal sends to itself, and whose conflicts it resolves without showing them."""


class Save(NamedTuple):
    """Who saved or deleted a thing, and when."""

    name: str
    at: datetime
    is_own: bool

    @property
    def by_and_when(self) -> str:
        facts = {"name": self.name, "time": describe_clock(self.at)}
        return _("you, %(time)s, in another window") % facts if self.is_own else _("%(name)s %(time)s") % facts


class Conflict(NamedTuple):
    """What has been saved since a form was opened, for the page that shows it."""

    saves: list[Save]
    differences: list[Difference]

    @property
    def by_whom(self) -> str:
        """Who has saved it and when, the latest first; empty if unknown."""
        return ", ".join(save.by_and_when for save in self.saves)

    @property
    def saved_now(self) -> str:
        """The label of what is stored, with a name if one person has saved all of it."""
        if len(self.saves) != 1:
            return _("Saved now")
        return _("Saved now by %(who)s") % {"who": self.saves[0].by_and_when}


class EditConflictError(Exception):
    """The thing has been saved since the form was opened."""

    def __init__(self, base: Snapshot | None) -> None:
        super().__init__()
        self.base = base


class EditGuard(ModelAdmin):
    """Stops a save that would undo another person's, and shows both texts. Nothing that was typed is lost."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        while True:  # ends: each turn requires another save by somebody else
            try:
                return super().changeform_view(request, object_id, form_url, extra_context)
            except EditConflictError as error:
                if hasattr(request, SUBMITTED):
                    raise
                self._merge(request, str(object_id), error.base)

    def _changeform_view(self, request: HttpRequest, object_id: str | None, *args: Any) -> HttpResponse:
        """Lock the thing, and compare it with what the form was filled with, in the transaction that saves."""
        if request.method == "POST" and object_id and self.has_change_permission(request):
            pk = unquote(object_id)
            _lock(self.model, pk=pk)
            thing = self.get_object(request, pk)
            if thing is None and _is_deleted(self.model, pk):
                return self._show_typed(request, pk)
            if thing is not None and not self.has_change_permission(request, thing):
                return self._show_typed(request, pk, thing)
            if thing is not None and not hasattr(request, CONFLICT):
                self._refuse_stale(request, thing)
        return super()._changeform_view(request, object_id, *args)  # type: ignore[misc]

    def _refuse_stale(self, request: HttpRequest, thing: Model) -> None:
        """Raise `EditConflictError` if the stored values are not those that the form was filled with.

        A form without a snapshot was not opened here; it may be as old as a session can be. A draft may be older than
        the form: its fields and rows must be the very same.
        """
        for formset, _inline in self._guarded_formsets(request, thing):
            _lock(cast("Any", formset.model), **{formset.fk.attname: thing.pk})
        form, formsets = self.fill_stored(request, thing)
        base = Snapshot.from_text(request.POST.get(SNAPSHOT, ""))
        if hasattr(request, SUBMITTED):
            if base is None or base != Snapshot.take(form, formsets, base.at):
                raise EditConflictError(base)
        elif base is None:
            since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
            if any(not save.is_own for save in find_saves(request, thing, since)):
                raise EditConflictError(None)
        elif not base.is_same(Snapshot.take(form, formsets)):
            raise EditConflictError(base)

    def _merge(self, request: HttpRequest, object_id: str, base: Snapshot | None) -> None:
        """Replace the request's data by a merge of both edits, to be reviewed before it is saved."""
        data = request.POST.copy()
        if self.merge_typed(request, unquote(object_id), data, base):
            request.POST = data  # type: ignore[assignment]

    def merge_typed(self, request: HttpRequest, pk: str, data: QueryDict, base: Snapshot | None) -> bool:
        """Merge what is stored into `data`, a form's that was filled with `base`, and note what differs.

        Return False if there is no such thing any more.
        """
        thing, other = self.get_object(request, pk), self.get_object(request, pk)
        if thing is None or other is None:
            return False
        stored, stored_sets = self.fill_stored(request, thing)
        sent, sent_sets = self.fill_stored(request, other, data.copy(), request.FILES)
        pairs = [FormSetPair(*pair) for pair in zip(sent_sets, stored_sets, strict=True)]
        differences = merge_edits(data, Pair(sent, stored), pairs, base)
        data[SNAPSHOT] = Snapshot.take(stored, stored_sets).as_text()
        if differences:
            since = datetime.fromisoformat(base.at) if base else None
            setattr(request, CONFLICT, Conflict(find_saves(request, thing, since), differences))
        return True

    def fill_stored(
        self, request: HttpRequest, thing: Any, data: QueryDict | None = None, files: Any = None
    ) -> tuple[BaseModelForm, list[BaseInlineFormSet]]:
        """Return the form and its formsets as they would be if opened now, or with what was sent."""
        fields = flatten_fieldsets(self.get_fieldsets(request, thing))
        form = self.get_form(request, thing, change=True, fields=fields)
        sets = [
            type(formset)(data, files, instance=thing, prefix=formset.prefix, queryset=inline.get_queryset(request))
            for formset, inline in self._guarded_formsets(request, thing)
        ]
        return form(data, files, instance=thing), sets

    def _guarded_formsets(self, request: HttpRequest, thing: Any) -> Iterator[tuple[BaseInlineFormSet, Any]]:
        """Yield the formsets of the request whose rows the user may change."""
        formsets, inlines = self._create_formsets(request, thing, change=True)  # type: ignore[attr-defined]
        for formset, inline in zip(formsets, inlines, strict=True):
            if inline.has_change_permission(request, thing):
                yield formset, inline

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        form = super().get_form(request, obj, **kwargs)
        return refuse_form(form) if hasattr(request, CONFLICT) else form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form, sets = context["adminform"].form, context["inline_admin_formsets"]
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            guarded = [one.formset for one in sets if one.opts.has_change_permission(request, obj)]
            opened = Snapshot.from_text(request.POST.get(SNAPSHOT, ""))
            context["snapshot"] = Snapshot.take(form, guarded, opened.at if opened else None).as_text()
        context["edit_conflict"] = getattr(request, CONFLICT, None)
        context["error_links"] = list_errors(form, [one.formset for one in sets]) if context.get("errors") else []
        context["errors"] = []  # shown in our own summary above the form
        faults = [target for _label, _words, target in context["error_links"]]
        differing = [one.field_id for one in context["edit_conflict"].differences] if context["edit_conflict"] else []
        fold_sections(context["adminform"], sets, faults, differing)
        return super().render_change_form(request, context, *args, **kwargs)

    def _show_typed(self, request: HttpRequest, pk: str, thing: Model | None = None) -> HttpResponse:
        """Show that the thing has been deleted, or closed to changes, together with all that was typed."""
        entry = _entries(self.model, pk).filter(action_flag=CHANGE if thing else DELETION).first()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("It can no longer be changed") if thing else _("It has been deleted"),
            "thing": thing,
            "deleted": entry.object_repr if entry else "",
            "save": entry and _save_of(entry, request),
            "typed": list_typed(self, request),
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/cannot_be_saved.html", context, status=403 if thing else 200)


def list_typed(model_admin: Any, request: HttpRequest) -> list[tuple[str, str]]:
    """Return the label and the value of all that was typed in the form that a request sends, and in its rows."""
    form = model_admin.get_form(request, None, fields=flatten_fieldsets(model_admin.get_fieldsets(request, None)))
    sent = form(request.POST, request.FILES)
    formsets, _inlines = model_admin._create_formsets(request, sent.instance, change=False)  # noqa: SLF001
    rows = [row for formset in formsets for row in formset.forms]
    return [line for one in (sent, *rows) for line in list_typed_values(one)]


def find_saves(request: HttpRequest, thing: Model, since: datetime | None) -> list[Save]:
    """Return who has saved a thing since a moment, the latest first; only the latest if the moment is unknown."""
    entries = _entries(type(thing), thing.pk).filter(action_flag=CHANGE)
    found = entries.filter(action_time__gte=since) if since else entries[:1]
    saves: dict[str, Save] = {}
    for entry in found:
        save = _save_of(entry, request)
        saves.setdefault(save.name, save)
    return list(saves.values())


def list_errors(form: BaseModelForm, formsets: list[Any]) -> list[tuple[str, str, str]]:
    """Return the errors in the order of the page: the field's label, the message, and the id to link to."""
    found = _errors_of(form)
    for formset in formsets:
        kind, kinds = (
            capfirst(str(name)) for name in (formset.model._meta.verbose_name, formset.model._meta.verbose_name_plural)
        )
        found += [(kinds, str(words), f"{formset.prefix}-group") for words in formset.non_form_errors()]
        for number, row in enumerate(formset.forms, start=1):
            if not (formset.can_delete and formset._should_delete_form(row)):  # noqa: SLF001 - Django's own question
                found += _errors_of(row, f"{kind} {number}")
    return found


def _errors_of(form: BaseModelForm, row: str = "") -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    if not form.errors:  # Django gives a row that is only shown a plain dict
        return found
    for name, errors in form.errors.as_data().items():
        bound = form[name] if name in form.fields else None
        label = ", ".join(filter(None, [row, str(bound.label) if bound else ""]))
        target = str(bound.id_for_label or bound.auto_id) if bound else str(form.prefix or "")
        found += [(label, words, target) for one in errors if one.code != CONFLICT for words in one.messages]
    return found


def list_typed_values(form: BaseModelForm) -> list[tuple[str, str]]:
    """Return the label and the typed value of each visible field."""
    form.errors  # noqa: B018 - cleans the form, once
    cleaned = getattr(form, "cleaned_data", {})
    words = [(str(bound.label), describe_typed(bound, cleaned)) for bound in form.visible_fields() if bound.data]
    return [(label, typed) for label, typed in words if typed]


def _all(model: type[Model]) -> QuerySet[Any]:
    """Return every row, also those that the user may not see."""
    return model._base_manager.all()  # noqa: SLF001 - Django documents it, with the others of `Model`


def _lock(model: type[Model], **which: Any) -> None:
    """Lock rows against writing until the end of the transaction."""
    try:
        list(_all(model).select_for_update(no_key=True).filter(**which).order_by("pk").values_list("pk"))
    except (ValueError, ValidationError):
        return  # no valid key: Django finds nothing and says so


def _is_deleted(model: type[Model], pk: str) -> bool:
    """Whether there is no such row, not even one that the user may not see."""
    try:
        return not _all(model).filter(pk=model._meta.pk.to_python(pk)).exists()
    except (ValueError, ValidationError):
        return False


def _entries(model: type[Model], pk: Any) -> Any:
    kind = ContentType.objects.get_for_model(model)
    return LogEntry.objects.filter(content_type=kind, object_id=str(pk)).select_related("user").order_by("-action_time")


def _save_of(entry: LogEntry, request: HttpRequest) -> Save:
    user: Any = entry.user
    return Save(describe_author(user), entry.action_time, user == request.user)
