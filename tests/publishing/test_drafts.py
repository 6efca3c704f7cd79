"""Drafts: what is typed is kept beside what is stored, shown again as it was, and changes nothing until it is saved."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from accounts.roles import Role
from actionplans.models import Activity
from indicators.models import OutcomeOverride
from news.models import NewsItem
from publishing.drafts.admin import DISCARDED, KEEP, DraftsAdmin
from publishing.drafts.removal import remove_discarded_drafts
from publishing.drafts.storage import OPENED, WINDOW
from publishing.fingerprints import Fingerprint, fingerprint_fields
from publishing.form_snapshots import SNAPSHOT
from publishing.models import Draft
from tests import factories
from tests.publishing.kinds import KINDS
from tests.publishing.opened_forms import Form, form_of, open_form, read_form, save_as, send, words_of

pytestmark = pytest.mark.django_db
WITH_DRAFTS = [kind for kind in KINDS if kind not in ("synonyms", "user", "retention plan")]
OF_THE_PAGE = (OPENED, WINDOW, SNAPSHOT, "csrfmiddlewaretoken")


def leave_out_hidden(form: Form) -> Form:
    """Return what people see of a form."""
    return {name: values for name, values in form.items() if name not in OF_THE_PAGE}


def type_everywhere(form: Form) -> Form:
    """Return a form with something else in each text in two languages, valid or not, and each tick changed."""
    return {
        name: [f"{values[0]} nytt <p>"] if re.search("_(sv|en)$", name) and "__prefix__" not in name else values
        for name, values in form.items()
    }


def keep_typed(client: Client, address: str, form: Form, **changed: Any) -> dict[str, str]:
    """Keep a form as its page's script does while somebody writes. Return what the server says."""
    response = client.post(f"{address}draft/", form | changed)
    assert response.status_code == 200, response
    return json.loads(response.content)


def read_stored(thing: models.Model) -> Fingerprint:
    return fingerprint_fields(type(thing)._base_manager.get(pk=thing.pk))


@pytest.mark.parametrize("kind", WITH_DRAFTS)
def test_a_draft_changes_nothing_and_is_shown_again_as_it_was_typed(editor: Client, kind: str) -> None:
    thing = KINDS[kind][0]()
    form = type_everywhere(open_form(editor, form_of(thing)))
    before = read_stored(thing)

    response = editor.post(form_of(thing), form | {KEEP: "1"}, follow=True)

    shown = read_form(response.content)
    assert read_stored(thing) == before
    assert leave_out_hidden(shown) == leave_out_hidden(form)
    assert leave_out_hidden(open_form(editor, form_of(thing))) == leave_out_hidden(form)
    assert leave_out_hidden(open_form(editor, f"{form_of(thing)}?draft=0")) != leave_out_hidden(form)
    assert "Utkastet är sparat. Allmänheten kan inte se det." in words_of(response)


def test_every_kind_of_text_has_drafts_and_is_tried_above() -> None:
    tried = {type(KINDS[kind][0]()) for kind in WITH_DRAFTS}
    only_added = {OutcomeOverride}

    assert tried | only_added == {model for model, own in admin.site._registry.items() if isinstance(own, DraftsAdmin)}


@pytest.mark.parametrize("kind", WITH_DRAFTS)
def test_what_was_typed_is_what_is_saved_from_the_draft(editor: Client, kind: str) -> None:
    thing = KINDS[kind][0]()
    form = open_form(editor, form_of(thing))
    texts = [name for name in form if re.fullmatch(r"[a-z_]+_(sv|en)", name) and not name.startswith("log_")]
    keep_typed(editor, form_of(thing), form, **{name: f"<p>{form[name][0]} nytt</p>" for name in texts})

    response = send(editor, form_of(thing), open_form(editor, form_of(thing)))

    assert response.status_code == 302, response.context["error_links"]
    thing.refresh_from_db()
    assert texts
    assert [name for name in texts if " nytt" not in getattr(thing, name)] == []
    assert not Draft.objects.exists()


