"""Files in any S3 service (django-storages), read and written with bounded memory and time."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from types import SimpleNamespace
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import ReadBytesWrapper, clean_name

from files.circuit_breaker import CircuitBreaker, StorageAwayError
from files.private_storage import compute_checksum

MEBIBYTE = 2**20
SECONDS_TO_CONNECT = 3
SECONDS_TO_ANSWER = 10
"""Also the longest pause within an answer."""
ATTEMPTS = 2
PART = 5 * MEBIBYTE
"""Size of an upload's parts. One at a time is in memory; at most 10,000 make 50 GB."""
SMALLEST_WINDOW, LARGEST_WINDOW = MEBIBYTE // 4, 2 * MEBIBYTE
SECONDS_TO_FETCH = 60
"""How long a temporary address works: enough to follow it."""
NOT_FOUND = 404
logger = logging.getLogger(__name__)


CLIENT_CONFIG = Config(
    s3={"addressing_style": "path", "payload_signing_enabled": True},
    signature_version="s3v4",
    connect_timeout=SECONDS_TO_CONNECT,
    read_timeout=SECONDS_TO_ANSWER,
    retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
    # Not every service knows the checksums that Amazon's library adds by default.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_client_lock = Lock()


@cache
def _session() -> boto3.Session:
    """Return the process's only session: each loads 13 MB of service descriptions."""
    return boto3.Session()


@cache
def _client(endpoint: str | None, key: str, secret: str, region: str | None, config: Config) -> Any:
    """Return one client for all threads, where `S3Storage` makes one for each thread and storage."""
    return _session().client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name=region,
        config=config,
    )


class PrivateS3Storage(S3Storage):
    """A bucket that only the portal can read: its files have no addresses."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("client_config", CLIENT_CONFIG)
        given.setdefault("transfer_config", TransferConfig(PART, use_threads=False, multipart_chunksize=PART))
        self.breaker = CircuitBreaker()
        super().__init__(**given)

    def url(self, name: str, *_given: Any, **_options: Any) -> str:
        """Raise `ValueError`: files have no public address, views decide who may have them."""
        raise ValueError(f"{name} has no URL: files are given out by views.")

    def temporary_url(self, *_given: Any, **_options: Any) -> str | None:
        """Return None: visitors never fetch from this bucket."""
        return None

    @property
    def connection(self) -> Any:
        """The client, in the shape that `S3Storage` expects."""
        return SimpleNamespace(meta=SimpleNamespace(client=self._client()))

    def delete(self, name: str) -> None:
        """Delete the file, if it exists."""
        with self._translate_errors(name):
            self._client().delete_object(Bucket=self.bucket_name, Key=self._key(name))

    def exists(self, name: str) -> bool:
        with self._translate_errors(name):
            there: bool = super().exists(name)
        return there

    def size(self, name: str) -> int:
        size: int = self._head(name)["ContentLength"]
        return size

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with self._translate_errors(path):
            found: tuple[list[str], list[str]] = super().listdir(path)
        return found

    def read(self, key: str, first: int, last: int, etag: str) -> bytes:
        """Return some bytes of an object, both ends included, if it still has that tag."""
        with self._translate_errors(key):
            place = {"Bucket": self.bucket_name, "Key": key}
            answer = self._client().get_object(**place, Range=f"bytes={first}-{last}", IfMatch=etag)
            content: bytes = answer["Body"].read()
        return content

    def _open(self, name: str, mode: str = "rb") -> File:
        """Open for reading, on demand: `S3Storage` would fetch the whole file into memory first."""
        if mode not in ("r", "rb"):
            raise ValueError("Files are written by save() only, and never altered.")
        head = self._head(name)
        return File(io.BufferedReader(_Object(self, self._key(name), head["ContentLength"], head["ETag"])), name=name)

    def _save(self, name: str, content: File) -> str:
        """Upload, then read back: the file counts as saved when the service returns the same bytes."""
        expected, key = compute_checksum(content), self._key(name)
        body = ReadBytesWrapper(content)
        body.close = lambda: None  # the library would close a file that is not its own
        try:
            with self._translate_errors(name):
                self._client().upload_fileobj(
                    body,
                    self.bucket_name,
                    key,
                    ExtraArgs=self._get_write_parameters(key, content),
                    Config=self.transfer_config,
                )
        except FileNotFoundError as error:
            raise StorageAwayError(f"There is no bucket {self.bucket_name}.") from error
        saved: str = clean_name(name)
        with self._open(saved) as kept:
            if compute_checksum(kept) == expected:
                return saved
        self.delete(saved)
        raise StorageAwayError(f"The storage did not keep {name} as it was given.")

    def _head(self, name: str) -> dict[str, Any]:
        with self._translate_errors(name):
            head: dict[str, Any] = self._client().head_object(Bucket=self.bucket_name, Key=self._key(name))
        return head

    def _key(self, name: str) -> str:
        key: str = self._normalize_name(clean_name(name))
        return key

    def _client(self, endpoint: str | None = None) -> Any:
        with _client_lock:
            return _client(
                endpoint or self.endpoint_url, self.access_key, self.secret_key, self.region_name, self.client_config
            )

    @contextmanager
    def _translate_errors(self, name: str) -> Iterator[None]:
        """Wrap every call to the service: the library's many errors become the two that the portal handles."""
        with self.breaker.guard():
            try:
                yield
            except FileNotFoundError:
                raise
            except ClientError as error:
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == NOT_FOUND:
                    raise FileNotFoundError(f"{name} is not in the storage.") from error
                logger.error("The storage refused a request about %s: %s", name, error)  # noqa: TRY400 - says it all
                raise StorageAwayError(f"The storage refused: {error}") from error
            except (BotoCoreError, Boto3Error, OSError) as error:
                logger.warning("The storage does not answer: %s", error)
                raise StorageAwayError(f"The storage does not answer: {error}") from error


