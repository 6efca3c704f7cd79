"""Responses with a version's file: whole, a range, or "not modified" (RFC 9110, 13 and 14)."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from documents.models import DocumentVersion, MediaType
from files.circuit_breaker import StorageAwayError
from tests import factories

pytestmark = pytest.mark.django_db
CURRENT, OLDEST = "/dokument/plan/fil", "/dokument/plan/fil/1"


@pytest.fixture
def version() -> DocumentVersion:
    """The newest of the document's two."""
    newest = factories.make_document(slug="plan", versions=2).versions.order_by("-number").first()
    assert newest is not None
    return newest


@pytest.fixture
def content(version: DocumentVersion) -> bytes:
    with version.file.open() as file:
        return file.read()


def test_whole_file_is_sent_with_what_a_client_needs_to_complete_it(
    client: Client, version: DocumentVersion, content: bytes
) -> None:
    answer = client.get(CURRENT)

    assert (answer.status_code, b"".join(answer)) == (200, content)
    told = {name: answer[name] for name in ("ETag", "Accept-Ranges", "Content-Length", "Content-Type", "Cache-Control")}
    assert told == {
        "ETag": f'"{version.checksum}"',
        "Accept-Ranges": "bytes",
        "Content-Length": str(len(content)),
        "Content-Type": "application/pdf",
        "Cache-Control": "public, no-cache",
    }


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=100-100", 100, 100),
        ("bytes=500-", 500, -1),
        ("bytes=-20", -20, -1),
        ("bytes=10-999999999", 10, -1),
        ("bytes=-999999999", 0, -1),
        ("Bytes=5-6", 5, 6),
    ],
)
def test_one_range_gets_its_bytes(client: Client, content: bytes, asked: str, first: int, last: int) -> None:
    size = len(content)
    first, last = first % size, last % size

    answer = client.get(CURRENT, headers={"Range": asked})

    assert (answer.status_code, b"".join(answer)) == (206, content[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/{size}"
    assert answer["Content-Length"] == str(last + 1 - first)


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_range_outside_the_file_is_refused_with_its_size(client: Client, content: bytes, asked: str) -> None:
    answer = client.get(CURRENT, headers={"Range": asked})

    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(content)}")


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "bytes=9-5", "bytes=-", "bytes=a-b", "pages=1-2", "bytes=0-1x", f"bytes=0-{'9' * 5000}", ""],
    ids=["several", "backwards", "empty", "letters", "pages", "rest", "endless", "nothing"],
)
def test_range_that_is_not_understood_gets_the_whole_file(client: Client, content: bytes, asked: str) -> None:
    answer = client.get(CURRENT, headers={"Range": asked})

    assert (answer.status_code, b"".join(answer)) == (200, content)


@pytest.mark.parametrize(
    ("if_range", "status"),
    [("etag", 206), ("date", 206), ('"another"', 200), ("weak", 200), ("Sat, 01 Jan 2000 00:00:00 GMT", 200)],
)
def test_range_is_given_only_of_the_file_that_the_client_has_begun(
    client: Client, content: bytes, if_range: str, status: int
) -> None:
    known = client.head(CURRENT)
    given = {"etag": known["ETag"], "date": known["Last-Modified"], "weak": f"W/{known['ETag']}"}.get(
        if_range, if_range
    )

    answer = client.get(CURRENT, headers={"Range": "bytes=0-9", "If-Range": given})

    assert (answer.status_code, len(b"".join(answer))) == (status, 10 if status == 206 else len(content))


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("If-None-Match", "same", 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", '"another"', 200),
        ("If-Modified-Since", "date", 304),
        ("If-Match", "same", 200),
        ("If-Match", '"another"', 412),
        ("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 412),
    ],
)
@pytest.mark.usefixtures("version")
def test_preconditions_are_kept(client: Client, header: str, value: str, status: int) -> None:
    known = client.head(CURRENT)
    given = {"same": known["ETag"], "date": known["Last-Modified"]}.get(value, value)

    answer = client.get(CURRENT, headers={header: given})

    assert (answer.status_code, answer["ETag"], answer["Cache-Control"]) == (status, known["ETag"], "public, no-cache")
    answer.close()