def test_saving_the_form_of_a_draft_saves_it_and_leaves_no_draft(editor: Client) -> None:
    activity = factories.make_activity()
    form = open_form(editor, form_of(activity))
    keep_typed(editor, form_of(activity), form, title_sv="Ny rubrik")

    response = send(editor, form_of(activity), open_form(editor, form_of(activity)))

    activity.refresh_from_db()
    assert (response.status_code, activity.title_sv) == (302, "Ny rubrik")
    assert not Draft.objects.exists()


def test_rows_of_a_draft_are_shown_added_changed_and_ticked_for_deletion(editor: Client) -> None:
    activity = factories.make_activity()
    for title in ("Ett", "Två"):
        factories.make_milestone(activity, title_sv=title)
    form = open_form(editor, form_of(activity))
    form |= {
        "milestones-TOTAL_FORMS": ["3"],
        "milestones-0-title_sv": ["Ändrat"],
        "milestones-1-DELETE": ["on"],
        "milestones-2-id": [""],
        "milestones-2-title_sv": ["Nytt"],
        "milestones-2-due_on": ["2027-01-31"],
    }

    keep_typed(editor, form_of(activity), form)

    shown = open_form(editor, form_of(activity))
    assert [shown[f"milestones-{at}-title_sv"] for at in range(3)] == [["Ändrat"], ["Två"], ["Nytt"]]
    assert shown["milestones-1-DELETE"] == ["on"]
    assert send(editor, form_of(activity), shown).status_code == 302
    assert set(activity.milestones.values_list("title_sv", flat=True)) == {"Ändrat", "Nytt"}


def test_what_others_saved_meanwhile_is_merged_into_the_draft_when_it_is_opened(editor: Client, peter: User) -> None:
    activity = factories.make_activity(title_sv="Rubrik", summary_sv="Text")
    gone = factories.make_milestone(activity, title_sv="Borta")
    factories.make_milestone(activity, title_sv="Kvar")
    keep_typed(editor, form_of(activity), open_form(editor, form_of(activity)), title_sv="Min rubrik")
    save_as(peter, activity, summary_sv="Peters text")
    gone.delete()

    page = editor.get(form_of(activity))

    shown = read_form(page.content)
    assert (shown["title_sv"], shown["summary_sv"]) == (["Min rubrik"], ["Peters text"])
    assert "Peter Berg" in words_of(page)
    assert send(editor, form_of(activity), shown).status_code == 302
    assert Activity.objects.get().summary_sv == "Peters text"
    assert [stone.title_sv for stone in activity.milestones.all()] == ["Kvar"]


def test_one_window_keeps_writing_in_its_draft_and_another_gets_its_own(editor: Client) -> None:
    item = factories.make_news()
    first, second = open_form(editor, form_of(item)), open_form(editor, form_of(item))
    begun = keep_typed(editor, form_of(item), first | {WINDOW: ["a"]}, title_sv="Ett")
    second |= {OPENED: [begun[OPENED]], WINDOW: ["b"]}
    told = keep_typed(editor, form_of(item), second, title_sv="Två")

    lost = keep_typed(editor, form_of(item), first | {WINDOW: ["a"], OPENED: [begun[OPENED]]}, title_sv="Tre")

    assert told[OPENED].partition(".")[0] == begun[OPENED].partition(".")[0]
    assert sorted(Draft.objects.values_list("title", flat=True)) == ["Tre", "Två"]
    assert keep_typed(editor, form_of(item), second, title_sv="Två")[OPENED] == told[OPENED]
    again = keep_typed(editor, form_of(item), first | {WINDOW: ["a"], OPENED: [lost[OPENED]]}, title_sv="Fyra")
    assert again[OPENED].partition(".")[0] == lost[OPENED].partition(".")[0]


