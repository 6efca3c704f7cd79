"""A portal that runs on an S3 service: what visitors and staff meet, and what they meet when it is away."""

import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from files.circuit_breaker import SECONDS_LEFT_ALONE
from tests.clients import Client, add_document
from tests.factories import make_pdf_file
from tests.large import RESIDENT_AT_MOST, make_large_pdf, resident_for_a_large_document
from tests.portal_process import Portal, demo_portal
from tests.swift import PACKAGE, PROGRAM, Swift

pytestmark = pytest.mark.needs_program(PROGRAM, package=PACKAGE)
FILE = "/dokument/halvtidsuppfoljning-rus/fil"
FORM = "/en/contact/frida-bergman/"


@pytest.fixture(scope="module")
def on_s3(database_server: None, swift: Swift) -> Iterator[Portal]:
    """A demonstration whose files have been moved, and deleted where they were."""
    with demo_portal() as moved:
        moved.stop()
        variables = swift.variables(f"portal-{uuid.uuid4()}")
        moved.variables = variables | {"FILES_IN": "local"}
        assert moved.manage("move_files", "--from", "local", "--to", "s3").returncode == 0
        moved.variables = variables
        assert moved.manage("move_files", "--from", "local", "--to", "s3", "--delete-source").returncode == 0
        moved.start()
        yield moved


@pytest.fixture
def away(on_s3: Portal, swift: Swift) -> Iterator[None]:
    """The service is gone for the length of the test. After it the portal finds it again by itself."""
    swift.go_away()
    yield
    swift.come_back()
    time.sleep(SECONDS_LEFT_ALONE)  # each process of the server has met the fault by itself
    assert {Client(on_s3).get(FILE).status for _time in range(8)} == {200}


def message(portal: Portal, **files: Any) -> Any:
    return Client(portal).send(FORM, files, subject="Ritningar", message="Här är ritningarna.", name="", email="")


def test_document_of_s3_is_given_out_whole_and_in_parts_as_from_a_folder(on_s3: Portal, portal: Portal) -> None:
    whole = Client(portal).get(FILE).content

    asked = [Client(on_s3).get(FILE, Range=given) for given in ("", "bytes=0-9", "bytes=1000-1999", "bytes=-5")]

    assert [(answer.status, answer.content) for answer in asked] == [
        (200, whole),
        (206, whole[:10]),
        (206, whole[1000:2000]),
        (206, whole[-5:]),
    ]
    again = Client(on_s3).get(FILE, **{"If-None-Match": asked[0].headers["ETag"]})
    assert (again.status, again.content) == (304, b"")


def test_document_is_uploaded_to_s3_through_the_admin(on_s3: Portal, swift: Swift, tmp_path: Path) -> None:
    (tmp_path / "ny.pdf").write_bytes(content := make_pdf_file("Ny"))

    address = add_document(on_s3, tmp_path / "ny.pdf")

    assert Client(on_s3).get(address).content == content
    (name,) = on_s3.sql(
        "SELECT file FROM documents_documentversion v JOIN documents_document d ON d.id = document_id"
        " WHERE slug = 'underlag'"
    )[0]
    kept = swift.client().get_object(Bucket=on_s3.variables["S3_BUCKET"], Key=f"documents/{name}")["Body"].read()
    assert kept == content
    assert not any((on_s3.var / "documents").rglob("*.pdf"))


