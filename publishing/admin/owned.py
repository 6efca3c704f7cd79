"""The admin of what somebody answers for: who may not change a thing is told who may."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from publishing.edit_guard import list_typed


class OwnedAdmin(ModelAdmin):
    """Narrows the list to what is the user's own, in `get_queryset`, and says of the rest whose it is."""

    def find_owners(self, thing: Any) -> Iterable[Any]:
        """Return the staff members who answer for a thing."""
        raise NotImplementedError

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Tell those who change things of the kind whose this one is. Others learn nothing of it."""
        thing = _find(self.model, object_id) if self.has_change_permission(request) else None
        if thing is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": opts,
            "title": _("Somebody else answers for this"),
            "thing": thing,
            "owners": list(self.find_owners(thing)),
            "typed": list_typed(self, request) if request.method == "POST" else [],
        }
        return TemplateResponse(request, "admin/not_yours.html", context, status=403)


def _find(model: type[Model], pk: str) -> Model | None:
    try:
        return model._base_manager.filter(pk=model._meta.pk.to_python(pk)).first()  # noqa: SLF001 - documented
    except (ValueError, ValidationError):
        return None
