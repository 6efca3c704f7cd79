"""Sections of a form that fold: what their headings tell, and which are open."""

from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import html

from actionplans.models import Activity
from tests import factories
from tests.publishing.opened_forms import form_of, open_form, save_as, send

pytestmark = pytest.mark.django_db

NEW = "/admin/actionplans/activity/add/"
TIME, ADDRESS, LOG = "Tid och pengar", "Adress och publicering", "Ändringslogg"
MILESTONES, GOALS, ROLES = "Milstolpar", "Bidrag till mål", "Organisationernas roller"


class Section(NamedTuple):
    """A section of a page: what stands beside its name, and whether its fields are seen at once."""

    beside: str
    is_open: bool


@pytest.fixture
def activity() -> Activity:
    activity = factories.make_activity(responsible=factories.make_organisation(name_sv="Region Väst"))
    factories.make_milestone(activity, title_sv="Förstudie", due_on="2026-09-01")
    return activity


def read_sections(response: Any) -> dict[str, Section]:
    """Return the sections of a form's page by name."""
    found = {}
    for heading in html.fromstring(response.content.decode()).xpath(
        "//form[contains(@id, '_form')]//h2[contains(@class, '-heading')]"
    ):
        beside = " ".join(part.text_content() for part in heading.xpath("span"))
        found[heading.text.strip()] = Section(beside, not heading.xpath("parent::summary/parent::details[not(@open)]"))
    return found


def test_headings_tell_how_much_is_in_folded_sections(editor: Client, activity: Activity) -> None:
    Activity.objects.update(publication="draft", publish_from=None, starts_on="2026-01-01", planned_amount=0)

    sections = read_sections(editor.get(form_of(activity)))

    assert sections == {
        TIME: Section("2 av 4 ifyllda", False),
        ADDRESS: Section("1 av 3 ifyllda", False),
        LOG: Section("0 av 3 ifyllda", False),
        MILESTONES: Section("(1)", False),
        GOALS: Section("(0)", False),
        ROLES: Section("(1)", False),
    }


def test_change_note_is_open_where_each_save_needs_it(editor: Client, activity: Activity) -> None:
    assert read_sections(editor.get(form_of(activity)))[LOG] == Section("", True)


def test_section_with_faults_is_open_and_counts_them(editor: Client, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))

    refused = send(editor, form_of(activity), form, starts_on="x", ends_on="y", **{"milestones-0-title_sv": ""})

    sections = read_sections(refused)
    assert sections[TIME].is_open
    assert sections[TIME].beside.endswith("ifyllda 2 fel")
    assert sections[MILESTONES] == Section("(1) 1 fel", True)
    assert not sections[ADDRESS].is_open
    assert not sections[ROLES].is_open


def test_fault_of_rows_together_opens_their_section_and_is_linked_to_it(editor: Client, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))
    other = str(factories.make_organisation(name_sv="Höga Kusten").pk)

    refused = send(
        editor,
        form_of(activity),
        form,
        **{"involvements-1-organisation": other, "involvements-1-role": form["involvements-0-role"]},
    )

    assert read_sections(refused)[ROLES] == Section("(2) 1 fel", True)
    ((label, _words, target),) = refused.context["error_links"]
    assert label == ROLES
    assert f'id="{target}"' in refused.content.decode()


def test_fault_of_no_field_opens_every_fieldset(editor: Client, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))

    refused = send(editor, form_of(activity), form, starts_on="2027-01-01", ends_on="2026-01-01")

    sections = read_sections(refused)
    assert [target for _label, _words, target in refused.context["error_links"]] == [""]
    assert sections[TIME].is_open
    assert sections[ADDRESS].is_open
    assert not sections[MILESTONES].is_open


def test_links_of_the_error_summary_lead_to_open_sections(editor: Client, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))

    refused = send(editor, form_of(activity), form, slug="Å", ends_on="x", **{"milestones-0-due_on": "x"})

    page = html.fromstring(refused.content.decode())
    targets = [link.get("href")[1:] for link in page.xpath("//*[contains(@class, 'errornote')]//a")]
    assert sorted(targets) == ["id_ends_on", "id_milestones-0-due_on", "id_slug"]
    assert [target for target in targets if page.xpath(f"//*[@id='{target}']/ancestor::details")] == []


def test_what_another_has_changed_is_not_folded(editor: Client, peter: User, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))
    save_as(peter, activity, planned_amount=5)
    activity.milestones.update(title_sv="Peters milstolpe")

    stopped = send(editor, form_of(activity), form, title_sv="Min rubrik")

    sections = read_sections(stopped)
    assert [name for name, section in sections.items() if section.is_open] == [TIME, LOG, MILESTONES]
    assert "fel" not in " ".join(section.beside for section in sections.values())


def test_new_thing_opens_what_must_be_filled_in_but_not_what_a_script_fills_in(editor: Client) -> None:
    plan = read_sections(editor.get("/admin/actionplans/actionplan/add/"))

    assert plan["Period och beslut"].is_open
    assert not plan[ADDRESS].is_open
    assert not any(section.is_open for section in read_sections(editor.get("/admin/news/newsitem/add/")).values())


def test_begun_rows_of_a_draft_are_counted_and_nothing_in_folded_sections_is_lost(
    editor: Client, activity: Activity
) -> None:
    form = open_form(editor, form_of(activity))
    rows = {"milestones-TOTAL_FORMS": "2", "milestones-1-title_sv": "Byggstart", "milestones-1-due_on": "2027-03-01"}
    editor.post(form_of(activity), form | rows | {"planned_amount": "750", "_keep": "1"})

    opened = editor.get(form_of(activity))
    assert read_sections(opened)[MILESTONES] == Section("(2)", False)
    saved = send(editor, form_of(activity), open_form(editor, form_of(activity)))

    assert saved.status_code == 302
    assert [row.title_sv for row in activity.milestones.order_by("due_on")] == ["Förstudie", "Byggstart"]
    assert Activity.objects.get().planned_amount == 750
