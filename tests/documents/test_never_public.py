"""A version that the public could never read stays unread, whatever is published after it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from documents.models import Document, DocumentVersion, Page, Scan
from documents.versions import add_version, restore_version, withdraw_version
from search.document_pages import find_current_pages
from tests.documents.test_admin import DOCUMENTS, document_data
from tests.factories import make_document, make_pdf_file, make_readable_pdf_file, make_user

pytestmark = pytest.mark.django_db
LATER = timedelta(days=7)


def add(document: Document, name: str) -> DocumentVersion:
    file = ContentFile(make_pdf_file(f"{document.slug} {name}"), name=f"{name}.pdf")
    return add_version(document, file, f"Notering {name}.", f"Note {name}.")


def save(document: Document, **given: Any) -> Document:
    """As another request would have it."""
    document = Document.objects.get(pk=document.pk)
    for name, value in given.items():
        setattr(document, name, value)
    document.save()
    return document


def served(client: Client, document: Document) -> list[int]:
    """The versions that the public can fetch at their own addresses."""
    numbers = document.versions.order_by("number").values_list("number", flat=True)
    return [n for n in numbers if client.head(f"/dokument/{document.slug}/fil/{n}").status_code == 200]


def current(client: Client, document: Document) -> int | None:
    answer = client.head(f"/dokument/{document.slug}/fil")
    checksum = answer.get("ETag", "").strip('"')
    version = document.versions.filter(checksum=checksum).first()
    return version.number if version else None


def test_earlier_drafts_are_nowhere_once_a_later_one_is_published(client: Client) -> None:
    document = save(make_document(versions=2, slug="plan", publication="draft"), publication="published")
    roads = [
        "/dokument/plan/fil/1", "/en/documents/plan/file/1", "/dokument/plan/fil/1?x=1",
    ]  # fmt: skip

    answers = [client.get(road).status_code for road in roads]
    answers += [client.head(roads[0]).status_code, client.get(roads[0], headers={"range": "bytes=0-3"}).status_code]
    etag = f'"{document.versions.get(number=1).checksum}"'
    answers.append(client.get(roads[0], headers={"if-none-match": etag}).status_code)
    page = client.get("/dokument/plan/").content.decode()

    assert answers == [404] * 6
    assert (current(client, document), served(client, document)) == (2, [2])
    assert ("/dokument/plan/fil/1" in page, "Ändring 1." in page, "Ändring 2." in page) == (False, False, True)


def test_each_that_was_current_in_public_keeps_its_address(client: Client) -> None:
    document = make_document(slug="plan")
    add(document, "två")
    add(document, "tre")

    assert (current(client, document), served(client, document)) == (3, [1, 2, 3])


def test_version_that_is_replaced_before_its_moment_is_never_public(client: Client) -> None:
    moment = timezone.now() + LATER
    document = make_document(versions=1, slug="plan", publication="draft")
    save(document, publication="published", publish_from=moment)
    add(document, "två")

    planned = list(document.versions.filter(public_from=moment).values_list("number", flat=True))
    before = served(client, document)
    Document.objects.filter(pk=document.pk).update(publish_from=timezone.now())
    document.versions.filter(public_from__isnull=False).update(public_from=timezone.now())

    assert (planned, before) == ([2], [])
    assert (current(client, document), served(client, document)) == (2, [2])


def test_moment_that_is_moved_moves_with_the_newest_file(client: Client) -> None:
    document = make_document(slug="plan", publication="draft")
    far, near = timezone.now() + 2 * LATER, timezone.now() + LATER

    moments = []
    for given in (
        {"publication": "published", "publish_from": far},
        {"publish_from": near},
        {"publication": "archived"},
        {"publication": "published", "publish_from": far},
        {"publish_from": timezone.now()},
    ):
        save(document, **given)
        moments.append(document.versions.get().public_from)

    assert moments[:4] == [far, near, None, far]
    assert moments[4] <= timezone.now()
    assert served(client, document) == [1]


@pytest.mark.parametrize(
    ("away", "back"),
    [
        ({"publication": "archived"}, {"publication": "published"}),
        ({"publication": "draft"}, {"publication": "published"}),
        ({"publication": "review"}, {"publication": "published"}),
        ({"publish_until": datetime(2026, 1, 2, tzinfo=UTC), "publish_from": datetime(2026, 1, 1, tzinfo=UTC)},
         {"publish_until": None}),
        ({"publish_from": datetime(2100, 1, 1, tzinfo=UTC)}, {"publish_from": datetime(2026, 1, 1, tzinfo=UTC)}),
    ],
    ids=["archived", "drafted", "in review", "ended", "put off"],
)  # fmt: skip
def test_what_is_replaced_while_the_document_is_away_is_never_public(
    client: Client, away: dict[str, Any], back: dict[str, Any]
) -> None:
    document = make_document(slug="plan")
    save(document, **away)
    add(document, "två")
    add(document, "tre")
    save(document, **back)

    assert (current(client, document), served(client, document)) == (3, [1, 3])


def test_draft_does_not_come_forth_when_the_published_file_is_taken_away(client: Client) -> None:
    document = save(make_document(versions=2, slug="plan", publication="draft"), publication="published")

    withdraw_version(document.versions.get(number=2), by="Eva Ek", reason_sv="Fel fil.")
    save(document, title_sv="Nytt namn")

    assert (current(client, document), served(client, document)) == (None, [])
    assert [client.get(f"/dokument/plan/fil/{number}").status_code for number in (1, 2)] == [404, 410]
    assert client.get("/dokument/plan/fil").status_code == 410


def test_draft_does_not_come_forth_when_the_published_file_is_infected(client: Client) -> None:
    document = save(make_document(versions=2, slug="plan", publication="draft"), publication="published")
    version = document.versions.get(number=2)
    version.scan = Scan.INFECTED
    version.save()
    save(document, title_sv="Nytt namn")

    assert (current(client, document), served(client, document)) == (None, [])


def test_draft_is_published_when_the_document_is_published_anew(client: Client) -> None:
    document = save(make_document(versions=2, slug="plan", publication="draft"), publication="published")
    withdraw_version(document.versions.get(number=2), by="Eva Ek", reason_sv="Fel fil.")
    save(document, publication="archived")
    save(document, publication="published")

    assert (current(client, document), served(client, document)) == (1, [1])


def test_version_withdrawn_as_a_draft_is_not_told_of(client: Client) -> None:
    document = make_document(versions=2, slug="plan", publication="draft")
    withdraw_version(document.versions.get(number=2), by="Eva Ek", reason_sv="Hemligt skäl.")
    save(document, publication="published")

    page = client.get("/dokument/plan/").content.decode()

    assert (current(client, document), "Hemligt skäl." in page) == (1, False)
    assert client.get("/dokument/plan/fil/2").status_code == 404

    restore_version(document.versions.get(number=2), by="Eva Ek")

    assert (current(client, document), served(client, document)) == (2, [1, 2])


def test_file_goes_public_when_it_is_checked_unless_a_newer_one_has_come(client: Client, settings: Any) -> None:
    document = make_document(slug="plan")
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    second, third = add(document, "två"), add(document, "tre")
    told = [current(client, document)]
    for version in (third, second):
        version.scan = Scan.CLEAN
        version.save()
        told.append(current(client, document))

    assert (told, served(client, document)) == ([1, 3, 3], [1, 3])


def test_search_and_lists_know_the_public_version_alone(client: Client) -> None:
    document = save(make_document(versions=2, slug="plan", publication="draft"), publication="published")
    for version in document.versions.all():
        Page.objects.create(version=version, number=1, text=f"Ordet{version.number}")
    withdraw_version(document.versions.get(number=2), by="Eva Ek", reason_sv="Fel fil.")

    assert list(find_current_pages().values_list("text", flat=True)) == []
    assert "Ändring 1." not in client.get("/dokument/").content.decode()


def test_staff_reach_every_version(client: Client) -> None:
    document = save(make_document(versions=2, slug="plan", publication="draft"), publication="published")
    client.force_login(make_user(Role.COORDINATOR))
    first = document.versions.get(number=1)

    page = client.get(f"{DOCUMENTS}{document.pk}/change/").content.decode()

    assert client.head(reverse("admin:documents_version_file", args=[first.pk])).status_code == 200
    assert "Allmänheten har aldrig haft den här filen" in page


@pytest.mark.parametrize("way", ["button", "list", "with a new file"])
def test_every_way_of_publishing_makes_the_newest_file_public(client: Client, way: str) -> None:
    document = make_document(versions=2, slug="plan", publication="draft", inaccessible_reason_sv="Karta.")
    client.force_login(make_user(Role.COORDINATOR))
    if way == "list":
        client.post(DOCUMENTS, {"action": "publish", "_selected_action": [document.pk]})
    else:
        file = make_readable_pdf_file("tre") if way == "with a new file" else None
        data = document_data(file, slug="plan", inaccessible_reason_sv="Karta.", _publish="x")
        client.post(f"{DOCUMENTS}{document.pk}/change/", data)

    assert served(client, document) == ([3] if way == "with a new file" else [2])