class PublicS3Storage(PrivateS3Storage):
    """The bucket of public documents, itself as closed as the other.

    Where `public_endpoint` is set, visitors fetch files by addresses that are signed for one file and one minute.
    """

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {"public_endpoint": ""}

    def temporary_url(self, name: str, *, disposition: str, media_type: str) -> str | None:
        """Return where a visitor can fetch the file for a minute; None where the portal serves it itself."""
        if not self.public_endpoint:
            return None
        given = {
            "Bucket": self.bucket_name,
            "Key": self._key(name),
            "ResponseContentDisposition": disposition,
            "ResponseContentType": media_type,
        }
        signer = self._client(self.public_endpoint)  # it signs for the service as visitors know it, and never connects
        address: str = signer.generate_presigned_url("get_object", Params=given, ExpiresIn=SECONDS_TO_FETCH)
        return address


class _Object(io.RawIOBase):
    """A readable, seekable object, fetched window by window, each in a request of its own.

    So a slow visitor holds no connection to the service open. Windows grow while reading is sequential: jumping
    about fetches little, reading on fetches much.
    """

    def __init__(self, storage: PrivateS3Storage, key: str, size: int, etag: str) -> None:
        self.storage, self.key, self.size, self.etag = storage, key, size, etag
        self.position = self.start = 0
        self.window = b""
        self.length = SMALLEST_WINDOW

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = max(base + offset, 0)
        return self.position

    def readinto(self, buffer: Any) -> int:
        if self.position >= self.size:
            return 0
        if not self.start <= self.position < self.start + len(self.window):
            self._fetch()
        begin = self.position - self.start
        piece = self.window[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self.position += len(piece)
        return len(piece)

    def _fetch(self) -> None:
        follows = self.position == self.start + len(self.window)
        self.length = min(self.length * 2, LARGEST_WINDOW) if follows else SMALLEST_WINDOW
        self.start, self.window = self.position, b""
        last = min(self.position + self.length, self.size) - 1
        self.window = self.storage.read(self.key, self.start, last, self.etag)
        if len(self.window) != last - self.start + 1:
            raise StorageAwayError(
                f"The storage gave {len(self.window)} bytes of {self.key} instead of what was asked."
            )
