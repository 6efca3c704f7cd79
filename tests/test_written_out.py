"""Whatever text stands in the database, what is written out of it can be read: feeds, lists, calendars, files.

Rows may come from before the door (`language.middleware`), or from a statement of SQL: every writer is safe by itself.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from icalendar import Calendar
from lxml import etree
from openpyxl import load_workbook

from accounts.roles import Role
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.exporter import export_plans
from indicators.models import Indicator
from indicators.services import refresh_derived_fields
from news.models import NewsItem
from publishing.changes import note_change
from publishing.drafts.admin import PREVIEW
from registry.models import Case
from registry.services.delivery import deliver_cases
from tests import factories
from tests.hostile_text import CONTROLS, DIRECTIONS, MARKUP, NONCHARACTERS
from tests.publishing.opened_forms import form_of, open_form

pytestmark = pytest.mark.django_db

HOSTILE = "".join((*CONTROLS, *NONCHARACTERS[-4:], *DIRECTIONS, "\ufffe\uffff\u2028\ufeff\u200b", MARKUP))
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
APPS = ("publishing", "contacts", "documents", "news", "strategy", "indicators", "actionplans", "funding", "followup")
NO_TEXT = re.compile("slug|code|kpi|table|scb_code|uid|language|checksum|media_type|file|(chart|sketch)_.*|lang|digest")
"""Columns of type text whose values are never a person's."""
PRIVATE = ("contacts:receipt", "csp-report", "metrics", "readyz")


def poison() -> None:
    """Hostile text in every text of the content, past every form."""
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models()):
        fields: dict[str, str] = {}
        for number, field in enumerate(model._meta.concrete_fields):
            is_text = type(field).__mro__[1] in (models.CharField, models.TextField) or type(field) in (
                models.CharField,
                models.TextField,
            )
            if is_text and not field.choices and not field.unique and not NO_TEXT.fullmatch(field.name):
                turned = HOSTILE[number * 7 % 60 :] + HOSTILE
                fields[field.name] = turned[: field.max_length or None]
        if fields:
            model._base_manager.update(**fields)


@pytest.fixture
def arguments() -> dict[str, list[dict[str, Any]]]:
    """One of everything, its texts hostile; and what the addresses that need something are asked with."""
    goal = factories.make_goal(slug="mal")
    organisation, staff = factories.make_organisation(slug="kommunen"), factories.make_staff(slug="frida")
    plan = factories.make_plan(slug="plan", strategy=goal.strategy)
    activity = factories.make_activity(
        plan, slug="insats", goal=goal, responsible=organisation, contact=staff, planned_amount=1, merged_into=None
    )
    factories.make_update(activity)
    factories.make_milestone(activity)
    indicator = factories.make_indicator({2020: 50, 2021: 60}, {2030: 70}, slug="matt", goals=[goal])
    call = factories.make_call(factories.make_programme(slug="program"), opens_on=timezone.localdate())
    document, news = factories.make_document(slug="dokument"), factories.make_news(slug="nyhet")
    factories.make_guidance(call.programme, goal=goal)
    for thing in (activity, news, goal):
        note_change(thing, note_sv="Ändrat.", note_en="Changed.", by="Frida")
    followup = factories.make_followup(goal.strategy, slug="uppfoljning")
    case = factories.make_case(subject=HOSTILE, body=HOSTILE, name=HOSTILE[:200], email="anna@example.org")
    poison()
    for one in Indicator.objects.all():
        refresh_derived_fields(one)
    followup.refresh_from_db()
    factories.publish_followup(followup)
    numbered = {"series": "rus", "year": case.year, "number": case.number}
    return {
        "kind": [{"kind": kind} for kind in ("csv", "xlsx", "json")],
        "goal,slug": [{"slug": "uppfoljning", "goal": "mal"}],
        "number,series,year": [numbered],
        "number,slug": [{"slug": document.slug, "number": 1}],
        "pk,slug": [{"slug": call.programme.slug, "pk": call.pk}],
        "plan,slug": [{"plan": plan.slug, "slug": activity.slug}],
        "contacts": [{"slug": staff.slug}],
        "documents": [{"slug": document.slug}],
        "followup": [{"slug": followup.slug}],
        "funding": [{"slug": call.programme.slug}],
        "indicators": [{"slug": indicator.slug}],
        "news": [{"slug": news.slug}],
        "strategy:detail": [{"slug": goal.strategy.slug}],
        "strategy:goal": [{"slug": goal.slug}],
        "actionplans:plan": [{"slug": plan.slug}],
        "actionplans:plan-feed": [{"slug": plan.slug}],
        "actionplans:goal-feed": [{"slug": goal.slug}],
        "actionplans:organisation": [{"slug": organisation.slug}],
        "actionplans:organisation-feed": [{"slug": organisation.slug}],
        "token": [{"token": preview_token(news)}],
    }


def preview_token(news: NewsItem) -> str:
    """Ask for a preview of hostile news. Return what its link ends with."""
    editor = Client()
    editor.force_login(factories.make_user(is_staff=True, is_superuser=True))
    link: str = editor.post(form_of(news), open_form(editor, form_of(news)) | {PREVIEW: "1"})["Location"]
    return link.rstrip("/").rpartition("/")[2]


