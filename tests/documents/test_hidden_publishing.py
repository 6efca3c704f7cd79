"""Hidden content is never published without an editor's consent, by any way."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from accounts.roles import Role
from documents import text_extraction
from documents.models import Document, DocumentVersion, Page, Reading
from documents.versions import add_version, withdraw_version
from publishing.models import Publication
from search.indexing import index_due
from tests.documents.admin_forms import said
from tests.documents.test_admin import DOCUMENTS, document_data
from tests.factories import make_document, make_user
from tests.files.hidden_case import HIDDEN
from tests.files.hidden_sheets import ONE_ROW, book, cell, data, row

pytestmark = pytest.mark.django_db
SECRET = book(ONE_ROW, data(row(cell(HIDDEN))), states=("visible", "hidden"))
OTHER_SECRET = book(ONE_ROW, data(row(cell(HIDDEN)), row(cell("7"))), states=("visible", "hidden"))
PLAIN = book(ONE_ROW)
TOLD = "Bladet ”Blad 2” är dolt."


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.COORDINATOR))
    return client


def make(file: bytes = SECRET, **given: Any) -> Document:
    """Return a document with hidden content; a published one is like those from before the question existed."""
    document = make_document(versions=0, **given)
    add_version(document, ContentFile(file, name="blad.xlsx"), "Första.", "First.")
    return document


def post(client: Client, document: Document, file: bytes | None = None, **given: Any) -> Any:
    values = {"slug": document.slug, "title_sv": "Kvar i formuläret"} | given
    if file is not None:
        values |= {"versions-0-file": SimpleUploadedFile("b.xlsx", file), "versions-0-change_note_sv": "Ny fil."}
    return client.post(f"{DOCUMENTS}{document.pk}/change/", document_data(**values))


def is_published(document: Document) -> bool:
    return Document.objects.get(pk=document.pk).is_published()


def errors_of(response: Any) -> dict[str, list[str]]:
    return response.context["adminform"].form.errors if response.status_code == 200 else {}


def box_of(response: Any) -> Any:
    """The box to tick, if the page shows one."""
    (field,) = html.fromstring(response.content.decode()).xpath("//input[@name='accept_hidden']")
    return field


def test_publishing_asks_and_keeps_what_was_typed(client: Client) -> None:
    document = make(publication="draft")

    refused = post(client, document, _publish="x")
    box = box_of(refused)

    assert errors_of(refused).keys() == {"accept_hidden"}
    assert TOLD in said(refused)
    assert ("Kvar i formuläret" in refused.content.decode(), HIDDEN in refused.content.decode()) == (True, False)
    assert (box.get("type"), box.get("value"), box.get("checked")) == (
        "checkbox",
        document.versions.get().checksum,
        None,
    )
    assert not is_published(document)

    answered = post(client, document, _publish="x", accept_hidden=box.get("value"))

    assert (errors_of(answered), is_published(document)) == ({}, True)
    assert document.versions.get().hidden_accepted_at is not None
    assert errors_of(post(client, document)) == {}  # asked once for a file


@pytest.mark.parametrize("answer", ["on", "true", "1", "x" * 64, ""])
def test_only_an_answer_for_that_very_file_counts(client: Client, answer: str) -> None:
    document = make(publication="draft")

    assert errors_of(post(client, document, _publish="x", accept_hidden=answer)).keys() == {"accept_hidden"}
    assert not is_published(document)


@pytest.mark.parametrize(
    ("given", "publication"),
    [
        ({"_publish": "x"}, "draft"),
        ({"_publish": "x"}, "review"),
        ({"_publish": "x"}, "archived"),
        ({"_publish": "x", "publish_from": "2100-01-01T00:00"}, "draft"),
        ({"_save": "x"}, "published"),
        ({"_continue": "x"}, "published"),
        ({"_save": "x", "publish_until": "2100-01-01T00:00"}, "published"),
    ],
)
def test_new_file_is_asked_for_on_every_way_to_the_public(client: Client, given: Any, publication: str) -> None:
    document = make(PLAIN, publication=publication)

    refused = post(client, document, SECRET, **given)

    assert errors_of(refused).keys() == {"accept_hidden"}
    assert document.versions.count() == 1
    assert Document.objects.get(pk=document.pk).publication == publication

    taken = post(client, document, SECRET, accept_hidden=box_of(refused).get("value"), **given)

    assert errors_of(taken) == {}
    assert document.versions.get(number=2).hidden_accepted_at is not None


def test_nothing_is_asked_where_nothing_goes_public(client: Client) -> None:
    document = make(PLAIN, publication="draft")

    assert errors_of(post(client, document, SECRET, _save="x")) == {}
    assert TOLD in said(client.get(f"{DOCUMENTS}{document.pk}/change/"))
    assert document.versions.get(number=2).hidden_accepted_at is None


def test_withdrawing_a_document_asks_nothing(client: Client) -> None:
    document = make()

    assert errors_of(post(client, document, _withdraw="x")) == {}
    assert not is_published(document)


def test_answer_for_one_file_is_none_for_another(client: Client) -> None:
    document = make(publication="draft")
    first = document.versions.get().checksum

    refused = post(client, document, OTHER_SECRET, _publish="x", accept_hidden=first)

    assert errors_of(refused).keys() == {"accept_hidden"}
    assert (box_of(refused).get("value") != first, box_of(refused).get("checked")) == (True, None)


def test_mended_file_needs_no_answer(client: Client) -> None:
    document = make(publication="draft")

    assert errors_of(post(client, document, PLAIN, _publish="x")) == {}
    assert is_published(document)


def test_document_is_added_and_published_at_once_only_with_an_answer(client: Client) -> None:
    file = {"versions-0-file": SECRET, "versions-0-change_note_sv": "Ny fil."}

    def add(**given: Any) -> Any:
        upload = file | {"versions-0-file": SimpleUploadedFile("b.xlsx", SECRET)}
        return client.post(f"{DOCUMENTS}add/", document_data(_publish="x", **upload, **given))

    refused = add()
    assert (errors_of(refused).keys(), Document.objects.exists()) == ({"accept_hidden"}, False)

    add(accept_hidden=box_of(refused).get("value"))
    assert Document.objects.get().is_published()


def test_publishing_from_the_list_leads_to_the_document(client: Client) -> None:
    asked, plain = make(publication="draft", title="Löner"), make(PLAIN, publication="draft")

    response = client.post(DOCUMENTS, {"action": "publish", "_selected_action": [asked.pk, plain.pk]}, follow=True)

    assert [is_published(document) for document in (asked, plain)] == [False, True]
    assert "Löner: Filen innehåller sådant som läsarna inte ser. " + TOLD in said(response)
    asked.versions.update(hidden_accepted_at="2026-05-04T10:00Z")
    client.post(DOCUMENTS, {"action": "publish", "_selected_action": [asked.pk]})
    assert is_published(asked)


@pytest.mark.parametrize("publication", ["published", "draft"])
def test_showing_a_withdrawn_file_again_asks_where_that_makes_it_public(client: Client, publication: str) -> None:
    version = make(publication=publication).versions.get()
    withdraw_version(version, by="Eva Ek", reason_sv="Fel fil.")
    DocumentVersion.objects.update(hidden_content=[], read_with=0)  # as those that no reader has looked into since
    url = reverse("admin:documents_version_restore", args=[version.pk])

    answers = [client.post(url), client.post(url, {"accept_hidden": "on"})]

    version.refresh_from_db()
    assert [answer.status_code for answer in answers] == ([200, 302] if publication == "published" else [302, 302])
    assert version.withdrawn_at is None
    if publication == "published":
        assert TOLD in said(answers[0])
        assert version.hidden_accepted_at is not None


def test_file_that_comes_between_the_question_and_the_answer_is_asked_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another editor saves a draft's file while this one publishes."""
    from documents.admin.documents import DocumentAdmin

    document = make(PLAIN, publication="draft")
    save_model = DocumentAdmin.save_model

    def interrupted(self: Any, *args: Any, **given: Any) -> None:
        monkeypatch.undo()
        add_version(document, ContentFile(SECRET, name="b.xlsx"), "Från en annan.", "Another.")
        save_model(self, *args, **given)

    monkeypatch.setattr(DocumentAdmin, "save_model", interrupted)
    answer = post(client, document, _publish="x")

    assert (answer.status_code, is_published(document)) == (302, True)
    # The other file went with the attempt that was undone; where it stays, the form asks for it.
    add_version(document, ContentFile(SECRET, name="b.xlsx"), "Från en annan.", "Another.")
    assert errors_of(post(client, document)).keys() == {"accept_hidden"}


