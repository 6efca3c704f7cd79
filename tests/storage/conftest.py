"""An S3 service for the tests of this folder, and the portal's storages on it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from files.s3 import PrivateS3Storage, PublicS3Storage
from tests.swift import Swift, running


@pytest.fixture(scope="session")
def swift() -> Iterator[Swift]:
    """Started once for each process that runs tests. Mark what uses it with `needs_swift`."""
    with running() as service:
        yield service


@pytest.fixture
def s3(swift: Swift) -> dict[str, str]:
    """The settings of a portal on the service, with buckets of the test's own."""
    return swift.variables(f"test-{uuid4()}")


def options(s3: dict[str, str], **others: Any) -> dict[str, Any]:
    given = {
        "bucket_name": s3["S3_BUCKET"],
        "endpoint_url": s3["S3_ENDPOINT"],
        "access_key": s3["S3_KEY"],
        "secret_key": s3["S3_SECRET"],
        "region_name": s3["S3_REGION"],
        "file_overwrite": False,
    }
    return given | others


@pytest.fixture
def public_storage(s3: dict[str, str]) -> PublicS3Storage:
    return PublicS3Storage(**options(s3), location="documents", public_endpoint=s3["S3_ENDPOINT"])


@pytest.fixture
def private_storage(s3: dict[str, str]) -> PrivateS3Storage:
    return PrivateS3Storage(**options(s3, bucket_name=s3["S3_PRIVATE_BUCKET"]), location="private")
