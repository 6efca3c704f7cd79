"""Saved selections above the list of cases."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from mailroom.read_only_admin import ReadOnlyAdmin
from registry.admin.typed_text import find_typed, keep_typed, show_typed
from registry.forms.saved_filters import SaveFilterForm, find_selection
from registry.models import SavedFilter
from registry.permissions import READS_ALL

PAGE = "selections"
"""The key of what was typed in the form."""
LEAFING = frozenset({"p", "all", "e", "_facets"})
"""Parameters of the list that select nothing."""


class SavedFiltersAdmin(ReadOnlyAdmin):
    """A list whose selections can be saved. `selects` names the parameters that a selection may have."""

    selects: frozenset[str] = frozenset()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        user, do = cast("User", request.user), request.POST.get("do", "")
        may_share = user.has_perm(READS_ALL)
        selection = self._selection(request, is_to_be_saved=do == "save_filter")
        posted = request.POST if do == "save_filter" else None
        form = SaveFilterForm(posted, user=user, query=selection, may_share=may_share)
        if not form.is_bound:
            show_typed(form, find_typed(request, PAGE))
        if do.startswith("remove_filter:"):
            return self._remove(request, user, do.partition(":")[2])
        if form.is_valid() and (saved := form.save()):
            keep_typed(request, PAGE, {})
            words = _("“%(name)s” has been saved and is shown above the list.") % {"name": saved}
            self.message_user(request, words, messages.SUCCESS)
            return HttpResponseRedirect(f"{request.path}?{saved.query}")
        saved_filters = SavedFilter.objects.offered_to(user, with_shared=may_share).select_related("owner")
        context = {"save_form": form, "saved_filters": saved_filters, "selection": selection}
        return super().changelist_view(request, context | (extra_context or {}))

    def _remove(self, request: HttpRequest, user: User, pk: str) -> HttpResponse:
        """Delete one of the user's own selections."""
        mine = SavedFilter.objects.filter(owner=user)
        saved = get_object_or_404(mine, pk=int(pk) if pk.isdecimal() else 0)
        saved.delete()
        typed = {name: request.POST[name] for name in ("name", "is_shared") if request.POST.get(name)}
        keep_typed(request, PAGE, typed)
        self.message_user(request, _("“%(name)s” has been removed.") % {"name": saved.name}, messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def _selection(self, request: HttpRequest, *, is_to_be_saved: bool) -> str | None:
        """Return the selection in the address; None if it holds anything that the list does not offer."""
        try:
            query = find_selection(request.GET, self.selects, LEAFING)
            if query and is_to_be_saved:
                self.get_changelist_instance(request)  # validates every value as the list does
        except (ValueError, IncorrectLookupParameters, SuspiciousOperation):
            return None
        return query