# The desk and the public pages ------------------------------------------------------------------------


def desk(client: Client) -> list[tuple[str, str]]:
    page = html.fromstring(client.get("/admin/").content.decode())
    rows = page.xpath("//section[@aria-labelledby='desk-documents']//table[contains(@class, 'unseen')]/tbody/tr")
    return [(row.xpath("normalize-space(.//a/@href)"), " ".join(row.text_content().split())) for row in rows]


def test_desk_lists_what_is_public_already(client: Client) -> None:
    old = make(title="Gammal")
    add_version(old, ContentFile(PLAIN, name="b.xlsx"), "Lagad.", "Mended.")
    accepted, draft, plain = make(title="Godkänd"), make(publication="draft"), make(PLAIN)
    accepted.versions.update(hidden_accepted_at="2026-05-04T10:00Z")

    found = desk(client)

    assert [link for link, _words in found] == [
        f"{DOCUMENTS}{old.pk}/change/#version-1",
        f"{DOCUMENTS}{accepted.pk}/change/#version-1",
    ]
    assert [words for _link, words in found] == [
        f"Gammal version 1 {TOLD}",
        f"Godkänd version 1 {TOLD} Godkänt 2026-05-04.",
    ]
    assert (draft.versions.count(), plain.versions.count()) == (1, 1)


