"""The preview of a draft: what publishing would show, to whoever has the link, and nothing is changed."""

import re
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from news.models import NewsItem
from publishing.drafts.admin import PREVIEW
from publishing.drafts.preview import LINK_WORKS, has_page
from publishing.fingerprints import fingerprint_fields
from publishing.generation import get_generation
from publishing.models import ChangeNote, Draft
from tests import factories
from tests.publishing.kinds import KINDS
from tests.publishing.opened_forms import form_of, open_form, words_of

pytestmark = pytest.mark.django_db
WITH_PAGE = ("strategy", "goal", "priority", "plan", "activity", "news", "staff", "document", "indicator", "programme",
             "call")  # fmt: skip
NAMES = {"staff": "name", "programme": "name_sv"}


def ask_preview(client: Client, thing: models.Model | type[models.Model], **typed: Any) -> str:
    """Type into a form and ask for the preview. Return its address."""
    address = form_of(thing) if isinstance(thing, models.Model) else reverse("admin:news_newsitem_add")
    response = client.post(address, open_form(client, address) | {PREVIEW: "1"} | typed)
    assert response.status_code == 302
    return response["Location"]


def read_facts(thing: models.Model) -> tuple[Any, ...]:
    stored = type(thing)._base_manager.get(pk=thing.pk)
    counts = [model.objects.count() for model in (LogEntry, ChangeNote, NewsItem)]
    return fingerprint_fields(stored), stored.updated_at, *counts, get_generation()  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", WITH_PAGE)
@pytest.mark.parametrize("publication", ["published", "draft"])
def test_whoever_has_the_link_sees_the_page_as_it_was_typed(editor: Client, kind: str, publication: str) -> None:
    thing = KINDS[kind][0]()
    type(thing)._base_manager.filter(pk=thing.pk).update(publication=publication)
    before = read_facts(thing)

    link = ask_preview(editor, thing, **{NAMES.get(kind, "title_sv"): "Skrivet i utkastet"})
    frame, page = Client().get(link), Client().get(f"{link}sida/")

    assert (frame.status_code, page.status_code) == (200, 200)
    assert "Förhandsvisning: Skrivet i utkastet" in words_of(frame)
    assert "Skrivet i utkastet" in words_of(page)
    assert "Utkastet kan inte visas än" not in words_of(page)
    assert read_facts(thing) == before


def test_every_kind_with_a_page_is_tried_above() -> None:
    with_page = {kind for kind, (make, *_) in KINDS.items() if has_page(type(make()))}

    assert with_page - {*WITH_PAGE} == {"follow-up"}  # its page shows what was frozen when it was published


def test_both_languages_rows_and_choices_are_shown(editor: Client) -> None:
    activity = factories.make_activity()
    typed = {
        "title_en": "Written in English",
        "milestones-TOTAL_FORMS": "1",
        "milestones-0-title_sv": "En ny milstolpe",
        "milestones-0-title_en": "A new milestone",
        "milestones-0-due_on": "2027-01-31",
    }

    link = ask_preview(editor, activity, **typed)
    english = link.replace("/forhandsvisning/", "/en/preview/")

    assert "En ny milstolpe" in words_of(Client().get(f"{link}sida/"))
    words = words_of(Client().get(f"{english}page/"))
    assert "Written in English" in words
    assert "A new milestone" in words
    assert not activity.milestones.exists()


def test_a_thing_that_is_not_stored_yet_is_shown(editor: Client) -> None:
    typed = {"title_sv": "Ny", "slug": "ny", "ingress_sv": "Ingress.", "body_sv": "<p>Brödtext.</p>"}

    link = ask_preview(editor, NewsItem, **typed)

    assert "Brödtext." in words_of(Client().get(f"{link}sida/"))
    assert not NewsItem.objects.exists()


def test_what_is_wrong_is_told_instead(editor: Client) -> None:
    link = ask_preview(editor, factories.make_news(), title_sv="")

    words = words_of(Client().get(f"{link}sida/"))

    assert "Utkastet kan inte visas än" in words
    assert "på svenska: Detta fält måste fyllas i." in words


def test_what_others_have_saved_meanwhile_is_told_instead(editor: Client, peter: User) -> None:
    item = factories.make_news()
    link = ask_preview(editor, item, title_sv="Min")
    NewsItem.objects.filter(pk=item.pk).update(title_sv="Peters")

    assert "Någon annan har sparat sedan dess." in words_of(Client().get(f"{link}sida/"))


def test_the_link_shows_the_latest_text_and_ends(editor: Client) -> None:
    link = ask_preview(editor, factories.make_news(), title_sv="Först")
    draft = Draft.objects.get()
    draft.posted["title_sv"] = ["Sedan"]
    draft.save()

    assert "Sedan" in words_of(Client().get(f"{link}sida/"))
    with time_machine.travel(timezone.now() + LINK_WORKS * 0.99, tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel(timezone.now() + LINK_WORKS * 1.01, tick=False):
        assert {Client().get(address).status_code for address in (link, f"{link}sida/")} == {404}


@pytest.mark.parametrize("change", ["another", "pk", "until", "letters"])
def test_a_link_that_was_made_up_leads_nowhere(editor: Client, change: str) -> None:
    link = ask_preview(editor, factories.make_news())
    made_up = {
        "another": re.sub(".~", "x~", link),
        "pk": re.sub(r"g/\d+\.", "g/999.", link),
        "until": re.sub(r"\.(\d+)~", r".9\1~", link),
        "letters": "/forhandsvisning/a.b~c/",
    }[change]

    assert made_up != link
    assert Client().get(made_up).status_code == 404


@pytest.mark.parametrize("what", ["left", "lost the right", "discarded"])
def test_who_may_not_change_it_any_more_shows_it_to_nobody(editor: Client, what: str) -> None:
    item = factories.make_news(title_sv="Rubrik")
    link = ask_preview(editor, item, title_sv="Hemligt än så länge")
    if what == "discarded":
        Draft.objects.update(discarded_at=timezone.now())
    else:
        User.objects.update(is_active=what != "left", is_superuser=False)

    page = Client().get(f"{link}sida/")

    assert "Hemligt än så länge" not in words_of(page)
    assert page.status_code == (404 if what == "discarded" else 200)


def test_the_page_may_be_framed_by_the_preview_alone_and_is_kept_by_nobody(editor: Client) -> None:
    link = ask_preview(editor, factories.make_news())

    frame, page = Client().get(link), Client().get(f"{link}sida/")

    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert "frame-src 'self'" in frame["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in frame["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    for answer in (frame, page):
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert not answer.cookies
    assert html.fromstring(frame.content.decode()).xpath("//iframe/@src")[0] == f"{link}sida/"
