"""The report on a file, and the rules for publishing and relating documents, by direct POST."""

from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.roles import Role
from documents.models import Document, DocumentVersion, Fault, MediaType, Scan
from documents.quality import build_report, check_publishing
from documents.versions import add_version
from publishing.models import ChangeNote, Publication
from tests.documents.admin_forms import change, make_readable, said
from tests.documents.test_admin import DOCUMENTS, document_data
from tests.factories import make_document, make_pdf_file, make_readable_pdf_file, make_user
from tests.factories.files import make_docx, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.COORDINATOR))
    return client


def errors_of(response: Any) -> dict[str, list[str]]:
    if response.status_code == 302:
        return {}
    return dict(response.context["adminform"].form.errors)


def file_errors(response: Any) -> list[str]:
    return list(response.context["inline_admin_formsets"][0].formset.forms[0].errors.get("file", []))


# Files that come in -----------------------------------------------------------------------------------


def test_file_above_the_limit_is_refused_by_its_size_alone(client: Client, settings: Any) -> None:
    settings.UPLOAD_AT_MOST = settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
    large = make_readable_pdf_file("stor") + b"\0" * 200_000

    response = client.post(f"{DOCUMENTS}add/", document_data(large, title_en="Kept in the form"))

    formset = response.context["inline_admin_formsets"][0].formset
    assert [error.code for error in formset.forms[0].errors.as_data()["file"]] == ["too_large"]
    assert "Kept in the form" in response.content.decode()
    assert not Document.objects.exists()


def test_what_is_uploaded_ends_on_the_disk_at_the_limit(client: Client, settings: Any, monkeypatch: Any) -> None:
    settings.UPLOAD_AT_MOST = settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
    seen = []

    def look(file: Any) -> None:
        seen.append((type(file).__name__, file.size, len(file.read()) <= settings.UPLOAD_AT_MOST))
        raise ValidationError("Nej.")

    monkeypatch.setattr("documents.forms.documents.measure_file", look)

    client.post(f"{DOCUMENTS}add/", document_data(b"%PDF-" + b"x" * 500_000))

    assert seen == [("TemporaryUploadedFile", 500_005, True)]


def test_shown_again_the_form_says_that_the_file_is_not_kept(client: Client) -> None:
    response = client.post(f"{DOCUMENTS}add/", document_data(make_readable_pdf_file(), slug=""))

    field = response.context["inline_admin_formsets"][0].formset.forms[0]["file"]
    blank = client.get(f"{DOCUMENTS}add/").context["inline_admin_formsets"][0].formset.forms[0]["file"]
    assert field.help_text != blank.help_text
    assert "Första versionen." in response.content.decode()


def test_empty_file_is_refused_in_a_sentence(client: Client) -> None:
    response = client.post(f"{DOCUMENTS}add/", document_data(b""))

    assert len(file_errors(response)) == 1
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("plan.docx", make_readable_pdf_file, "mislabelled"),
        ("plan.pdf", lambda: make_docx("Mål"), "mislabelled"),
        ("plan.docx", lambda: make_docx("Mål", **{"word/vbaProject.bin": "x"}), "macros"),
        ("plan.pdf", lambda: make_readable_pdf_file()[:2000], "broken"),
        ("plan.pdf", lambda: saved(pikepdf.new(), encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
        ("plan.pdf", lambda: b"Inte alls en PDF.", "not_taken"),
    ],
)
def test_what_cannot_be_taken_is_told_in_a_sentence_and_the_texts_kept(
    client: Client, name: str, make: Any, code: str
) -> None:
    data = document_data(make(), title_en="Kept in the form")
    data["versions-0-file"].name = name

    response = client.post(f"{DOCUMENTS}add/", data)

    formset = response.context["inline_admin_formsets"][0].formset
    assert [error.code for error in formset.forms[0].errors.as_data()["file"]] == [code]
    assert ("Kept in the form" in response.content.decode(), Document.objects.exists()) == (True, False)


def test_word_file_is_taken_as_what_it_is(client: Client) -> None:
    word_file = make_docx("Mål för länet", title="Mål", language="sv-SE")
    data = document_data(word_file)
    data["versions-0-file"].name = "mal.docx"

    client.post(f"{DOCUMENTS}add/", data)

    version = DocumentVersion.objects.get()
    response = client.get(reverse("admin:documents_version_file", args=[version.pk]))
    assert (version.media_type, response["Content-Type"]) == (MediaType.DOCX, MediaType.DOCX)
    assert response["Content-Disposition"] == 'attachment; filename="dokumentet-1.docx"'
    assert b"".join(response.streaming_content) == word_file


def test_the_same_file_elsewhere_is_told_and_taken_in_when_it_is_meant(client: Client) -> None:
    elsewhere = make_readable(slug="annat")
    data = make_readable_pdf_file("annat")

    told = client.post(f"{DOCUMENTS}add/", document_data(data))
    meant = client.post(f"{DOCUMENTS}add/", document_data(data, **{"versions-0-also_elsewhere": "on"}))

    assert f'href="{DOCUMENTS}{elsewhere.pk}/change/"' in file_errors(told)[0]
    assert 'type="checkbox" name="versions-0-also_elsewhere"' in told.content.decode()
    assert meant.status_code == 302
    assert DocumentVersion.objects.count() == 2


