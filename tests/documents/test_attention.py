"""Withdrawing and restoring a file; the changelist and the dashboard of documents with faults."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from accounts.roles import Role
from documents.models import Document, Fault, Page, Reading, Scan
from publishing.models import ChangeNote
from tests.documents.admin_forms import make_readable, said
from tests.documents.test_admin import DOCUMENTS
from tests.factories import make_document, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.COORDINATOR))
    return client


# Withdrawing ------------------------------------------------------------------------------------------


def test_version_is_withdrawn_with_a_reason_and_shown_again(client: Client) -> None:
    document = make_document(versions=2, inaccessible_reason_sv="Inskannad karta.")
    version = document.versions.get(number=2)
    Page.objects.create(version=version, number=1, text="Personnummer")
    url = reverse("admin:documents_version_withdraw", args=[version.pk])

    asked = client.get(url)
    empty = client.post(url, {"withdrawn_reason_sv": " ", "withdrawn_reason_en": "Kept"})
    done = client.post(url, {"withdrawn_reason_sv": "Filen innehöll personuppgifter.", "withdrawn_reason_en": ""})

    assert "version 1" in said(asked)
    assert (empty.status_code, "Kept" in empty.content.decode()) == (200, True)
    assert done["Location"] == f"{DOCUMENTS}{document.pk}/change/#version-2"
    version.refresh_from_db()
    assert (version.is_public, version.withdrawn_reason_sv) == (False, "Filen innehöll personuppgifter.")
    assert Document.objects.get().current_version.number == 1
    assert not Page.objects.exists()
    note = ChangeNote.objects.get().note_sv
    assert (note[:10], note[-31:]) == ("Version 2 ", "Filen innehöll personuppgifter.")

    client.post(reverse("admin:documents_version_restore", args=[version.pk]))

    version.refresh_from_db()
    assert (version.is_public, version.reading) == (True, Reading.PENDING)
    assert ChangeNote.objects.count() == 2


def test_only_a_post_by_someone_with_the_right_withdraws(client: Client) -> None:
    version = make_document().versions.get()
    url = reverse("admin:documents_version_withdraw", args=[version.pk])
    reason = {"withdrawn_reason_sv": "Skäl."}

    client.get(url, reason)
    client.force_login(make_user(Role.OFFICER))
    refused = client.post(url, reason)
    client.logout()
    asked = client.post(url, reason)

    assert (refused.status_code, asked.status_code) == (403, 302)
    version.refresh_from_db()
    assert version.withdrawn_at is None


def test_withdrawing_twice_or_showing_what_is_shown_says_so(client: Client) -> None:
    version = make_document().versions.get()
    withdraw = reverse("admin:documents_version_withdraw", args=[version.pk])
    restore = reverse("admin:documents_version_restore", args=[version.pk])

    assert client.post(restore).status_code == 302
    client.post(withdraw, {"withdrawn_reason_sv": "Första skälet."})
    assert "Första skälet." in said(client.get(restore))
    client.post(withdraw, {"withdrawn_reason_sv": "Andra skälet."})

    version.refresh_from_db()
    assert version.withdrawn_reason_sv == "Första skälet."


def test_editor_reads_what_the_public_gets_instead_of_an_infected_file(client: Client) -> None:
    document = make_document(versions=2)
    document.versions.filter(number=2).update(scan=Scan.INFECTED)
    document.versions.filter(number=1).update(created_at="2026-05-04T10:00Z")
    url = f"{DOCUMENTS}{document.pk}/change/"

    before = said(client.get(url))
    document.versions.filter(number=1).update(withdrawn_at="2026-05-04T10:00Z")

    assert "Tills dess får allmänheten version 1, från 2026-05-04" in before
    assert "Tills dess finns det ingen fil som allmänheten kan få." in said(client.get(url))


def test_infected_file_is_not_shown_again(client: Client) -> None:
    version = make_document().versions.get()
    client.post(
        reverse("admin:documents_version_withdraw", args=[version.pk]), {"withdrawn_reason_sv": "Virus i filen."}
    )
    version.document.versions.update(scan=Scan.INFECTED)
    restore = reverse("admin:documents_version_restore", args=[version.pk])

    refused = client.post(restore, follow=True)

    version.refresh_from_db()
    assert version.withdrawn_at is not None
    assert "Ett virus hittades i version 1: lägg till en felfri fil i stället." in said(refused)
    assert restore not in refused.content.decode()


# Lists and the desk -----------------------------------------------------------------------------------


def listed(client: Client, **asked: str) -> list[str]:
    return [document.slug for document in client.get(DOCUMENTS, asked).context["cl"].result_list]


def make_faulty(slug: str, *faults: Fault, **given: Any) -> Document:
    document = make_document(slug=slug, **given)
    document.versions.update(faults=list(faults))
    return document


def test_list_by_fault_begins_with_the_worst(client: Client) -> None:
    make_faulty("utan-titel", Fault.NO_TITLE)
    make_faulty("alla-latta", Fault.NO_TITLE, Fault.NO_BOOKMARKS, Fault.NO_LANGUAGE)
    make_faulty("skannad", Fault.NO_TEXT)
    make_faulty("felfri")

    assert listed(client, fault="any") == ["skannad", "alla-latta", "utan-titel"]
    assert listed(client, fault="no_text") == ["skannad"]
    assert len(listed(client, fault="nonsens")) == 4


def test_list_by_fault_looks_at_the_newest_file_that_is_not_withdrawn(client: Client) -> None:
    document = make_document(versions=2, slug="lagad")
    document.versions.filter(number=1).update(faults=[Fault.NO_TEXT])
    document.versions.filter(number=2).update(faults=[])
    before = listed(client, fault="any")

    document.versions.filter(number=2).update(withdrawn_at="2026-05-04T10:00Z")

    assert (before, listed(client, fault="any")) == ([], ["lagad"])


def test_list_by_fault_looks_past_an_infected_file(client: Client) -> None:
    document = make_document(versions=2, slug="lagad")
    document.versions.filter(number=1).update(faults=[])
    document.versions.filter(number=2).update(faults=[Fault.NO_TEXT], scan=Scan.INFECTED)

    assert (listed(client, fault="any"), listed(client, file="infected")) == ([], ["lagad"])


def test_list_is_narrowed_by_state_format_and_accessible_version(client: Client) -> None:
    waiting, infected, unread = make_document(slug="vantar"), make_document(slug="smittad"), make_document(slug="olast")
    waiting.versions.update(scan=Scan.PENDING)
    infected.versions.update(scan=Scan.INFECTED)
    unread.versions.update(reading=Reading.FAILED)
    make_document(versions=0, slug="utan", accessible_version=waiting)

    assert listed(client, file="waiting") == ["vantar"]
    assert listed(client, file="infected") == ["smittad"]
    assert listed(client, file="unreadable") == ["olast"]
    assert listed(client, file="none") == ["utan"]
    assert sorted(listed(client, format="pdf")) == ["olast", "smittad", "vantar"]
    assert listed(client, accessible="yes") == ["utan"]


def test_desk_counts_what_its_links_list(client: Client) -> None:
    make_faulty("skannad", Fault.NO_TEXT, Fault.NO_LANGUAGE)
    make_faulty("med-skal", Fault.UNTAGGED, inaccessible_reason_sv="Karta.")
    make_faulty("med-lasbar", Fault.UNTAGGED, accessible_version=make_readable(slug="lasbar"))
    make_faulty("med-olasbar", Fault.UNTAGGED, accessible_version=make_faulty("olasbar", Fault.NO_TEXT))
    make_faulty("utkast", Fault.NO_TEXT, publication="draft").versions.update(scan=Scan.INFECTED)

    page = html.fromstring(client.get("/admin/").content.decode())

    (desk,) = page.findall(".//section[@aria-labelledby='desk-documents']")
    figures = desk.findall(".//ul[@class='figures']//a")
    counted = {link.get("href").partition("?")[2]: int(link.find("strong").text) for link in figures}
    assert counted == {
        "file=infected": 1,
        "fault=unexplained&publication__exact=published": 3,
        "fault=no_text&publication__exact=published": 2,
        "fault=untagged&publication__exact=published": 3,
        "fault=no_language&publication__exact=published": 1,
    }
    for link in figures:
        rows = client.get(link.get("href")).context["cl"].result_count
        assert rows == int(link.find("strong").text)
    worst = [link.text for link in desk.findall(".//table[@class='worst']//a")]
    assert worst[:2] == [Document.objects.get(slug=slug).title for slug in ("skannad", "olasbar")]


def test_form_asks_as_often_with_many_versions_and_documents(client: Client) -> None:
    small, large = make_document(), make_document(versions=4)
    url = f"{DOCUMENTS}{{}}/change/"
    client.get(url.format(small.pk))

    with CaptureQueriesContext(connection) as few:
        client.get(url.format(small.pk))
    for _n in range(5):
        make_document(versions=0)
    with CaptureQueriesContext(connection) as many:
        client.get(url.format(large.pk))

    assert len(many) == len(few) == 11