def test_a_colleague_sees_the_draft_and_continues_in_a_copy(editor: Client, peter: User) -> None:
    item = factories.make_news()
    mine = Draft.objects.get(pk=keep_typed(editor, form_of(item), open_form(editor, form_of(item)), title_sv="Min")[
        OPENED
    ].partition(".")[0])  # fmt: skip
    other = Client()
    other.force_login(peter)

    page = other.get(form_of(item))
    opened = open_form(other, f"{form_of(item)}?draft={mine.pk}")
    keep_typed(other, form_of(item), opened, title_sv="Peters")

    assert "Min" in words_of(page)
    assert opened["title_sv"] == ["Min"]
    assert {(draft.title, draft.is_by(peter)) for draft in Draft.objects.all()} == {("Min", False), ("Peters", True)}
    assert other.post(f"{reverse('admin:news_newsitem_changelist')}draft/{mine.pk}/discard/").status_code == 404


def test_a_new_thing_has_a_draft_before_it_is_stored(editor: Client) -> None:
    address = reverse("admin:news_newsitem_add")
    form = open_form(editor, address)

    told = keep_typed(editor, address, form, title_sv="Påbörjad")
    shown = open_form(editor, told["address"])

    assert not NewsItem.objects.exists()
    assert shown["title_sv"] == ["Påbörjad"]
    assert "Påbörjad" in words_of(editor.get(address))
    saved = send(editor, address, shown, slug="pabörjad", ingress_sv="Ingress.", body_sv="<p>Text</p>")
    assert saved.status_code == 200
    saved = send(editor, address, read_form(saved.content), slug="paborjad")
    assert (saved.status_code, NewsItem.objects.get().title_sv) == (302, "Påbörjad")
    assert not Draft.objects.exists()


def test_what_could_not_be_saved_is_kept(editor: Client) -> None:
    item = factories.make_news()

    stopped = send(editor, form_of(item), open_form(editor, form_of(item)), title_sv="", ingress_sv="Min ingress")

    assert stopped.status_code == 200
    assert open_form(editor, form_of(item))["ingress_sv"] == ["Min ingress"]


def test_the_draft_of_what_was_deleted_becomes_one_of_a_new_thing(editor: Client) -> None:
    item = factories.make_news()
    pk = keep_typed(editor, form_of(item), open_form(editor, form_of(item)), title_sv="Räddad")[OPENED].partition(".")[
        0
    ]
    item.delete()

    page = editor.get(reverse("admin:news_newsitem_draft", args=[pk]), follow=True)

    assert page.redirect_chain[0][0].startswith(reverse("admin:news_newsitem_add"))
    assert read_form(page.content)["title_sv"] == ["Räddad"]


def test_a_draft_is_discarded_and_brought_back(editor: Client) -> None:
    item = factories.make_news(title_sv="Rubrik")
    pk = keep_typed(editor, form_of(item), open_form(editor, form_of(item)), title_sv="Min")[OPENED].partition(".")[0]

    page = editor.post(reverse("admin:news_newsitem_discard_draft", args=[pk]), follow=True)
    assert f"{DISCARDED}={pk}" in page.redirect_chain[0][0]
    assert read_form(page.content)["title_sv"] == ["Rubrik"]
    assert "Utkastet ”Min” är kastat." in words_of(page)
    page = editor.post(reverse("admin:news_newsitem_restore_draft", args=[pk]), follow=True)

    assert read_form(page.content)["title_sv"] == ["Min"]


def test_fields_that_the_form_has_got_or_lost_since_lose_nothing(editor: Client) -> None:
    item = factories.make_news(ingress_sv="Ingress")
    keep_typed(editor, form_of(item), open_form(editor, form_of(item)), title_sv="Min")
    draft = Draft.objects.get()
    draft.posted = {name: values for name, values in draft.posted.items() if name != "ingress_sv"} | {
        "former_name": ["Skrivet i ett fält som är borta"]
    }
    draft.save()

    page = editor.get(form_of(item))

    assert read_form(page.content)["ingress_sv"] == ["Ingress"]
    assert "Skrivet i ett fält som är borta" in words_of(page)


