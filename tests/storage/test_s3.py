"""The storages on a real S3 service that checks signatures."""

import hashlib
import os
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import time_machine
from botocore.config import Config
from django.core.files.base import ContentFile, File
from django.utils import timezone

from files.circuit_breaker import StorageAwayError
from files.s3 import CLIENT_CONFIG, PART, PrivateS3Storage, PublicS3Storage
from tests.storage.conftest import options
from tests.swift import PACKAGE, PROGRAM, Swift

pytestmark = pytest.mark.needs_program(PROGRAM, package=PACKAGE)
UNSIGNED_S3, UNSIGNED_SWIFT = 400, 401
"""How Swift refuses who shows no signature: in the one language as not understood, in its own as unauthorised."""
DISPOSITION = "inline; filename=\"plan.pdf\"; filename*=utf-8''%C3%A5tg%C3%A4rd.pdf"


def fetch(address: str) -> tuple[int, bytes, Any]:
    """What anyone at all is answered."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def test_what_is_saved_is_given_back_and_goes_when_deleted(private_storage: PrivateS3Storage) -> None:
    name = private_storage.save("2026/11/å", ContentFile(b"Hej!"))

    with private_storage.open(name) as kept:
        assert (name, kept.read(), private_storage.size(name)) == ("2026/11/å", b"Hej!", 4)
    assert private_storage.listdir("2026/11") == ([], ["å"])
    private_storage.delete(name)
    private_storage.delete(name)
    assert not private_storage.exists(name)
    with pytest.raises(FileNotFoundError):
        private_storage.open(name)
    with pytest.raises(FileNotFoundError):
        private_storage.size(name)


def test_empty_file_is_kept(private_storage: PrivateS3Storage) -> None:
    name = private_storage.save("empty", ContentFile(b""))

    with private_storage.open(name) as kept:
        assert kept.read() == b""


def test_second_file_of_a_name_gets_another(private_storage: PrivateS3Storage) -> None:
    first, second = (private_storage.save("a.pdf", ContentFile(content)) for content in (b"1", b"2"))

    with private_storage.open(first) as kept:
        assert (first == second, kept.read()) == (False, b"1")


def test_large_file_goes_in_parts_and_comes_back_from_any_place(private_storage: PrivateS3Storage) -> None:
    content = os.urandom(2 * PART + 2_000_000)

    name = private_storage.save("large", File(BytesIO(content)))

    told = private_storage.connection.meta.client.head_object(Bucket=private_storage.bucket_name, Key="private/large")
    assert told["ETag"].endswith('-3"'), "it was not sent in parts"
    with private_storage.open(name) as kept:
        assert hashlib.file_digest(kept, "sha256").digest() == hashlib.sha256(content).digest()
        assert kept.seek(-10, os.SEEK_END) == len(content) - 10
        assert kept.read(100) == content[-10:]
        kept.seek(5_000_000)
        assert kept.read(70_000) == content[5_000_000:5_070_000]
        kept.seek(1)
        assert kept.read(3) == content[1:4]


def test_file_that_is_read_on_is_fetched_in_few_windows(
    private_storage: PrivateS3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = private_storage.save("some", ContentFile(bytes(4_000_000)))
    asked, read = [], private_storage.read
    monkeypatch.setattr(private_storage, "read", lambda *given: asked.append(given[2] + 1 - given[1]) or read(*given))

    with private_storage.open(name) as kept:
        for _chunk in kept.chunks():
            pass

    assert asked == [524288, 1048576, 2097152, 329984]


def test_upload_that_comes_back_altered_is_no_upload(
    private_storage: PrivateS3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_storage, "read", lambda _key, first, last, _etag: bytes(last + 1 - first))

    with pytest.raises(StorageAwayError, match="did not keep a as it was given"):
        private_storage.save("a", ContentFile(b"Hej!"))

    assert not private_storage.exists("a")


@pytest.mark.parametrize("wrong", [{"secret_key": "wrong"}, {"access_key": "test:nobody"}], ids=["secret", "key"])
def test_wrong_secret_is_refused_in_every_way(s3: dict[str, str], public_storage: Any, wrong: dict[str, str]) -> None:
    name = public_storage.save("a", ContentFile(b"Hej!"))

    def intruder() -> PublicS3Storage:
        return PublicS3Storage(**options(s3, **wrong), location="documents")

    for act in ("open", "exists", "delete", "size"):
        with pytest.raises(StorageAwayError):
            getattr(intruder(), act)(name)
    with pytest.raises(StorageAwayError):
        intruder().save("b", ContentFile(b"Hej!"))
    assert public_storage.listdir("") == ([], ["a"])


def test_bucket_that_is_not_there_is_told_as_such(s3: dict[str, str]) -> None:
    storage = PrivateS3Storage(**options(s3, bucket_name="nowhere"), location="private")

    with pytest.raises(StorageAwayError):
        storage.save("a", ContentFile(b"Hej!"))


def test_temporary_url_gives_one_file_under_its_name(public_storage: PublicS3Storage) -> None:
    name = public_storage.save("a.pdf", ContentFile(b"Hej!"))

    address = public_storage.temporary_url(name, disposition=DISPOSITION, media_type="application/pdf")

    assert address
    status, content, headers = fetch(address)
    assert (status, content) == (200, b"Hej!")
    assert (headers["Content-Disposition"], headers["Content-Type"]) == (DISPOSITION, "application/pdf")


def _altered(part: str, value: str) -> Any:
    def alter(address: str) -> str:
        url = urlsplit(address)
        return url._replace(query=urlencode(dict(parse_qsl(url.query)) | {part: value})).geturl()

    return alter


FORGERIES = {
    "another signature": _altered("X-Amz-Signature", "0" * 64),
    "longer life": _altered("X-Amz-Expires", "604800"),
    "another key": lambda address: address.replace("test%3Atester", "test%3Anobody"),
    "another name": _altered("response-content-disposition", "attachment"),
    "another file": lambda address: address.replace("/documents/a.pdf", "/documents/b.pdf"),
    "another bucket": lambda address: address.replace("/documents/a.pdf", "-private/private/a.pdf"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_forged_address_is_refused(
    public_storage: PublicS3Storage, private_storage: PrivateS3Storage, forge: Any
) -> None:
    for storage, name in ((public_storage, "a.pdf"), (public_storage, "b.pdf"), (private_storage, "a.pdf")):
        storage.save(name, ContentFile(b"Hej!"))
    address = public_storage.temporary_url("a.pdf", disposition=DISPOSITION, media_type="application/pdf")
    assert address

    status, content, _headers = fetch(forge(address))

    assert (status, b"Hej!" in content) == (403, False)


def test_temporary_url_is_dead_after_a_minute(public_storage: PublicS3Storage) -> None:
    name = public_storage.save("a.pdf", ContentFile(b"Hej!"))
    with time_machine.travel(timezone.now() - timedelta(seconds=61), tick=False):
        address = public_storage.temporary_url(name, disposition=DISPOSITION, media_type="application/pdf")

    assert address
    assert fetch(address)[0] == 403


def test_private_file_has_no_address_of_any_kind(s3: dict[str, str], private_storage: PrivateS3Storage) -> None:
    name = private_storage.save("2026/11/secret", ContentFile(b"Hej!"))

    with pytest.raises(ValueError, match="has no URL"):
        private_storage.url(name)
    assert private_storage.temporary_url(name, disposition="inline", media_type="text/plain") is None
    unsigned = (f"{s3['S3_PRIVATE_BUCKET']}/private/{name}", f"v1/AUTH_test/{s3['S3_PRIVATE_BUCKET']}/private/{name}")
    assert [fetch(f"{s3['S3_ENDPOINT']}/{path}")[0] for path in unsigned] == [UNSIGNED_S3, UNSIGNED_SWIFT]


def test_public_file_has_no_lasting_address_either(s3: dict[str, str], public_storage: PublicS3Storage) -> None:
    name = public_storage.save("a.pdf", ContentFile(b"Hej!"))

    with pytest.raises(ValueError, match="has no URL"):
        public_storage.url(name)
    assert fetch(f"{s3['S3_ENDPOINT']}/{s3['S3_BUCKET']}/documents/{name}")[0] == UNSIGNED_S3


def test_service_that_goes_away_is_left_alone_for_a_moment_and_found_again(
    swift: Swift, private_storage: PrivateS3Storage
) -> None:
    name = private_storage.save("a", ContentFile(b"Hej!"))
    swift.go_away()
    try:
        with pytest.raises(StorageAwayError, match="does not answer"):
            private_storage.open(name)
        with pytest.raises(StorageAwayError, match="is left alone"):
            private_storage.open(name)
    finally:
        swift.come_back()
    private_storage.breaker._closed_until = 0.0  # as if the moment were over

    with private_storage.open(name) as kept:
        assert kept.read() == b"Hej!"


def test_service_that_hangs_is_not_waited_for(swift: Swift, s3: dict[str, str]) -> None:
    impatient = CLIENT_CONFIG.merge(Config(read_timeout=0.3))  # what holds is ten seconds
    storage = PrivateS3Storage(**options(s3), location="private", client_config=impatient)
    storage.exists("a")

    with swift.hanging(), pytest.raises(StorageAwayError, match="does not answer"):
        storage.exists("a")


@pytest.mark.usefixtures("private_storage")
def test_storages_wait_for_no_service_longer_than_a_page_may_take(public_storage: PublicS3Storage) -> None:
    config = public_storage.connection.meta.client.meta.config

    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (3, 10, 2)


def test_threads_and_storages_share_one_client(
    public_storage: PublicS3Storage, private_storage: PrivateS3Storage
) -> None:
    with ThreadPoolExecutor(4) as threads:
        clients = list(threads.map(lambda storage: storage._client(), [public_storage, private_storage] * 4))

    assert len({id(client) for client in clients}) == 1
