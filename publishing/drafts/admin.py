"""Drafts in the admin: kept as they are typed, shown when the form is opened again, discarded and brought back."""

from http import HTTPStatus
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from publishing.autocomplete import is_key
from publishing.drafts.filled_forms import complete_data, fill_form, fill_formset, list_left_over
from publishing.drafts.presence import describe_others, note_presence
from publishing.drafts.preview import has_page, make_link
from publishing.drafts.schedule import check_draft, read_moment, schedule_draft, unschedule_draft
from publishing.drafts.storage import OPENED, WINDOW, describe_opened, drop_saved_draft, keep_draft, make_draft
from publishing.drafts.submission import SAVED, NotSavedError
from publishing.edit_conflicts import refuse_form
from publishing.edit_guard import EditGuard
from publishing.form_snapshots import SNAPSHOT, Snapshot
from publishing.models import Draft
from publishing.moments import describe_clock, describe_moment

KEEP = "_keep"
"""The button that keeps what was typed as a draft, and changes nothing else."""
PREVIEW = "_preview"
"""The button that keeps what was typed, and shows it as the public would see it."""
SCHEDULE, MOMENT = "_schedule", "_publish_at"
"""The button that lets what was typed be published later, and the field with the time."""
WHICH = "draft"
"""The parameter with the draft to show; 0 for none."""
DISCARDED = "discarded"
"""The parameter with the draft that has just been discarded."""
SHOWN, REFUSED, FOUND = "shown_draft", "refused_form", "found_drafts"
"""Attributes of a request: the draft that its form is filled with, that nothing is to be saved, its thing's drafts."""


class ShownDraft(NamedTuple):
    """The draft that a form is filled with, and its text as merged with what is stored."""

    draft: Draft
    typed: Any


class DraftsOfForm(NamedTuple):
    """What a form's page tells of drafts."""

    shown: Draft | None
    others: list[Draft]
    scheduled: list[Draft]
    discarded: Draft | None
    keep_url: str
    opened: str
    window: str
    left_over: list[tuple[str, str]]


