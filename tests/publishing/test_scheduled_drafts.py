"""Changes that are published later: at their moment, whole, by their author's rights then, or told why not."""

import json
import math
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailroom.models import OutgoingMail
from news.models import NewsItem
from publishing.drafts.admin import MOMENT, SCHEDULE
from publishing.drafts.schedule import SHORTEST_PAUSE, count_seconds_to_next, publish_due_drafts
from publishing.form_snapshots import SNAPSHOT
from publishing.models import ChangeNote, Draft
from rus_portal import worker
from tests import factories
from tests.publishing.opened_forms import form_of, open_form, read_form, save_as, send, words_of

pytestmark = pytest.mark.django_db
LATER = timedelta(days=2)


def schedule_change(
    client: Client, thing: Any, form: Any = None, moment: str | None = None, **typed: Any
) -> HttpResponse:
    """Type into a form and have it published in two days."""
    at = timezone.localtime(timezone.now() + LATER).strftime("%Y-%m-%dT%H:%M")
    sent = (form or open_form(client, form_of(thing))) | {"log_minor": "on", SCHEDULE: "1"} | typed
    return client.post(form_of(thing), sent | {MOMENT: at if moment is None else moment})


def publish_later(at: timedelta = LATER) -> int:
    """Let the worker go its round at a time."""
    with time_machine.travel(timezone.now() + at, tick=False):
        return publish_due_drafts()


def test_changes_are_published_at_their_time_and_not_before(editor: Client) -> None:
    item = factories.make_news(title_sv="Före")

    response = schedule_change(editor, item, title_sv="Efter", log_minor="", log_note_sv="Ny rubrik.")

    assert response.status_code == 302
    page = editor.get(form_of(item))
    assert read_form(page.content)["title_sv"] == ["Före"]
    assert "publiceras" in words_of(page)
    assert (publish_later(LATER - timedelta(minutes=2)), NewsItem.objects.get().title_sv) == (0, "Före")
    assert (publish_later(), NewsItem.objects.get().title_sv) == (1, "Efter")
    assert not Draft.objects.exists()
    assert ChangeNote.objects.get().note_sv == "Ny rubrik."
    assert LogEntry.objects.get().user == User.objects.get()
    assert (publish_later(), OutgoingMail.objects.count()) == (0, 0)


def test_rows_are_published_too(editor: Client) -> None:
    activity = factories.make_activity()
    row = {"TOTAL_FORMS": "1", "0-title_sv": "Milstolpe", "0-due_on": "2027-01-31"}

    schedule_change(editor, activity, **{f"milestones-{name}": value for name, value in row.items()})
    assert not activity.milestones.exists()
    publish_later()

    assert activity.milestones.get().title_sv == "Milstolpe"


@pytest.mark.parametrize("moment", ["", "x", "2020-01-01T08:00", "2027-03-28T02:30", "0001-01-01T00:00"])
def test_a_time_that_cannot_be_is_told_and_what_was_typed_stays(editor: Client, moment: str) -> None:
    item = factories.make_news()

    response = schedule_change(editor, item, moment=moment, title_sv="Min rubrik")

    assert response.status_code == 200
    assert read_form(response.content)["title_sv"] == ["Min rubrik"]
    assert not Draft.objects.exclude(publish_at=None).exists()
    assert "error" in response.content.decode()


def test_what_could_not_be_published_now_is_not_scheduled(editor: Client) -> None:
    item = factories.make_news(title_sv="Före")

    response = schedule_change(editor, item, title_sv="Efter", log_minor="")

    assert response.status_code == 200
    assert "Inget publiceras: " in words_of(response)
    assert response.context["error_links"]
    assert (Draft.objects.exclude(publish_at=None).count(), NewsItem.objects.get().title_sv) == (0, "Före")


