"""Reviews: somebody else than the author reads a draft, and publishes it or sends it back."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client

from accounts.roles import Role
from actionplans.models import ActionPlan, Activity
from mailroom.models import OutgoingMail
from publishing.drafts.admin import MOMENT, SCHEDULE
from publishing.drafts.submission import NotSavedError
from publishing.forms.publishable import NEEDS_REVIEW
from publishing.models import Comment, Draft, Review, Revision
from publishing.reviews.acts import approve_draft, comment_on_draft, return_draft
from publishing.reviews.admin import ASK
from tests import factories
from tests.publishing.opened_forms import find_address, form_of, open_form, send, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> ActionPlan:
    return factories.make_plan(needs_review=True)


@pytest.fixture
def author(plan: ActionPlan) -> User:
    return make_coordinator(plan, "Eva", "Lund")


@pytest.fixture
def reader(plan: ActionPlan) -> User:
    return make_coordinator(plan, "Peter", "Berg")


def make_coordinator(plan: ActionPlan, first: str, last: str) -> User:
    user = factories.make_user(Role.COORDINATOR, first_name=first, last_name=last, email=f"{first}@example.org".lower())
    plan.coordinators.add(factories.make_staff(user=user))
    return user


def find_page(page: str, *arguments: Any) -> str:
    return find_address(Activity, page, *arguments)


def log_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def write_draft(client: Client, thing: models.Model | None = None, **typed: Any) -> Draft:
    """Write in a form and press the button that asks for a review. Return the draft."""
    form = form_of(thing) if thing else find_page("add")
    response = client.post(form, open_form(client, form) | {"log_minor": "on", ASK: "1"} | typed)
    draft = Draft.objects.latest("pk")
    assert response["Location"] == find_page("ask", draft.pk)
    return draft


def ask_reader(author: User, reader: User, thing: models.Model | None = None, **typed: Any) -> Draft:
    client = log_in(author)
    draft = write_draft(client, thing, **typed)
    response = client.post(find_page("ask", draft.pk), {"reviewer": str(reader.pk), "note": "Stämmer årtalet?"})
    assert response.status_code == 302
    return draft


def press_publish(client: Client, draft: Draft, number: int | str | None = None) -> Any:
    sent = {"number": str(draft.number if number is None else number)}
    return client.post(find_page("approve_review", draft.pk), sent, follow=True)


def test_nobody_publishes_their_own_text_where_the_plan_needs_two(plan: ActionPlan, author: User) -> None:
    public, unpublished = factories.make_activity(plan=plan), factories.make_activity(plan=plan, publication="draft")
    client = log_in(author)

    responses = [
        send(client, form_of(public), open_form(client, form_of(public)), title_sv="Ändrad"),
        send(client, form_of(unpublished), open_form(client, form_of(unpublished)), _publish="1", log_minor="on"),
        client.post(form_of(plan), open_form(client, form_of(plan)) | {"title_sv": "Ändrad", "log_minor": "on"}),
    ]
    chosen = {"action": "publish", "_selected_action": [str(unpublished.pk)]}
    listed = client.post(find_page("changelist"), chosen, follow=True)
    later = {SCHEDULE: "1", MOMENT: "2030-01-01T08:00", "log_minor": "on", "title_sv": "Ändrad"}
    scheduled = client.post(form_of(public), open_form(client, form_of(public)) | later)

    for response in (*responses, listed, scheduled):
        assert str(NEEDS_REVIEW) in words_of(response)
    assert Activity.objects.filter(title_sv="Ändrad").count() == 0
    assert Activity.objects.get(pk=unpublished.pk).publication == "draft"
    assert not Draft.objects.exclude(publish_at=None).exists()


def test_what_the_public_does_not_see_is_saved_by_one(plan: ActionPlan, author: User) -> None:
    public, unpublished = factories.make_activity(plan=plan), factories.make_activity(plan=plan, publication="draft")
    client = log_in(author)

    saved = send(client, form_of(unpublished), open_form(client, form_of(unpublished)), title_sv="Ny rubrik")
    withdrawn = send(client, form_of(public), open_form(client, form_of(public)), _withdraw="1")

    assert (saved.status_code, withdrawn.status_code) == (302, 302)


def test_the_form_offers_what_can_be_done(plan: ActionPlan, author: User) -> None:
    activity = factories.make_activity(plan=plan)
    client = log_in(author)

    names = [
        tuple(name in client.get(form_of(thing)).content.decode() for name in ('name="_save"', f'name="{ASK}"'))
        for thing in (activity, factories.make_activity(plan=make_own_plan(author)))
    ]

    assert names == [(False, True), (True, True)]


def make_own_plan(user: User) -> ActionPlan:
    plan = factories.make_plan()
    plan.coordinators.add(user.staff_member)  # type: ignore[attr-defined]
    return plan


@pytest.mark.parametrize("publication", ["published", "draft"])
def test_a_reader_publishes_what_the_author_wrote(
    plan: ActionPlan, author: User, reader: User, publication: str
) -> None:
    activity = factories.make_activity(plan=plan, publication=publication)
    draft = ask_reader(author, reader, activity, title_sv="Läst av två")
    client = log_in(reader)

    page = words_of(client.get(find_page("review", draft.pk)))
    response = press_publish(client, draft)

    activity.refresh_from_db()
    assert "Läst av två" in page
    assert "Stämmer årtalet?" in page
    assert (activity.title_sv, activity.publication) == ("Läst av två", "published")
    assert "”Läst av två” är publicerat." in words_of(response)
    assert not Draft.objects.exists()
    assert Revision.objects.of(activity)[0].author == author
    assert [mail.to for mail in OutgoingMail.objects.order_by("pk")] == ["peter@example.org", "eva@example.org"]


def test_a_new_activity_is_published_by_its_reader(plan: ActionPlan, author: User, reader: User) -> None:
    typed = {
        "plan": str(plan.pk),
        "title_sv": "En ny aktivitet",
        "title_en": "A new activity",
        "summary_sv": "Vi gör något.",
        "slug": "en-ny-aktivitet",
        "starts_on": "2026-01-01",
    }
    draft = ask_reader(author, reader, None, **typed)

    response = press_publish(log_in(reader), draft)

    assert Activity.objects.get(slug="en-ny-aktivitet").publication == "published", words_of(response)


def test_what_has_been_changed_since_it_was_read_is_not_published(plan: ActionPlan, author: User, reader: User) -> None:
    activity = factories.make_activity(plan=plan)
    draft = ask_reader(author, reader, activity, title_sv="Läst av två")
    client, number = log_in(reader), draft.number
    Draft.objects.filter(pk=draft.pk).update(number=number + 1)

    for sent in (number, "", "x", "9" * 30):
        assert "Utkastet har ändrats sedan du öppnade sidan. Läs det igen." in words_of(
            press_publish(client, draft, sent)
        )
    activity.refresh_from_db()
    assert activity.title_sv != "Läst av två"


def test_a_draft_is_sent_back_with_a_reason(plan: ActionPlan, author: User, reader: User) -> None:
    activity = factories.make_activity(plan=plan)
    draft = ask_reader(author, reader, activity, title_sv="Ska ändras")
    client = log_in(reader)

    empty = client.post(find_page("return_review", draft.pk), {"text": " "})
    client.post(find_page("return_review", draft.pk), {"text": "Årtalet är fel."})

    assert "Skriv vad du vill säga. Inget sparades." in words_of(empty)
    assert not Review.objects.exists()
    form = words_of(log_in(author).get(form_of(activity)))
    assert "Årtalet är fel. Peter Berg" in form
    last = OutgoingMail.objects.latest("pk")
    assert (last.to, "Årtalet är fel." in last.body) == ("eva@example.org", True)


def test_a_comment_leads_to_its_field(plan: ActionPlan, author: User, reader: User) -> None:
    activity = factories.make_activity(plan=plan)
    draft = ask_reader(author, reader, activity, title_sv="Ny rubrik")

    log_in(reader).post(find_page("comment_review", draft.pk), {"field": "title_sv", "text": "Kortare!"})
    page = log_in(author).get(form_of(activity)).content.decode()

    assert '<a href="#id_title_sv">Titel på svenska</a>' in page
    assert "Kortare!" in page
    assert Comment.objects.get().author == reader


def test_what_waits_is_on_the_readers_first_page(plan: ActionPlan, author: User, reader: User) -> None:
    ask_reader(author, reader, factories.make_activity(plan=plan), title_sv="Ny rubrik")

    assert "bad dig läsa" in words_of(log_in(reader).get("/admin/"))
    assert "bad dig läsa" not in words_of(log_in(author).get("/admin/"))


def test_the_author_takes_the_question_back(plan: ActionPlan, author: User, reader: User) -> None:
    draft = ask_reader(author, reader, factories.make_activity(plan=plan), title_sv="Ny rubrik")

    log_in(author).post(find_page("withdraw_review", draft.pk))

    assert log_in(reader).get(find_page("review", draft.pk)).status_code == 404
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_only_those_who_may_change_it_are_asked_and_read_it(plan: ActionPlan, author: User, reader: User) -> None:
    other = make_coordinator(factories.make_plan(), "Olle", "Ek")
    draft = write_draft(log_in(author), factories.make_activity(plan=plan), title_sv="Ny rubrik")

    page = log_in(author).get(find_page("ask", draft.pk)).content.decode()
    refused = log_in(author).post(find_page("ask", draft.pk), {"reviewer": str(other.pk)})

    assert [f">{name}</option>" in page for name in ("Peter Berg", "Olle Ek", "Eva Lund")] == [True, False, False]
    assert refused.status_code == 200
    ask_reader(author, reader, Activity.objects.get(), title_sv="Ny rubrik")
    for client in (log_in(other), log_in(author)):
        assert client.post(find_page("approve_review", draft.pk), {"number": "1"}).status_code in (403, 404)
    assert Draft.objects.exists()


def test_only_administrators_decide_whether_two_are_needed(plan: ActionPlan, author: User) -> None:
    assert "needs_review" not in open_form(log_in(author), form_of(plan))
    assert "needs_review" in open_form(log_in(factories.make_user(Role.ADMINISTRATOR)), form_of(plan))


def test_the_history_tells_who_wrote_it(plan: ActionPlan, author: User, reader: User) -> None:
    activity = factories.make_activity(plan=plan)
    press_publish(log_in(reader), ask_reader(author, reader, activity, title_sv="Ny rubrik"))

    assert "Eva Lund" in words_of(log_in(reader).get(find_page("history", activity.pk)))


def test_of_two_readers_the_second_finds_what_the_first_has_done(plan: ActionPlan, author: User, reader: User) -> None:
    draft = ask_reader(author, reader, factories.make_activity(plan=plan), title_sv="Ny rubrik")
    review = Review.objects.get()
    press_publish(log_in(reader), draft)

    for act in (
        lambda: approve_draft(review, reader, draft.number),
        lambda: return_draft(review, reader, "Nej."),
        lambda: comment_on_draft(review, reader, "Hej.", ""),
    ):
        with pytest.raises(NotSavedError):
            act()
    assert not Comment.objects.exists()