def public_patterns(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, set[str]]]:
    """The name of every public address, and what it is made with."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver) and str(pattern.pattern) != "admin/":
            inner = ":".join(filter(None, (namespace, pattern.namespace or "")))
            yield from public_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            name = ":".join(filter(None, (namespace, pattern.name)))
            if not name.startswith(PRIVATE):
                yield name, set(pattern.pattern.converters)


def addresses(arguments: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for name, needed in public_patterns():
        key = ",".join(sorted(needed))
        given = arguments.get(name) or arguments.get(key) or arguments.get(name.partition(":")[0]) if needed else [{}]
        assert given, f"Say with what {name} is asked."
        yield from (reverse(name, kwargs=kwargs) for kwargs in given)


def read_calendar(content: bytes) -> None:
    """RFC 5545, 3.1: no control characters; lines end with CRLF."""
    assert not UNREADABLE.search(content.decode())
    assert re.search(rb"(?<!\r)\n", content) is None
    assert list(Calendar.from_ical(content).walk("VEVENT"))


def read_pdf(content: bytes) -> None:
    with pikepdf.open(io.BytesIO(content)) as made, made.open_metadata() as facts:
        assert facts["pdfuaid:part"] == "1"


def read_xml(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(recover=False, resolve_entities=False))


def read_workbook(content: bytes) -> None:
    cells = [str(cell.value or "") for row in load_workbook(io.BytesIO(content)).worksheets[0] for cell in row]
    assert not UNREADABLE.search("".join(cells))


READERS: dict[str, Callable[[bytes], Any]] = {
    "application/atom+xml": read_xml,
    "application/xml": read_xml,
    "application/opensearchdescription+xml": read_xml,
    "application/json": json.loads,
    "text/calendar": read_calendar,
    "text/csv": lambda content: [*csv.reader(io.StringIO(content.decode(), newline=""), strict=True)],
    "text/plain": lambda content: content.decode(),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": read_workbook,
    "application/pdf": lambda content: pikepdf.open(io.BytesIO(content)).close(),
    "text/html": lambda content: content.decode(),
}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_everything_that_is_public_can_be_read_whatever_its_texts_hold(
    client: Client, arguments: dict[str, list[dict[str, Any]]], language: str
) -> None:
    from django.utils import translation

    kinds: set[str] = set()
    with translation.override(language):
        asked = [*addresses(arguments)]
    for url in asked:
        answer = client.get(url, follow=True)
        kind = answer["Content-Type"].partition(";")[0]
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert answer.status_code == 200, url
        READERS[kind](content)
        if kind.endswith("xml") or kind in ("text/csv", "text/calendar"):
            assert not UNREADABLE.search(content.decode()), url
        kinds.add(kind)

    assert kinds == set(READERS)


def test_feeds_still_say_what_the_texts_hold(client: Client, arguments: dict[str, list[dict[str, Any]]]) -> None:
    feed = read_xml(client.get("/nyheter/flode.xml").content)

    title = feed.findtext("{*}entry/{*}title")
    assert "]]>" in title
    assert "\N{REPLACEMENT CHARACTER}" in title


def test_plan_as_a_file_for_excel_can_be_read(arguments: dict[str, Any]) -> None:
    content = io.BytesIO()

    export_plans(Choices(None), content)

    assert len(load_workbook(content).worksheets) == 4


@pytest.mark.parametrize("url", ["/admin/registry/case/reports/?format=xlsx", "/admin/registry/case/daily.pdf"])
def test_papers_of_the_registry_can_be_read(log_in: Any, arguments: dict[str, Any], url: str) -> None:
    answer = log_in(Role.REGISTRAR).get(url)

    assert answer.status_code == 200
    READERS[answer["Content-Type"]](answer.content)


def test_case_sheet_can_be_read(log_in: Any, arguments: dict[str, Any]) -> None:
    answer = log_in(Role.REGISTRAR).get(reverse("admin:case_sheet_pdf", args=[Case.objects.get().pk]))

    read_pdf(answer.content)


def test_package_for_the_archive_is_xml_whatever_came_in(tmp_path: Path) -> None:
    archivist = factories.make_user(Role.ARCHIVIST, first_name="Åsa\x1d", last_name="\ufffe\x0b")
    case = factories.make_case(Case.Status.CLOSED, subject=HOSTILE, body=HOSTILE, name=HOSTILE[:200], addressee=HOSTILE)
    kind = factories.make_retention_plan(decision=HOSTILE[:80], decided_on=date(2020, 1, 1)).types.get()
    Case.objects.filter(pk=case.pk).update(document_type=kind)

    deliver_cases([case], tmp_path, archivist, lambda _line: None)

    documents = [*tmp_path.rglob("*.xml"), *tmp_path.rglob("*.xsd")]
    written = "".join(etree.tostring(etree.parse(path), encoding="unicode") for path in documents)
    assert len(documents) > 3
    assert not UNREADABLE.search(written)
    assert "\N{REPLACEMENT CHARACTER}" in written


WRITERS = re.compile(
    r"\b(?:openpyxl import Workbook|csv\.writer\(|ET\.SubElement\(|etree\.SubElement\("
    r"|Calendar\(\)|Atom1Feed\b|SimplerXMLGenerator\b)"
)
OUR_OWN = {"rus_portal/demo/files.py"}
"""Writers of texts that stand in the code."""


def test_every_module_that_writes_such_a_format_makes_its_texts_writable() -> None:
    from tests.test_architecture import RANK, list_modules

    writers = {path: path.read_text() for app in RANK for path in list_modules(app) if WRITERS.search(path.read_text())}
    names = {str(path.relative_to(settings.BASE_DIR)): text for path, text in writers.items()}

    assert len(names) > 6
    safe = {name for name, text in names.items() if "make_writable" in text or "escape_text" in text}
    assert set(names) - safe - OUR_OWN == set()