@pytest.mark.parametrize("which", ["x", "9" * 30, "-1", "1", "²"])
def test_a_draft_that_is_not_there_is_not_found(editor: Client, which: str) -> None:
    item = factories.make_news()

    assert editor.get(form_of(item), {"draft": which}).status_code == 404
    assert editor.get(reverse("admin:news_newsitem_add"), {"draft": which}).status_code == 404


@pytest.mark.parametrize("opened", ["", "x", "1", "1.1", "1.1.1", f"{'9' * 18}.1", "٣.١"])
def test_a_hidden_field_of_another_makes_a_draft_of_its_own(editor: Client, peter: User, opened: str) -> None:
    item = factories.make_news()

    told = keep_typed(editor, form_of(item), open_form(editor, form_of(item)) | {OPENED: [opened]}, title_sv="Min")

    assert Draft.objects.get(pk=told[OPENED].partition(".")[0]).title == "Min"


def test_nobody_keeps_or_reads_drafts_of_what_they_may_not_change(editor: Client) -> None:
    activity = factories.make_activity()
    told = keep_typed(editor, form_of(activity), open_form(editor, form_of(activity)), title_sv="Hemlig")
    reader = Client()
    reader.force_login(factories.make_user(Role.COORDINATOR))

    answers = [
        reader.post(f"{form_of(activity)}draft/", {"title_sv": "x"}).status_code,
        reader.get(told["address"]).status_code,
        reader.get(reverse("admin:actionplans_activity_draft", args=[Draft.objects.get().pk])).status_code,
        Client().post(f"{form_of(activity)}draft/", {"title_sv": "x"}).status_code,
    ]

    assert all(status in (302, 403, 404, 410) for status in answers), answers
    assert Draft.objects.count() == 1
    assert Activity.objects.get().title_sv != "x"


def test_keeping_and_discarding_change_nothing_by_get(editor: Client) -> None:
    item = factories.make_news()
    pk = keep_typed(editor, form_of(item), open_form(editor, form_of(item)), title_sv="Min")[OPENED].partition(".")[0]

    statuses = [
        editor.get(f"{form_of(item)}draft/").status_code,
        editor.get(reverse("admin:news_newsitem_discard_draft", args=[pk])).status_code,
        editor.get(reverse("admin:news_newsitem_restore_draft", args=[pk])).status_code,
    ]

    assert statuses == [405, 405, 405]


def test_the_first_page_leads_to_ones_own_drafts(editor: Client, peter: User) -> None:
    item = factories.make_news()
    told = keep_typed(editor, form_of(item), open_form(editor, form_of(item)), title_sv="Min rubrik")
    other = Client()
    other.force_login(peter)

    page = editor.get("/admin/")

    assert reverse("admin:news_newsitem_draft", args=[told[OPENED].partition(".")[0]]) in page.content.decode()
    assert "Min rubrik" in words_of(page)
    assert "Min rubrik" not in words_of(other.get("/admin/"))


def test_discarded_drafts_are_removed_after_ninety_days(editor: Client) -> None:
    item = factories.make_news()
    for age in (None, timedelta(days=89), timedelta(days=91)):
        keep_typed(editor, form_of(item), open_form(editor, f"{form_of(item)}?draft=0"), title_sv=str(age))
        Draft.objects.filter(title=str(age)).update(discarded_at=age and timezone.now() - age)

    assert (remove_discarded_drafts(), Draft.objects.count()) == (1, 2)


def test_lists_mark_what_has_a_draft(editor: Client) -> None:
    with_draft, without = factories.make_news(title_sv="Med"), factories.make_news(title_sv="Utan")
    keep_typed(editor, form_of(with_draft), open_form(editor, form_of(with_draft)), title_sv="Min")

    rows = html.fromstring(editor.get(reverse("admin:news_newsitem_changelist")).content.decode()).xpath("//tbody/tr")

    marks = {row.xpath("string(th)"): row.xpath(".//span[@data-status='draft']/text()") for row in rows}
    assert marks == {with_draft.title_sv: ["utkast"], without.title_sv: []}