def test_after_an_upload_the_report_of_the_file_stands_on_top(client: Client) -> None:
    response = client.post(f"{DOCUMENTS}add/", document_data(make_pdf_file("otaggad")), follow=True)

    document = Document.objects.get()
    assert response.redirect_chain[-1][0] == f"{DOCUMENTS}{document.pk}/change/"
    top = html.fromstring(response.content.decode()).get_element_by_id("content-main")[0]
    assert top.get("class") == "standing file-report"
    assert len(top.findall(".//ul[@class='findings']/li")) == len(document.versions.get().faults) > 0


def test_script_that_shows_progress_is_told_where_to_go(client: Client) -> None:
    data = document_data(make_readable_pdf_file())

    response = client.post(f"{DOCUMENTS}add/", data, headers={"X-Sent-By-Script": "upload"})

    assert (response.status_code, response["Location"]) == (204, f"{DOCUMENTS}{Document.objects.get().pk}/change/")


@pytest.mark.parametrize("scan", [Scan.PENDING, Scan.INFECTED])
def test_file_that_waits_or_is_infected_is_told_of_and_given_to_nobody(client: Client, scan: Scan) -> None:
    document = make_readable()
    DocumentVersion.objects.update(scan=scan, scan_note="Eicar-Test-Signature")
    version = document.versions.get()

    page = client.get(f"{DOCUMENTS}{document.pk}/change/")
    file = client.get(reverse("admin:documents_version_file", args=[version.pk]))

    assert "Eicar-Test-Signature" in said(page)
    assert f'{reverse("admin:documents_version_file", args=[version.pk])}"' not in page.content.decode()
    assert (file.status_code, file["Location"]) == (302, f"{DOCUMENTS}{document.pk}/change/")


# The report -------------------------------------------------------------------------------------------


def test_report_tells_the_worst_first_and_what_is_right() -> None:
    version = DocumentVersion(
        faults=[Fault.NO_TITLE, Fault.NO_TEXT], is_tagged=True, declared_language="sv-SE", outline=[[0, "Mål", 1]]
    )

    told = build_report(version, "sv")

    assert [(finding.code, finding.shuts_out) for finding in told.findings] == [("no_text", True), ("no_title", False)]
    assert len(told.good) == 3
    assert told.shuts_out


def test_report_tells_of_a_language_that_differs_from_the_documents() -> None:
    version = DocumentVersion(declared_language="en-GB", declared_title="Plan")

    assert [finding.code for finding in build_report(version, "sv").findings] == ["language_differs"]
    assert [finding.code for finding in build_report(version, "en").findings] == []


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_says_whom_it_harms_and_how_to_mend_it(fault: Fault) -> None:
    (finding,) = build_report(DocumentVersion(faults=[fault]), "sv").findings

    assert [program for program, _what in finding.advice.mend] == ["Word", "LibreOffice", "Acrobat"]
    assert all(str(sentence).endswith(".") for sentence in (finding.advice.wrong, finding.advice.whom))


# Publishing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["_publish", "_save"])
def test_file_that_shuts_readers_out_is_published_only_with_a_reason(client: Client, button: str) -> None:
    publication = {"_publish": Publication.DRAFT, "_save": Publication.PUBLISHED}[button]
    document = make_document(publication=publication)

    refused = change(client, document, **{button: "x", "title_en": "Kept in the form"})
    explained = change(client, document, **{button: "x", "inaccessible_reason_sv": "Inskannad karta från 1958."})

    assert errors_of(refused).keys() == {"inaccessible_reason_sv"}
    assert "Kept in the form" in refused.content.decode()
    assert errors_of(explained) == {}
    assert Document.objects.get(pk=document.pk).is_published()


def test_untagged_file_in_a_published_document_is_judged_before_it_is_saved(client: Client) -> None:
    document = make_readable()

    refused = change(client, document, make_pdf_file("otaggad"))
    taken = change(client, document, make_pdf_file("otaggad"), inaccessible_reason_sv="Inskannad karta.")

    assert errors_of(refused).keys() == {"inaccessible_reason_sv"}
    assert errors_of(taken) == {}
    assert document.versions.count() == 2


def test_a_second_file_in_the_same_post_is_not_taken(client: Client) -> None:
    document = make_readable()
    second = SimpleUploadedFile("b.pdf", make_pdf_file("otaggad"))
    hidden = {"versions-TOTAL_FORMS": 2, "versions-1-file": second, "versions-1-change_note_sv": "Smyg."}

    change(client, document, make_readable_pdf_file("två"), **hidden)

    assert Fault.UNTAGGED not in {fault for version in document.versions.all() for fault in version.faults}


def test_draft_and_withdrawal_ask_for_no_reason(client: Client) -> None:
    draft, published = make_document(publication=Publication.DRAFT), make_document()

    assert errors_of(change(client, draft, _save="x")) == {}
    assert errors_of(change(client, published, _withdraw="x")) == {}
    assert Document.objects.get(pk=published.pk).publication == Publication.ARCHIVED