def test_attachment_of_a_message_is_kept_in_the_private_bucket_only(
    on_s3: Portal, swift: Swift, tmp_path: Path
) -> None:
    (tmp_path / "ritning.txt").write_text("Ritningens text")

    receipt = message(on_s3, attachments=tmp_path / "ritning.txt")

    assert receipt.status == 303
    (name,) = on_s3.sql("SELECT file FROM registry_file WHERE original_name = 'ritning.txt'")[0]
    keys = {
        bucket: [item["Key"] for item in swift.client().list_objects_v2(Bucket=on_s3.variables[bucket])["Contents"]]
        for bucket in ("S3_BUCKET", "S3_PRIVATE_BUCKET")
    }
    assert f"private/{name}" in keys["S3_PRIVATE_BUCKET"]
    assert not any(name in key for key in keys["S3_BUCKET"])
    verified = on_s3.manage("verify_registry")
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.usefixtures("away")
def test_file_that_cannot_be_fetched_or_kept_is_told_in_a_sentence_and_the_site_goes_on(
    on_s3: Portal, tmp_path: Path
) -> None:
    (tmp_path / "bort.pdf").write_bytes(make_pdf_file("Bort"))

    answers = [Client(on_s3).get("/en/documents/halvtidsuppfoljning-rus/file") for _time in range(5)]

    assert {(answer.status, answer.headers["Retry-After"]) for answer in answers} == {(503, "30")}
    assert "Files are temporarily unavailable" in answers[0].text
    assert Client(on_s3).get("/dokument/").status == 200
    assert on_s3.answers()
    refused = Client(on_s3).log_in("samordnare").send(
        "/admin/documents/document/add/", {"versions-0-file": tmp_path / "bort.pdf"}, title_sv="Bort", slug="bort",
        summary_sv="Bort.", kind="knowledge_base", **{"versions-0-change_note_sv": "Första."},
    )  # fmt: skip
    assert (refused.status, refused.headers["Retry-After"]) == (503, "30")
    assert on_s3.sql("SELECT count(*) FROM documents_document WHERE slug = 'bort'") == [(0,)]


@pytest.mark.usefixtures("away")
def test_message_whose_file_cannot_be_kept_is_not_acknowledged_and_keeps_its_text(
    on_s3: Portal, tmp_path: Path
) -> None:
    (tmp_path / "ritning.txt").write_text("Ritningens text")
    before = on_s3.sql("SELECT count(*) FROM registry_intake")

    refused = message(on_s3, attachments=tmp_path / "ritning.txt")

    assert (refused.status, refused.headers["Retry-After"]) == (503, "30")
    assert "Your message was not received because attached files cannot be saved right now." in refused.text
    assert "Här är ritningarna." in refused.content.decode()
    assert on_s3.sql("SELECT count(*) FROM registry_intake") == before
    assert message(on_s3).status == 303, "what has no file is taken in all the same"


def test_visitors_who_reach_the_service_are_sent_there_for_a_minute(on_s3: Portal, swift: Swift) -> None:
    whole = Client(on_s3).get(FILE).content
    on_s3.stop()
    on_s3.variables["S3_PUBLIC_ENDPOINT"] = swift.endpoint
    on_s3.start()
    try:
        sent = Client(on_s3).get(FILE)
    finally:
        on_s3.stop()
        del on_s3.variables["S3_PUBLIC_ENDPOINT"]
        on_s3.start()

    assert (sent.status, sent.headers["Cache-Control"], sent.content) == (302, "no-store", b"")
    with urllib.request.urlopen(sent.headers["Location"]) as fetched:
        assert fetched.read() == whole
        assert fetched.headers["Content-Type"] == "application/pdf"
        assert fetched.headers["Content-Disposition"].startswith("inline; filename")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(sent.headers["Location"].replace("X-Amz-Expires=60", "X-Amz-Expires=6000"))
    with refused.value as answer:
        assert answer.code == 403


def test_200_mb_pass_to_s3_and_back_with_little_memory(own_portal: Portal, swift: Swift, tmp_path: Path) -> None:
    own_portal.stop()
    own_portal.variables |= swift.variables(f"large-{uuid.uuid4()}")
    own_portal.start()

    most = resident_for_a_large_document(own_portal, make_large_pdf(tmp_path / "large.pdf"))

    print(most)
    assert {process: megabytes for process, megabytes in most.items() if megabytes > RESIDENT_AT_MOST} == {}
