"""Reviews in the admin: asking somebody to read a draft, reading it, and publishing it or sending it back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from publishing.authors import describe_author
from publishing.autocomplete import is_key
from publishing.drafts.preview import has_page, make_link
from publishing.drafts.submission import NotSavedError, make_request
from publishing.history.admin import HistoryAdmin
from publishing.history.comparison import Change
from publishing.models import Draft, Publishable, Review
from publishing.reviews.acts import approve_draft, ask_review, comment_on_draft, list_draft_changes, return_draft

ASK = "_ask"
"""The button that keeps what was typed as a draft, and leads to the page where a reader is chosen."""
LONGEST_COMMENT = 5000


class ReaderField(forms.ModelChoiceField):
    """A choice among people by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return describe_author(obj)


class AskForm(forms.Form):
    """Who is to read a draft, and what they should know."""

    reviewer = ReaderField(User.objects.none(), label=gettext_lazy("Who is to read it"))
    note = forms.CharField(
        label=gettext_lazy("Note to the reader"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, readers: list[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = User.objects.filter(pk__in=[one.pk for one in readers])


class ReviewsAdmin(HistoryAdmin):
    """Lets somebody else than the author publish a draft, which some plans demand."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        acts: dict[str, Callable[..., HttpResponse]] = {
            "approve": self.approve_view,
            "return": self.return_view,
            "comment": self.comment_view,
            "withdraw": self.withdraw_view,
        }
        return [
            path("draft/<int:pk>/ask/", view(self.ask_view), name=f"{name}_ask"),
            path("draft/<int:pk>/review/", view(self.review_view), name=f"{name}_review"),
            *(
                path(f"draft/<int:pk>/review/{act}/", view(require_POST(handle)), name=f"{name}_{act}_review")
                for act, handle in acts.items()
            ),
            *super().get_urls(),
        ]

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        if ASK in request.POST and issubclass(self.model, Publishable):
            thing = self._find_thing(request, object_id)
            if object_id is None or thing is not None:
                return HttpResponseRedirect(self._address("ask", self._keep(request, thing).pk))
        return super().changeform_view(request, object_id, *args, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["may_ask"] = issubclass(self.model, Publishable) and self._may_write(request, kwargs.get("obj"))
        return super().render_change_form(request, context, *args, **kwargs)

    # Asking ---------------------------------------------------------------------------------------
    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose who is to read one's draft."""
        draft = self._get_own_draft(request, pk)
        form = AskForm(self._find_readers(request, draft), request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            review = ask_review(draft, form.cleaned_data["reviewer"], form.cleaned_data["note"])
            words = _("%(name)s has been asked to read the draft.") % {"name": describe_author(review.reviewer)}
            self.message_user(request, words, messages.SUCCESS)
            return HttpResponseRedirect(self._address_of(draft))
        context = {"form": form, "draft": draft, "form_url": self._address_of(draft), "title": _("Ask for a review")}
        return self._render(request, "admin/ask_review.html", context)

    def _find_readers(self, request: HttpRequest, draft: Draft) -> list[User]:
        """Return who else could publish the draft, by name."""
        right = f"{self.opts.app_label}.{'change' if draft.object_id else 'add'}_{self.opts.model_name}"
        users = User.objects.with_perm(right, backend="django.contrib.auth.backends.ModelBackend")
        staff = users.filter(is_active=True, is_staff=True).exclude(pk=draft.author_id)
        readers = [user for user in staff if self._may_review(make_request("GET", user, request), draft)]
        return sorted(readers, key=describe_author)

    def _may_review(self, request: HttpRequest, draft: Draft) -> bool:
        """Whether a user may read a draft for its author. Of a new thing, only the rights to such things count."""
        if draft.is_by(request.user):
            return False
        if draft.object_id is None:
            return self.has_add_permission(request)
        thing = self.get_object(request, str(draft.object_id))
        return thing is not None and self.has_change_permission(request, thing)

    # Reading --------------------------------------------------------------------------------------
    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show_review(request, self._get_review(request, pk))

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        review = self._get_review(request, pk, only_reader=True)
        user: Any = request.user
        draft, thing = review.draft, review.draft.find_thing()
        number = request.POST.get("number", "")
        try:
            approve_draft(review, user, int(number) if is_key(number) else 0)
        except NotSavedError as error:
            return self._refuse(request, review, error)
        self.message_user(request, _("“%(title)s” has been published.") % {"title": draft}, messages.SUCCESS)
        return HttpResponseRedirect(self._address("change", thing.pk) if thing else self._address("changelist"))

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a draft back with a reason."""
        review = self._get_review(request, pk, only_reader=True)
        user: Any = request.user
        try:
            return_draft(review, user, request.POST.get("text", "")[:LONGEST_COMMENT])
        except ValidationError:
            return self._show_review(request, review, missing="return")
        except NotSavedError as error:
            return self._refuse(request, review, error)
        words = _("The draft has been sent back to %(name)s.") % {"name": review.draft.author_name}
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:index"))

    def comment_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say something about the draft or a field of it."""
        review = self._get_review(request, pk)
        user: Any = request.user
        field = request.POST.get("field", "")[:100]
        try:
            comment_on_draft(review, user, request.POST.get("text", "")[:LONGEST_COMMENT], field)
        except ValidationError:
            return self._show_review(request, review, missing=field or "comment")
        except NotSavedError as error:
            return self._refuse(request, review, error)
        return HttpResponseRedirect(self._address("review", pk))

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the question back."""
        draft = self._get_own_draft(request, pk)
        Review.objects.filter(draft=draft).delete()
        self.message_user(request, _("Nobody is asked to read the draft any more."), messages.SUCCESS)
        return HttpResponseRedirect(self._address_of(draft))

    def _refuse(self, request: HttpRequest, review: Review, error: NotSavedError) -> HttpResponse:
        self.message_user(request, " ".join(error.reasons), messages.ERROR)
        is_there = Review.objects.filter(pk=review.pk).exists()
        return HttpResponseRedirect(self._address("review", review.draft_id) if is_there else reverse("admin:index"))

    def _get_review(self, request: HttpRequest, pk: int, *, only_reader: bool = False) -> Review:
        """Return the review of a draft, for its author and its readers, or raise."""
        found = Review.objects.select_related("draft__content_type", "draft__author", "reviewer")
        review = get_object_or_404(found, draft=pk, draft__discarded_at=None)
        if review.draft.get_kind() is not self.model:
            raise Http404
        is_reader = self._may_review(request, review.draft)
        if not is_reader and (only_reader or not review.draft.is_by(request.user)):
            raise PermissionDenied
        return review

    def _show_review(self, request: HttpRequest, review: Review, missing: str = "") -> HttpResponse:
        """Show what the draft would change, what has been said, and the reader's buttons."""
        draft = review.draft
        changes: list[Change] = []
        reasons: tuple[str, ...] = ()
        try:
            changes = list_draft_changes(draft)
        except NotSavedError as error:
            reasons = error.reasons
        context = {
            "review": review,
            "draft": draft,
            "changes": changes,
            "reasons": reasons,
            "form": self.get_form(request)(),
            "is_reader": not draft.is_by(request.user),
            "preview": make_link(draft) if has_page(self.model) else "",
            "form_url": self._address_of(draft),
            "missing": missing,
            "title": _("Review: %(title)s") % {"title": draft},
        }
        return self._render(request, "admin/review.html", context)


def find_waiting(user: User) -> Any:
    """Find the drafts that a user has been asked to read."""
    return Review.objects.filter(reviewer=user, draft__discarded_at=None).select_related("draft__content_type")