@pytest.mark.parametrize(
    ("other", "is_refused"),
    [
        (make_readable, False),
        (make_document, True),
        (lambda: make_readable(publication=Publication.DRAFT), True),
        (lambda: make_document(versions=0), True),
    ],
    ids=["readable", "untagged", "draft", "without a file"],
)
def test_accessible_version_must_be_public_and_readable(client: Client, other: Any, *, is_refused: bool) -> None:
    document = make_document()

    errors = errors_of(change(client, document, accessible_version=other().pk))

    assert errors.keys() == ({"accessible_version"} if is_refused else set())


def test_bulk_publishing_tells_which_could_not_be_published(client: Client) -> None:
    shut, fine = make_document(publication="draft", title="Skannad"), make_readable(publication="draft")
    data = {"action": "publish", "_selected_action": [shut.pk, fine.pk]}

    response = client.post(DOCUMENTS, data, follow=True)

    states = Document.objects.in_bulk([shut.pk, fine.pk])
    assert [states[document.pk].publication for document in (shut, fine)] == ["draft", "published"]
    assert [str(message).startswith("Skannad: ") for message in response.context["messages"]] == [True, False]


def test_infected_or_withdrawn_file_is_not_what_is_judged() -> None:
    document = make_readable()
    file = ContentFile(make_pdf_file("otaggad"), name="otaggad.pdf")
    version = add_version(document, file, change_note_sv="Smittad.", change_note_en="")
    with pytest.raises(ValidationError):
        check_publishing(document)

    version.scan = Scan.INFECTED
    version.save()

    check_publishing(document)


@pytest.mark.parametrize("way", ["button", "list"])
def test_publishing_a_document_without_a_file_is_told(client: Client, way: str) -> None:
    empty, fine = make_document(versions=0, publication="draft"), make_readable(publication="draft")
    if way == "list":
        data = {"action": "publish", "_selected_action": [empty.pk, fine.pk]}
        responses = [client.post(DOCUMENTS, data, follow=True)]
    else:
        data = document_data(_publish="x", _continue="x")
        responses = [
            client.post(f"{DOCUMENTS}{document.pk}/change/", data | {"slug": document.slug}, follow=True)
            for document in (empty, fine)
        ]

    warnings = [
        str(message) for answer in responses for message in answer.context["messages"] if message.level_tag == "warning"
    ]
    assert len(warnings) == 1
    assert Document.objects.published().count() == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("Ny karta.", "New map.")),
        ({"log_note_sv": "Ny färdplan."}, ("Ny färdplan.", "")),
        ({"log_minor": "on"}, ("", "")),
    ],
    ids=["left empty", "written", "minor"],
)
def test_what_changed_with_a_new_file_need_not_be_written_twice(
    client: Client, given: dict[str, str], expected: tuple[str, str]
) -> None:
    document = make_document(versions=0, publication="draft")
    notes = {"versions-0-change_note_sv": "Ny karta.", "versions-0-change_note_en": "New map.", "log_minor": ""}

    response = change(client, document, make_readable_pdf_file(), _publish="x", **notes | given)

    assert errors_of(response) == {}
    assert ChangeNote.objects.values_list("note_sv", "note_en").get() == expected


def test_without_a_file_what_changed_must_still_be_written(client: Client) -> None:
    errors = errors_of(change(client, make_readable(), log_minor="", **{"versions-0-change_note_sv": "Ny karta."}))

    assert errors.keys() == {"log_note_sv"}


# Relations --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relation", ["replaces", "translation_of", "accessible_version"])
def test_document_cannot_relate_to_itself_or_in_a_circle(client: Client, relation: str) -> None:
    document, other = make_readable(), make_readable(language="en")
    Document.objects.filter(pk=other.pk).update(**{relation: document})

    itself = errors_of(change(client, document, **{relation: document.pk}))
    circle = errors_of(change(client, document, **{relation: other.pk}))

    assert (itself.keys(), circle.keys()) == ({relation}, {relation})
    assert [len(errors[relation]) for errors in (itself, circle)] == [1, 1]
    assert itself != circle


def test_translation_names_an_original_in_another_language(client: Client) -> None:
    document, swedish, english = make_readable(language="en"), make_readable(), make_readable(language="en")
    between = make_readable(translation_of=english)

    tried = {
        other: errors_of(change(client, document, language="en", translation_of=other.pk)).keys()
        for other in (swedish, english, between)
    }

    assert tried == {swedish: set(), english: {"translation_of"}, between: {"translation_of"}}


def test_what_becomes_of_a_replaced_document_is_told(client: Client) -> None:
    old, new = make_readable(title="Gamla planen"), make_readable()

    response = client.post(f"{DOCUMENTS}{new.pk}/change/", document_data(slug=new.slug, replaces=old.pk), follow=True)

    assert [f"{DOCUMENTS}{old.pk}/change/" in str(one) for one in response.context["messages"]] == [True, False]
    assert old.is_published()
