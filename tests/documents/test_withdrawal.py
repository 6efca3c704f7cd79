"""A withdrawn file is restored only if the publishing rule allows it."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from accounts.roles import Role
from documents.models import Document, DocumentVersion, Scan
from documents.versions import add_version, withdraw_version
from tests.documents.admin_forms import make_readable, said
from tests.documents.test_admin import DOCUMENTS
from tests.factories import make_document, make_pdf_file, make_readable_pdf_file, make_user

pytestmark = pytest.mark.django_db
MISSING = "så en del kan inte läsa den alls."


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.COORDINATOR))
    return client


def withdrawn_untagged(document: Document) -> DocumentVersion:
    """A newer file that shuts readers out, withdrawn."""
    file = ContentFile(make_pdf_file("otaggad"), name="otaggad.pdf")
    version = add_version(document, file, change_note_sv="Skannad.", change_note_en="")
    withdraw_version(version, by="Eva Ek", reason_sv="Fel fil.")
    return version


def page_parts(response: Any) -> tuple[str, list[str]]:
    """Return what the page says about the file at the top, and about each version below."""
    page = html.fromstring(response.content.decode())
    rows = page.xpath("//ol[@class='file-versions']/li")
    return page.xpath("normalize-space(//section[@aria-labelledby='file-report'])"), [
        row.text_content() for row in rows
    ]


def restore(version: DocumentVersion) -> str:
    return reverse("admin:documents_version_restore", args=[version.pk])


def test_file_that_shuts_readers_out_is_not_shown_again_without_another_way(client: Client) -> None:
    document = make_readable()
    version = withdrawn_untagged(document)

    page, refused = client.get(restore(version)), client.post(restore(version))

    version.refresh_from_db()
    assert version.withdrawn_at is not None
    assert [(MISSING in said(answer), "<form method" in answer.content.decode()) for answer in (page, refused)] == [
        (True, False),
        (True, False),
    ]


@pytest.mark.parametrize(
    "given", [{"inaccessible_reason_sv": "Inskannad karta."}, {"publication": "draft"}], ids=["with a reason", "draft"]
)
def test_it_is_shown_again_where_publishing_asks_for_nothing_more(client: Client, given: dict[str, str]) -> None:
    version = withdrawn_untagged(make_readable(**given))

    assert client.post(restore(version)).status_code == 302
    version.refresh_from_db()
    assert version.withdrawn_at is None


def test_earlier_file_is_shown_again_among_the_earlier_ones(client: Client) -> None:
    document = make_readable()
    version = withdrawn_untagged(document)
    file = ContentFile(b"%PDF", name="lagad.pdf")
    DocumentVersion.objects.create(
        document=document, number=3, file=file, checksum="c" * 64, size=4, change_note="Lagad.", scan="clean"
    )

    assert client.post(restore(version)).status_code == 302
    version.refresh_from_db()
    assert version.withdrawn_at is None


def test_top_of_the_page_tells_of_the_newest_file_that_is_not_withdrawn(client: Client) -> None:
    document = make_document()  # without tags
    file = ContentFile(make_readable_pdf_file("lagad"), name="lagad.pdf")
    version = add_version(document, file, change_note_sv="Lagad.", change_note_en="")
    withdraw_version(version, by="Eva Ek", reason_sv="Fel fil.")

    page = client.get(f"{DOCUMENTS}{document.pk}/change/")

    top, listed = page_parts(page)
    assert ("version 1" in top, "allmänheten får den här filen" in top, "Fel fil." in top) == (True, True, False)
    assert [("Vad som hittades" in row, "Fel fil." in row) for row in listed] == [(False, True), (True, False)]


def test_what_a_file_lacks_is_asked_for_only_where_that_file_is_told_of(client: Client) -> None:
    document = make_document()  # without tags
    file = ContentFile(make_readable_pdf_file("smittad"), name="smittad.pdf")
    version = add_version(document, file, change_note_sv="Smittad.", change_note_en="")
    asked = [client.get(f"{DOCUMENTS}{document.pk}/change/").context["must_explain"]]

    for withdrawn_at, scan in ((None, Scan.INFECTED), (timezone.now(), Scan.CLEAN)):
        DocumentVersion.objects.filter(pk=version.pk).update(withdrawn_at=withdrawn_at, scan=scan)
        asked.append(client.get(f"{DOCUMENTS}{document.pk}/change/").context["must_explain"])

    assert asked == [False, False, True]