def test_precondition_comes_before_the_range(client: Client, version: DocumentVersion) -> None:
    answer = client.get(CURRENT, headers={"Range": "bytes=999999999-", "If-None-Match": f'"{version.checksum}"'})

    assert answer.status_code == 304


def test_head_tells_of_the_whole_file_without_opening_it(
    client: Client, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_storage, "open", lambda *_arguments: pytest.fail("opened"))

    answer = client.head(CURRENT, headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", str(len(content)))


@pytest.mark.usefixtures("version")
def test_document_tells_the_address_of_the_version_and_the_version_that_of_the_latest(client: Client) -> None:
    current, oldest = client.head(CURRENT), client.head(OLDEST)

    assert (current["Content-Location"], current.has_header("Link")) == ("/dokument/plan/fil/2", False)
    assert (oldest["Link"], oldest.has_header("Content-Location")) == (
        '</dokument/plan/fil>; rel="latest-version"',
        False,
    )


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_what_a_browser_cannot_show_is_saved_under_its_name(
    client: Client, version: DocumentVersion, suffix: str
) -> None:
    media_type = MediaType[suffix.upper()]
    DocumentVersion.objects.filter(pk=version.pk).update(media_type=media_type)

    answer = client.head(CURRENT)

    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["Content-Disposition"].rstrip('"').endswith(f".{suffix}")


@pytest.mark.usefixtures("version")
def test_file_is_closed_with_the_answer_even_where_nothing_was_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, open_ = [], default_storage.open
    monkeypatch.setattr(default_storage, "open", lambda *given: opened.append(open_(*given)) or opened[-1])

    answer = client.get(CURRENT)
    was_open = [not file.closed for file in opened]
    answer.close()

    assert (was_open, [file.closed for file in opened]) == ([True], [True])


def test_row_whose_file_is_gone_is_not_a_fault_of_the_page(
    client: Client, version: DocumentVersion, caplog: pytest.LogCaptureFixture
) -> None:
    default_storage.delete(version.file.name or "")

    assert client.get(CURRENT).status_code == 404
    assert f"The file of version {version.pk} is not where it should be." in caplog.messages


# To staff ---------------------------------------------------------------------------------------------


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(factories.make_user(Role.COORDINATOR))
    return client


def staff_url(version: DocumentVersion) -> str:
    return reverse("admin:documents_version_file", args=[version.pk])


def test_staff_get_the_file_in_parts_and_are_told_that_it_is_the_same(
    staff: Client, version: DocumentVersion, content: bytes
) -> None:
    url = staff_url(version)

    whole, part = staff.get(url), staff.get(url, headers={"Range": "bytes=10-19"})
    again = staff.get(url, headers={"If-None-Match": whole["ETag"]})

    assert [answer.status_code for answer in (whole, part, again)] == [200, 206, 304]
    assert (b"".join(whole), b"".join(part)) == (content, content[10:20])
    assert whole["Content-Disposition"] == 'attachment; filename="plan-2.pdf"'
    assert {answer["Cache-Control"] for answer in (whole, part, again)} == {"private, no-cache"}
    assert {"Cookie" in answer["Vary"] for answer in (whole, part, again)} == {True}


def test_copy_of_staff_is_told_to_be_the_same_only_to_those_who_may_have_it(
    staff: Client, version: DocumentVersion
) -> None:
    headers = {"If-None-Match": f'"{version.checksum}"'}

    staff.force_login(factories.make_user(Role.OFFICER))
    refused = staff.get(staff_url(version), headers=headers)
    staff.logout()
    asked = staff.get(staff_url(version), headers=headers)

    assert (refused.status_code, asked.status_code) == (403, 302)
    assert asked["Location"].startswith("/admin/login/")


def test_staff_are_never_sent_to_an_address_that_others_could_use(
    staff: Client, version: DocumentVersion, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_storage, "temporary_url", lambda *_a, **_k: "https://s3.example.org/x")

    visitor, answer = staff.get(CURRENT), staff.get(staff_url(version))

    assert (visitor.status_code, answer.status_code, b"".join(answer)) == (302, 200, content)


def test_staff_are_told_where_the_storage_is_away(
    staff: Client, version: DocumentVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise StorageAwayError

    monkeypatch.setattr(default_storage, "open", refuse)

    answer = staff.get(staff_url(version))

    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
