"""A document's files in the admin: added, numbered, read, never changed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from documents.models import Document, DocumentVersion, MediaType
from tests.factories import MINOR, make_document, make_pdf_file, make_readable_pdf_file, make_user

pytestmark = pytest.mark.django_db

DOCUMENTS = "/admin/documents/document/"


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.COORDINATOR))
    return client


def document_data(file: bytes | None = None, **given: Any) -> dict[str, Any]:
    data = {
        "title_sv": "Dokumentet",
        "slug": "dokumentet",
        "summary_sv": "Sammanfattning.",
        "kind": "action_plan",
        "language": "sv",
        "versions-TOTAL_FORMS": 1,
        "versions-INITIAL_FORMS": 0,
        **MINOR,
    }
    if file is not None:
        data["versions-0-file"] = SimpleUploadedFile("plan.pdf", file, content_type="application/pdf")
        data["versions-0-change_note_sv"] = "Första versionen."
    return data | given


def test_document_is_added_with_its_first_version(client: Client) -> None:
    response = client.post(f"{DOCUMENTS}add/", document_data(make_pdf_file("ett")))

    assert response.status_code == 302, response.context["errors"]
    version = Document.objects.get().versions.get()
    assert (version.number, version.pages, version.change_note_sv) == (1, 1, "Första versionen.")
    assert version.size == len(make_pdf_file("ett"))


def test_new_version_gets_the_next_number_and_leaves_the_old_alone(client: Client) -> None:
    document = make_document(versions=2)
    before = list(document.versions.values().order_by("number"))

    response = client.post(f"{DOCUMENTS}{document.pk}/change/", document_data(make_readable_pdf_file("tre")))

    assert response.status_code == 302, response.context["errors"]
    after = list(document.versions.values().order_by("number"))
    assert after[:2] == before
    assert [version["number"] for version in after] == [1, 2, 3]


@pytest.mark.parametrize("file", [b"%PDF-1.4 not really", b"Inte alls en PDF.", b"MZ\x90\x00"])
def test_what_is_no_pdf_is_refused_and_the_texts_kept(client: Client, file: bytes) -> None:
    response = client.post(f"{DOCUMENTS}add/", document_data(file, title_en="Kept in the form"))

    formset = response.context["inline_admin_formsets"][0].formset
    assert formset.forms[0].errors.keys() == {"file"}
    page = response.content.decode()
    assert "Kept in the form" in page
    assert "Första versionen." in page
    assert not Document.objects.exists()


def test_the_same_file_again_is_refused(client: Client) -> None:
    document = make_document(slug="samma")

    response = client.post(f"{DOCUMENTS}{document.pk}/change/", document_data(make_pdf_file("samma 1")))

    formset = response.context["inline_admin_formsets"][0].formset
    assert [error.code for error in formset.forms[0].errors.as_data()["file"]] == ["same"]
    assert 'href="#version-1"' in str(formset.forms[0].errors["file"])
    assert document.versions.count() == 1


def test_versions_are_shown_but_cannot_be_posted(client: Client) -> None:
    document = make_document(versions=2)
    first = document.versions.get(number=1)
    forged = {"versions-INITIAL_FORMS": 1, "versions-0-id": first.pk, "versions-0-change_note_sv": "Kapad."}

    page = client.get(f"{DOCUMENTS}{document.pk}/change/").content.decode()
    client.post(f"{DOCUMENTS}{document.pk}/change/", document_data(**forged))

    assert [words for words in ("Ändring 1.", "Ändring 2.") if words not in page] == []
    first.refresh_from_db()
    assert first.change_note_sv == "Ändring 1."


def test_staff_fetch_a_version_before_it_is_public(client: Client) -> None:
    version = make_document(slug="utkast", publication="draft").versions.get()
    url = reverse("admin:documents_version_file", args=[version.pk])

    response = client.get(url)

    assert b"".join(response.streaming_content) == make_pdf_file("utkast 1")
    assert response["Content-Disposition"] == 'attachment; filename="utkast-1.pdf"'
    client.force_login(make_user(Role.OFFICER))
    assert client.get(url).status_code == 403


def test_list_tells_of_the_current_file(client: Client) -> None:
    make_document(versions=3)

    document = client.get(DOCUMENTS).context["cl"].result_list[0]

    assert (document.version_count, document.pages) == (3, 1)
    assert DocumentVersion.objects.count() == 3


def test_sheets_and_slides_are_told_as_such(client: Client) -> None:
    document = make_document()
    told = []
    for media_type in (MediaType.XLSX, MediaType.PPTX, MediaType.PDF, MediaType.ODT):
        pages = None if media_type == MediaType.ODT else 3
        document.versions.update(media_type=media_type, pages=pages)
        page = client.get(f"{DOCUMENTS}{document.pk}/change/").content.decode()
        row = client.get(DOCUMENTS).content.decode()
        lengths = [words for words in ("3 blad", "3 bilder", "3 sidor") if words in page and words in row]
        told.append((lengths, "None" in row))

    assert told == [(["3 blad"], False), (["3 bilder"], False), (["3 sidor"], False), ([], False)]
