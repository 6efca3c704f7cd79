"""Asking somebody to read a draft, and what the reader does with it. Each act tells the other by mail."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mailroom import outbox
from publishing.authors import describe_author
from publishing.drafts.submission import NotSavedError, save_draft, undo_changes
from publishing.forms.publishable import PUBLISH
from publishing.history.comparison import Change, Comparison
from publishing.history.contents import EMPTY, read_contents
from publishing.models import Comment, Draft, Publication, Review


@transaction.atomic
def ask_review(draft: Draft, reviewer: User, note: str) -> Review:
    """Ask somebody to read a draft; who was asked before is asked no more."""
    asked = {"reviewer": reviewer, "note": note, "asked_at": timezone.now()}
    review, _is_new = Review.objects.update_or_create(draft=draft, defaults=asked)
    with override(settings.LANGUAGE_CODE):
        facts = {
            "title": draft.title,
            "link": draft.make_link("review"),
            "author": draft.author_name,
            "note": f"\n{note}\n" if note else "",
        }
        words = _(
            "%(author)s asks you to read “%(title)s” before it is published.\n%(note)s\nRead it here:\n%(link)s\n"
        )
        _send(reviewer, _("To be reviewed: %(title)s") % facts, words % facts)
    return review


@transaction.atomic
def approve_draft(review: Review, reviewer: User, number: int) -> None:
    """Publish a draft that somebody else has read, as its author would.

    Raises `NotSavedError` if it is not what was read (its `number` then), or cannot be published.
    """
    draft = _lock_draft(review)
    if draft.number != number:
        raise NotSavedError(_("The draft has been changed since you opened this page. Read it again."))
    author = draft.author
    publish_draft(draft)
    draft.delete()
    if isinstance(author, User):
        with override(settings.LANGUAGE_CODE):
            facts = {"title": draft.title, "reviewer": describe_author(reviewer)}
            words = _("%(reviewer)s has read “%(title)s” and published it.\n")
            _send(author, _("Published: %(title)s") % facts, words % facts)


@transaction.atomic
def return_draft(review: Review, reviewer: User, reason: str) -> None:
    """Give a draft back to its author with a reason, which becomes a comment, or raise `ValidationError`.

    Raises `NotSavedError` if another has been quicker.
    """
    draft = _lock_draft(review)
    _add_comment(draft, reviewer, reason)
    review.delete()
    if isinstance(draft.author, User):
        with override(settings.LANGUAGE_CODE):
            facts = {
                "title": draft.title,
                "link": draft.make_link(),
                "reviewer": describe_author(reviewer),
                "reason": reason,
            }
            words = _(
                "%(reviewer)s has read “%(title)s” and sends it back:\n\n%(reason)s\n\nOpen the draft here:\n%(link)s\n"
            )
            _send(draft.author, _("Sent back: %(title)s") % facts, words % facts)


@transaction.atomic
def comment_on_draft(review: Review, author: User, text: str, field: str) -> Comment:
    """Say something about a draft, or about a field of it, or raise `ValidationError` or `NotSavedError`."""
    return _add_comment(_lock_draft(review), author, text, field)


def _add_comment(draft: Draft, author: User, text: str, field: str = "") -> Comment:
    if not text.strip():
        raise ValidationError(_("Write what you want to say."))
    return Comment.objects.create(
        draft=draft, field=field, text=text.strip(), author=author, author_name=describe_author(author)
    )


def list_draft_changes(draft: Draft) -> list[Change]:
    """Return what publishing a draft would change, in words, or raise `NotSavedError` if it could not be published."""
    stored = draft.find_thing()
    before = read_contents(stored) if stored is not None else EMPTY
    with undo_changes():
        thing = publish_draft(draft)
        after = read_contents(thing)
        return Comparison(thing, [before, after]).list_changes(before, after)


def publish_draft(draft: Draft) -> Model:
    """Save a draft that somebody else has read, so that the public sees it. Return the thing."""
    is_public = getattr(draft.find_thing(), "publication", "") == Publication.PUBLISHED
    typed = {} if is_public else {PUBLISH: "1"}
    thing: Model = save_draft(draft, None, is_reviewed=True, **typed)
    return thing


def _lock_draft(review: Review) -> Draft:
    """Return the draft, so that of two readers the second finds what the first has done."""
    locked = Draft.objects.select_for_update(of=("self",)).filter(pk=review.draft_id, review=review.pk).first()
    if locked is None:
        raise NotSavedError(_("Somebody has just published it, sent it back or taken it back."))
    return locked


def _send(user: User, subject: str, body: str) -> None:
    if user.email and user.is_active:
        outbox.queue_mail(to=user.email, subject=subject, body=body, language=settings.LANGUAGE_CODE)