def test_desk_asks_the_database_as_often_with_many(client: Client) -> None:
    make()
    client.get("/admin/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/")
    for _n in range(4):
        make()
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/")

    assert len(many) == len(few)


def test_list_finds_files_with_hidden_content(client: Client) -> None:
    document = make()
    make(PLAIN)

    found = client.get(DOCUMENTS, {"fault": "hidden_content"}).context["cl"].result_list

    assert [one.pk for one in found] == [document.pk]


def test_public_pages_and_search_neither_show_nor_tell_of_it() -> None:
    visitor = Client()
    make(slug="blad", title="Bladet")
    text_extraction.read_due_files()
    while index_due():
        pass

    page = visitor.get("/dokument/blad/").content.decode()
    found = [visitor.get("/sok/", {"q": words}).content.decode() for words in ("Syns", HIDDEN, f'"{HIDDEN}"')]

    assert [HIDDEN in page, "läsarna inte ser" in page] == [False, False]
    assert ["/dokument/blad/" in answer for answer in found] == [True, False, False]


def test_what_an_earlier_reader_took_out_is_read_anew() -> None:
    document = make(slug="blad")
    version = document.versions.get()
    Page.objects.bulk_create(Page(version=version, number=number, text=HIDDEN) for number in (1, 2))
    DocumentVersion.objects.update(read_with=0, hidden_content=[], faults=[], reading=Reading.DONE)

    assert text_extraction.read_due_files() == 1

    version.refresh_from_db()
    assert list(version.texts.values_list("number", "text")) == [(1, "Syns")]
    assert (version.hidden_content, version.reading) == ([["sheet", "Blad 2", 1]], Reading.DONE)
    assert "hidden_content" in version.faults
    assert text_extraction.read_due_files() == 0
    assert document.publication == Publication.PUBLISHED


def test_what_can_no_longer_be_fetched_leaves_nothing_of_an_earlier_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    version = make().versions.get()
    Page.objects.create(version=version, number=1, text=HIDDEN)
    DocumentVersion.objects.update(read_with=0, reading=Reading.FAILED, file="gone.xlsx")
    monkeypatch.setattr(text_extraction, "ATTEMPTS_TO_FETCH", 1)

    assert (text_extraction.read_due_files(), text_extraction.read_due_files()) == (1, 0)
    assert not Page.objects.exists()
