"""The admin of what is drafted, published and withdrawn.

Publishing is never a side effect of saving: it has a button of its own, so that nothing goes public by accident.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, ngettext, override
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from publishing.admin.translated import TranslatedAdmin
from publishing.authors import describe_author
from publishing.changes import note_change
from publishing.drafts.submission import REVIEWED
from publishing.forms.publishable import NEEDS_REVIEW, PUBLISH, STEPS, TIMES, WITHDRAW, PublishableForm, find_step
from publishing.link_uses import find_uses
from publishing.marks import render_draft_mark, render_publication_mark
from publishing.models import Publication, Publishable
from publishing.schedule import (
    State,
    describe_as_sentence,
    describe_showing,
    find_showing,
    is_shown,
    list_paths_to_wholes,
)
from publishing.writing_advice.judgement import check_texts

STEP_LABELS = {
    PUBLISH: _("Save and publish"),
    WITHDRAW: _("Save and withdraw"),
}
STEPS_FROM = {
    Publication.DRAFT: (PUBLISH,),
    Publication.REVIEW: (PUBLISH,),
    Publication.PUBLISHED: (WITHDRAW,),
    Publication.ARCHIVED: (PUBLISH,),
}
STEP_DONE = {
    PUBLISH: _("Published successfully."),
    WITHDRAW: _("Withdrawn. The public can no longer see it."),
}
"""The message after each step, unless what is published is not shown at once."""
SAVED_BY_ANOTHER_CLICK = _(
    "The same thing was saved at the same moment, perhaps by a double click, so nothing was saved this time. Check "
    "what is in the portal before you save again."
)
logger = logging.getLogger(__name__)
CHANGE_LOG = (
    _("Change log"),
    {
        "fields": [("log_note_sv", "log_note_en"), "log_minor"],
        "description": _("Required when you publish, and when you change something already published."),
    },
)


class PublishableAdmin(TranslatedAdmin):
    """The admin of things that are drafted, published and withdrawn."""

    PUBLISHING = (
        _("Publishing"),
        {"fields": ["publication_mark", ("publish_from", "publish_until")], "classes": ["collapse"]},
    )
    ADDRESS_AND_PUBLISHING = (
        _("Address and publishing"),
        {"fields": ["slug", "publication_mark", ("publish_from", "publish_until")], "classes": ["collapse"]},
    )

    form = PublishableForm
    readonly_fields: tuple[str, ...] = ("publication_mark",)
    actions = ("publish", "withdraw")
    list_per_page = 50

    @admin.display(description=_("publication"), ordering="publication")
    def publication_mark(self, thing: Any) -> SafeString:
        mark = render_publication_mark(thing)
        has_draft = getattr(thing, "has_draft", False) and thing.publication != Publication.DRAFT
        return format_html("{} {}", mark, render_draft_mark()) if has_draft else mark

    def view_on_site(self, thing: Any) -> str | None:
        """Return the address of the public page while the public can see it."""
        return thing.get_absolute_url() if is_shown(thing) else None

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """Add what each is a part of, which also decides whether the public sees it."""
        related = super().get_list_select_related(request)
        return related if related is True else (*(related or ()), *list_paths_to_wholes(self.model))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        names = STEPS_FROM[obj.publication if obj else Publication.DRAFT] if may_save else ()
        context["publication_steps"] = [(name, STEP_LABELS[name]) for name in names]
        is_unpublished = obj is None or obj.publication != Publication.PUBLISHED
        context["save_label"] = _("Save draft") if is_unpublished else _("Publish the changes")
        context["is_unpublished"] = is_unpublished
        if obj is not None and obj.must_be_reviewed():
            context["publication_steps"] = [step for step in context["publication_steps"] if step[0] != PUBLISH]
            context["needs_review"] = True
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Validate the form again if a simultaneous request saved the same: now it finds that, and says so."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (IntegrityError, ValidationError) as error:
            logger.warning("A form was saved by two at once: %s", error)
        response = super().changeform_view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            self.message_user(request, SAVED_BY_ANOTHER_CLICK, messages.WARNING)
        return response

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.is_reviewed = getattr(request, REVIEWED, False)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, Any]]:
        """Add the change note, for those who may save: open where each save needs it."""
        fieldsets = list(super().get_fieldsets(request, obj))
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may_save:
            return fieldsets
        is_needed = obj is not None and obj.publication == Publication.PUBLISHED
        name, options = CHANGE_LOG
        return [*fieldsets, CHANGE_LOG if is_needed else (name, {**options, "classes": ["collapse"]})]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        step = _step(request)
        if step:
            obj.publication = STEPS[step]
        super().save_model(request, obj, form, change)
        self._tell_showing(request, obj, step)
        if obj.publication == Publication.PUBLISHED:
            given = form.cleaned_data
            note_change(
                obj,
                by=describe_author(request.user),
                note_sv=given["log_note_sv"],
                note_en=given["log_note_en"],
                is_minor=given["log_minor"],
            )

    def _tell_showing(self, request: HttpRequest, thing: Any, step: str | None) -> None:
        """Tell the user when the public sees what was published, if that is not simply now."""
        showing = find_showing(thing)
        is_plain = showing.state == State.UNPUBLISHED or (showing.state == State.SHOWN and not showing.end)
        if step and is_plain:
            self.message_user(request, STEP_DONE[step])
            if step == WITHDRAW:
                self._tell_uses(request, thing)
        elif not is_plain:
            level = messages.SUCCESS if showing.state in (State.SHOWN, State.SCHEDULED) else messages.WARNING
            self.message_user(request, describe_as_sentence(thing), level)

    def _tell_uses(self, request: HttpRequest, thing: Any) -> None:
        """Tell which texts link to something that has been withdrawn."""
        if uses := find_uses(thing):
            words = ngettext(
                "%(count)d text links to “%(title)s”, and its link now leads nowhere:",
                "%(count)d texts link to “%(title)s”, and their links now lead nowhere:",
                len(uses),
            ) % {"count": len(uses), "title": thing}
            links = format_html_join(", ", '<a href="{}">{}</a>', ((use.address, use.title) for use in uses))
            self.message_user(request, format_html("{} {}", words, links), messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if form.instance.publication == Publication.PUBLISHED:
            self.warn(request, form.instance)

    def warn(self, request: HttpRequest, thing: Any) -> None:
        """Warn the user about something that a public thing lacks; a hook for subclasses."""

    def construct_change_message(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formsets: Iterable[Any],
        add: bool = False,  # noqa: FBT001, FBT002
    ) -> list[dict[str, Any]]:
        message = super().construct_change_message(request, form, formsets, add)  # type: ignore[arg-type]
        step, thing = _step(request), form.instance
        is_timed = thing.publication == Publication.PUBLISHED and bool({*TIMES} & {*form.changed_data})
        if step == WITHDRAW:
            message.append({"changed": {"fields": [str(STEPS[step].label)]}})
        elif step or is_timed:
            message.append({"changed": {"fields": [_for_history(thing)]}})
        return message

    @admin.action(description=_("Publish selected"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._move(request, queryset, Publication.PUBLISHED)

    @admin.action(description=_("Withdraw selected"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._move(request, queryset, Publication.ARCHIVED)

    def check_move(self, thing: Any) -> None:
        """Raise `ValidationError` if the thing may not have the `publication` that has been set."""
        thing.check_times()
        thing.validate_constraints()
        if thing.publication == Publication.PUBLISHED:
            check_texts(thing)

    def _move(self, request: HttpRequest, queryset: QuerySet, publication: Publication) -> None:
        """Change the publication of each thing, and tell which could not be changed or are not shown at once."""
        moved = []
        for listed in queryset:
            try:
                with transaction.atomic():
                    thing = self._move_one(request, listed, publication)
            except ValidationError as error:
                self.message_user(request, f"{listed}: {' '.join(error.messages)}", messages.ERROR)
                continue
            if publication == Publication.PUBLISHED:
                self.warn(request, thing)
            else:
                self._tell_uses(request, thing)
            moved.append(thing)
        self._tell_moved(request, moved, publication)

    def _move_one(self, request: HttpRequest, listed: Any, publication: Publication) -> Any:
        """Change only the publication of a thing, read anew and locked: its texts may be saved meanwhile."""
        thing = type(listed)._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=listed.pk).first()
        if thing is None:
            raise ValidationError(gettext("It has since been deleted."))
        thing.publication = publication
        if publication == Publication.PUBLISHED:
            thing.publish_from = thing.publish_from or timezone.now()
        self.check_move(thing)
        if publication == Publication.PUBLISHED and thing.must_be_reviewed():
            raise ValidationError(NEEDS_REVIEW)
        thing.save(update_fields=["publication", "publish_from", "updated_at"])
        if publication == Publication.PUBLISHED:
            note_change(thing, by=describe_author(request.user), **translate_note(gettext_noop("Published.")))
        words = _for_history(thing) if publication == Publication.PUBLISHED else str(publication.label)
        self.log_change(request, thing, [{"changed": {"fields": [words]}}])
        return thing

    def _tell_moved(self, request: HttpRequest, things: list[Any], publication: Publication) -> None:
        """Tell how many were changed, and which are published but not shown now."""
        moved = len(things)
        if publication == Publication.PUBLISHED:
            hidden = [thing for thing in things if not is_shown(thing)]
            for thing in hidden:
                words = gettext("“%(title)s” %(showing)s.") % {"title": thing, "showing": describe_showing(thing)}
                self.message_user(request, words, messages.WARNING)
            moved -= len(hidden)
        if moved:
            words = (
                ngettext("%(count)d published.", "%(count)d published.", moved)
                if publication == Publication.PUBLISHED
                else ngettext("%(count)d withdrawn.", "%(count)d withdrawn.", moved)
            )
            self.message_user(request, words % {"count": moved}, messages.SUCCESS)


def translate_note(message: str) -> dict[str, Any]:
    """Return a sentence of the portal's own as a change note in both languages."""
    notes: dict[str, Any] = {}
    for language in AVAILABLE_LANGUAGES:
        with override(language):
            notes[f"note_{language}"] = gettext(message)
    return notes


def _for_history(thing: Publishable) -> str:
    """Return what became of a published thing, in words that remain true in later years."""
    showing = find_showing(thing)
    if showing.state == State.SHOWN and not showing.end:
        return str(Publication.PUBLISHED.label)
    return describe_showing(thing, with_year=True)


def _step(request: HttpRequest) -> str | None:
    """Return the publishing button that was pressed, if any."""
    return find_step(request.POST)