class DraftsAdmin(EditGuard):
    """Keeps what is typed as a draft beside what is stored, and opens the form with the user's own draft."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view

        def post(handle: Any) -> Any:
            return view(require_POST(handle))

        return [
            path("add/draft/", post(self.keep_view), name=f"{name}_keep_new"),
            path("draft/<int:pk>/", view(self.open_draft_view), name=f"{name}_draft"),
            path("draft/<int:pk>/discard/", post(self.discard_draft_view), name=f"{name}_discard_draft"),
            path(
                "draft/<int:pk>/unschedule/",
                post(self.unschedule_draft_view),
                name=f"{name}_unschedule_draft",
            ),
            path("draft/<int:pk>/restore/", post(self.restore_draft_view), name=f"{name}_restore_draft"),
            path("<path:object_id>/change/presence/", post(self.presence_view), name=f"{name}_presence"),
            path("<path:object_id>/change/draft/", post(self.keep_view), name=f"{name}_keep"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Note in the list of things which have a draft."""
        found = super().get_queryset(request)
        page = request.resolver_match.url_name if request.resolver_match else ""
        return Draft.objects.mark(found) if page and page.endswith("_changelist") else found

    # The form -------------------------------------------------------------------------------------
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        is_about_draft = any(button in request.POST for button in (KEEP, PREVIEW, SCHEDULE))
        if is_about_draft:
            thing = self._find_thing(request, object_id)
            is_gone = object_id is not None and thing is None
            if not is_gone and (response := self._press(request, thing)) is not None:
                return response
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _press(self, request: HttpRequest, thing: Model | None) -> HttpResponse | None:
        """Do what one of the drafts' buttons says. Return None if the form is to be shown again, with what is wrong."""
        if SCHEDULE in request.POST:
            if self._schedule(request, thing):
                return HttpResponseRedirect(f"?{WHICH}=0")
            setattr(request, REFUSED, True)
            return None
        draft = self._keep(request, thing)
        if PREVIEW in request.POST:
            return HttpResponseRedirect(make_link(draft))
        self.message_user(request, _("The draft has been saved. The public cannot see it."), messages.SUCCESS)
        return HttpResponseRedirect(self._address_of(draft))

    def _changeform_view(self, request: HttpRequest, object_id: str | None, *args: Any) -> HttpResponse:
        if request.method == "GET" and (draft := self._choose_draft(request, object_id)):
            self._show(request, draft, object_id)
        return super()._changeform_view(request, object_id, *args)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        shown: ShownDraft | None = getattr(request, SHOWN, None)
        if hasattr(request, REFUSED):
            return refuse_form(form)
        return fill_form(form, shown.typed) if shown else form

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        shown: ShownDraft | None = getattr(request, SHOWN, None)
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            yield fill_formset(formset, shown.typed) if shown else formset, inline

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        setattr(request, SAVED, form.instance)
        drop_saved_draft(request.POST, form.instance, request.user)  # type: ignore[arg-type]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if self._may_write(request, obj):
            form, sets = context["adminform"].form, context["inline_admin_formsets"]
            context["others_here"] = describe_others(obj, request.user) if obj else ""  # type: ignore[arg-type]
            context["has_preview"] = has_page(self.model)
            context["drafts"] = self._describe_drafts(request, obj, form, [one.formset.prefix for one in sets])
        return super().render_change_form(request, context, *args, **kwargs)

    # Pages of their own ---------------------------------------------------------------------------
    def keep_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Keep what the page's script sends while somebody writes. Return which draft holds it now, and since when."""
        self._check_may_write(request)
        thing = self._find_thing(request, object_id)
        if object_id is not None and thing is None:
            return JsonResponse({}, status=HTTPStatus.GONE)
        draft = self._keep(request, thing)
        state = _("Draft saved %(time)s") % {"time": describe_clock(draft.saved_at)}
        return JsonResponse({OPENED: describe_opened(draft), "state": state, "address": self._address_of(draft)})

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a sign from a page that somebody uses. Return who else has it open, in words."""
        thing: Any = self.get_object(request, unquote(object_id))
        if thing is None or not self.has_change_permission(request, thing):
            raise Http404
        user: Any = request.user
        note_presence(thing, user)
        return JsonResponse({"others": describe_others(thing, user)})

    def open_draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Redirect to the form that shows a draft: of its thing, or of a new one if that has been deleted."""
        draft = self._get_own_draft(request, pk)
        return HttpResponseRedirect(self._address_of(draft))

    def discard_draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._mark(request, pk, discarded=True)

    def restore_draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._mark(request, pk, discarded=False)

    def _mark(self, request: HttpRequest, pk: int, *, discarded: bool) -> HttpResponse:
        """Discard a draft, or bring it back, and return to the form."""
        draft = self._get_own_draft(request, pk)
        draft.discarded_at, draft.publish_at = timezone.now() if discarded else None, None
        draft.save(update_fields=["discarded_at", "publish_at"])
        if not discarded:
            self.message_user(request, _("The draft is back."), messages.SUCCESS)
            return HttpResponseRedirect(self._address_of(draft))
        return HttpResponseRedirect(f"{self._form_address(draft)}?{WHICH}=0&{DISCARDED}={draft.pk}")

    def unschedule_draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back a draft that waits to be published. Whoever may change its thing may do so."""
        draft = get_object_or_404(Draft.objects.select_related("content_type"), pk=pk, discarded_at=None)
        thing = self.get_object(request, str(draft.object_id)) if draft.get_kind() is self.model else None
        if thing is None or not self.has_change_permission(request, thing):
            raise Http404
        unschedule_draft(draft)
        self.message_user(request, _("The changes will not be published. They are a draft again."), messages.SUCCESS)
        return HttpResponseRedirect(self._address_of(draft))

    # Which draft ----------------------------------------------------------------------------------
    def _choose_draft(self, request: HttpRequest, object_id: str | None) -> Draft | None:
        """Return the draft to show: the one asked for, else the user's latest of a stored thing."""
        which = request.GET.get(WHICH, "")
        if which == "0" or (object_id is None and not which):
            return None
        if not which:
            own = (one for one in self._find_drafts(request, object_id or "") if one.is_by(request.user))
            draft = next((one for one in own if one.publish_at is None), None)
        elif not is_key(which):
            raise Http404
        elif object_id is None:
            return self._get_own_draft(request, int(which)) if self.has_add_permission(request) else None
        else:
            found = self._find_drafts(request, object_id)
            draft = next((one for one in found if one.pk == int(which)), None)
            if draft is None:
                raise Http404
        thing = self._find_thing(request, object_id) if draft else None
        return draft if thing is not None and self.has_change_permission(request, thing) else None

    def _find_drafts(self, request: HttpRequest, object_id: str) -> list[Draft]:
        """Return the drafts of a stored thing, fetched once for the page."""
        if not hasattr(request, FOUND):
            key = unquote(object_id)
            found = Draft.objects.of_key(self.model, int(key)).defer("posted") if is_key(key) else ()
            setattr(request, FOUND, list(found))
        drafts: list[Draft] = getattr(request, FOUND)
        return drafts

    def _show(self, request: HttpRequest, draft: Draft, object_id: str | None) -> None:
        """Have the form filled with a draft, merged with what has been saved since it was begun."""
        typed = draft.as_data()
        if object_id is not None:
            stored, _sets = self.fill_stored(request, self.get_object(request, unquote(object_id)))
            typed = complete_data(stored, typed)
            self.merge_typed(request, unquote(object_id), typed, Snapshot.from_text(typed.get(SNAPSHOT, "")))
        setattr(request, SHOWN, ShownDraft(draft, typed))

    def _describe_drafts(self, request: HttpRequest, obj: Model | None, form: Any, prefixes: list[str]) -> DraftsOfForm:
        """Return what the page tells of drafts. What could not be saved is kept."""
        shown: ShownDraft | None = getattr(request, SHOWN, None)
        draft = shown.draft if shown else None
        if request.method == "POST":
            draft = keep_draft(request.POST, self.model, obj, request.user)  # type: ignore[arg-type]
        if obj is not None:
            drafts = self._find_drafts(request, str(obj.pk))
        else:
            drafts = list(Draft.objects.of_new(self.model).by(request.user).defer("posted"))
        discarded = request.GET.get(DISCARDED, "")
        return DraftsOfForm(
            shown=draft,
            others=[one for one in drafts if one != draft and one.publish_at is None],
            scheduled=[one for one in drafts if one.publish_at is not None],
            discarded=self._find_discarded(request, discarded) if discarded else None,
            keep_url=self._keep_address(obj),
            opened=describe_opened(draft) if draft and draft.is_by(request.user) else request.POST.get(OPENED, ""),
            window=request.POST.get(WINDOW, ""),
            left_over=list_left_over(shown.typed, form, prefixes) if shown else [],
        )

    def _find_discarded(self, request: HttpRequest, pk: str) -> Draft | None:
        own = Draft.objects.by(request.user).filter(discarded_at__isnull=False)
        return own.filter(pk=int(pk)).defer("posted").first() if is_key(pk) else None

    def _get_own_draft(self, request: HttpRequest, pk: int) -> Draft:
        """Return the user's draft of a thing of this kind, or raise. Who may no longer write has none."""
        self._check_may_write(request)
        own = Draft.objects.by(request.user).select_related("content_type")
        draft = get_object_or_404(own, pk=pk)
        if draft.get_kind() is not self.model:
            raise Http404
        return draft

    # Keeping --------------------------------------------------------------------------------------
    def _keep(self, request: HttpRequest, thing: Model | None) -> Draft:
        if not self._may_write(request, thing):
            raise PermissionDenied
        return keep_draft(request.POST, self.model, thing, request.user)  # type: ignore[arg-type]

    def _schedule(self, request: HttpRequest, thing: Model | None) -> bool:
        """Let what was typed be published later, if it could be published now. Return whether it will be."""
        if thing is None or not self.has_change_permission(request, thing):
            raise PermissionDenied
        author: Any = request.user
        try:
            moment = read_moment(request.POST.get(MOMENT, ""))
            check_draft(make_draft(request.POST, self.model, thing, author))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return False
        except NotSavedError as error:
            words = _("Nothing will be published: %(reasons)s") % {"reasons": " ".join(error.reasons)}
            self.message_user(request, words, messages.ERROR)
            return False
        schedule_draft(keep_draft(request.POST, self.model, thing, author), moment)
        words = _("The changes will be published %(time)s.") % {"time": describe_moment(moment)}
        self.message_user(request, words, messages.SUCCESS)
        return True

    def _find_thing(self, request: HttpRequest, object_id: str | None) -> Model | None:
        """Return the thing of an address; None if it is a new one's, or the thing is gone."""
        return self.get_object(request, unquote(object_id)) if object_id is not None else None

    def _check_may_write(self, request: HttpRequest) -> None:
        """Raise unless the user writes things of this kind, whichever they are."""
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied

    def _may_write(self, request: HttpRequest, thing: Model | None) -> bool:
        return self.has_change_permission(request, thing) if thing else self.has_add_permission(request)

    # Addresses ------------------------------------------------------------------------------------
    def _address_of(self, draft: Draft) -> str:
        return f"{self._form_address(draft)}?{WHICH}={draft.pk}"

    def _form_address(self, draft: Draft) -> str:
        return self._address("change", draft.object_id) if draft.find_thing() is not None else self._address("add")

    def _keep_address(self, thing: Model | None) -> str:
        return self._address("keep", thing.pk) if thing else self._address("keep_new")

    def _address(self, page: str, *arguments: Any) -> str:
        """Return the address of one of the pages of this admin."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=arguments)