def test_what_others_saved_meanwhile_is_kept(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Rubrik", ingress_sv="Ingress")
    schedule_change(editor, item, title_sv="Min rubrik")
    save_as(peter, item, ingress_sv="Peters ingress")

    publish_later()

    stored = NewsItem.objects.get()
    assert (stored.title_sv, stored.ingress_sv) == ("Min rubrik", "Peters ingress")


@pytest.mark.parametrize("what", ["both", "withdrawn", "deleted", "no right", "left", "no longer valid"])
def test_what_cannot_be_published_becomes_a_draft_again_and_its_author_is_told(
    editor: Client, peter: User, what: str
) -> None:
    item = factories.make_news(title_sv="Rubrik")
    User.objects.exclude(pk=peter.pk).update(email="anna@example.org")
    schedule_change(editor, item, title_sv="Min rubrik", slug="min-rubrik")
    match what:
        case "both":
            save_as(peter, item, title_sv="Peters rubrik")
        case "withdrawn":
            save_as(peter, item, publication="archived")
        case "deleted":
            item.delete()
        case "no right":
            User.objects.exclude(pk=peter.pk).update(is_superuser=False)
        case "left":
            User.objects.exclude(pk=peter.pk).update(is_active=False)
        case "no longer valid":
            factories.make_news(slug="min-rubrik")

    publish_later()

    assert not NewsItem.objects.filter(title_sv="Min rubrik").exists()
    draft, mail = Draft.objects.get(), OutgoingMail.objects.get()
    assert (draft.publish_at, draft.title) == (None, "Min rubrik")
    assert draft.failure
    assert draft.failure in mail.body
    assert (mail.to, mail.subject) == ("anna@example.org", "Ändringarna i ”Min rubrik” publicerades inte")
    assert LogEntry.objects.filter(user__email="anna@example.org").count() == 0
    assert publish_later() == 0


def test_scheduled_changes_are_taken_back_and_are_a_draft_again(editor: Client, peter: User) -> None:
    item = factories.make_news(title_sv="Före")
    schedule_change(editor, item, title_sv="Efter")
    other = Client()
    other.force_login(peter)

    other.post(reverse("admin:news_newsitem_unschedule_draft", args=[Draft.objects.get().pk]))

    assert (publish_later(), NewsItem.objects.get().title_sv) == (0, "Före")
    assert open_form(editor, form_of(item))["title_sv"] == ["Efter"]


def test_discarded_changes_are_not_published_even_if_they_are_brought_back(editor: Client) -> None:
    item = factories.make_news(title_sv="Före")
    schedule_change(editor, item, title_sv="Efter")
    pk = Draft.objects.get().pk
    for act in ("discard", "restore"):
        editor.post(reverse(f"admin:news_newsitem_{act}_draft", args=[pk]))
        assert publish_later() == 0

    assert NewsItem.objects.get().title_sv == "Före"


def test_scheduled_changes_are_written_over_by_no_later_text(editor: Client) -> None:
    item = factories.make_news(title_sv="Före")
    schedule_change(editor, item, title_sv="Efter")
    scheduled = Draft.objects.get()
    opened = open_form(editor, f"{form_of(item)}?draft={scheduled.pk}")

    editor.post(f"{form_of(item)}draft/", opened | {"title_sv": "Halvskrivet"})

    assert opened["title_sv"] == ["Efter"]
    scheduled.refresh_from_db()
    assert (scheduled.title, Draft.objects.count()) == ("Efter", 2)
    publish_later()
    assert (NewsItem.objects.get().title_sv, Draft.objects.get().title) == ("Efter", "Halvskrivet")


def test_saving_the_form_leaves_scheduled_changes_to_wait(editor: Client) -> None:
    item = factories.make_news(title_sv="Före", ingress_sv="Före")
    schedule_change(editor, item, title_sv="Efter")

    assert send(editor, form_of(item), open_form(editor, form_of(item)), ingress_sv="Nu").status_code == 302

    assert Draft.objects.get().publish_at is not None
    publish_later()
    stored = NewsItem.objects.get()
    assert (stored.title_sv, stored.ingress_sv) == ("Efter", "Nu")


def test_what_cannot_be_published_later_and_has_been_saved_by_another_is_shown_with_both(
    editor: Client, peter: User
) -> None:
    item = factories.make_news(title_sv="Före")
    form = open_form(editor, form_of(item))
    save_as(peter, item, title_sv="Peters")

    response = schedule_change(editor, item, form, moment="1999-01-01T08:00", title_sv="Min")

    page = words_of(response)
    assert response.status_code == 200
    assert "Välj en tid som inte har passerat." in page
    assert "Peters" in page
    assert read_form(response.content)["title_sv"] == ["Min"]


def test_the_worker_knows_when_the_next_change_is_due(editor: Client) -> None:
    assert count_seconds_to_next() == math.inf
    schedule_change(editor, factories.make_news(), title_sv="Efter")
    (moment,) = Draft.objects.values_list("publish_at", flat=True)
    assert moment

    def count_at(seconds: float) -> float:
        with time_machine.travel(moment + timedelta(seconds=seconds), tick=False):
            return count_seconds_to_next()

    assert count_at(-90) == 90
    assert count_at(1) == SHORTEST_PAUSE, "another worker may be at it, or have died"
    assert count_at(3) == math.inf, "it may be one that cannot be done, which is left to the poll"


def test_publishing_has_a_round_of_its_own() -> None:
    assert [publish_due_drafts] == worker.PUBLISHING
    assert publish_due_drafts not in (*worker.QUICK, *worker.SLOW, *worker.SEARCH)


def test_a_draft_from_before_the_form_got_a_field_does_not_empty_that(editor: Client) -> None:
    item = factories.make_news(ingress_en="It is there.")
    schedule_change(editor, item, title_sv="Efter")
    draft = Draft.objects.get()
    snapshot = json.loads(draft.posted[SNAPSHOT][0])
    del snapshot["fields"]["ingress_en"], draft.posted["ingress_en"]
    draft.posted[SNAPSHOT] = [json.dumps(snapshot)]
    draft.save()

    publish_later()

    assert NewsItem.objects.get().ingress_en == "It is there."
    assert Draft.objects.get().failure
