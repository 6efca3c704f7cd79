"""What becomes of files whose rows may not have been committed."""

import io

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.utils import timezone

from files.private_storage import deleted_on_failure, get_private_storage, store_file


def lost_amid_an_answer() -> DatabaseError:
    """Return what Django raises when the server ends in the middle of an answer."""
    error = DatabaseError()
    error.__cause__ = psycopg2.DatabaseError()
    return error


@pytest.mark.parametrize(
    ("error", "is_kept"),
    [
        (OperationalError("gone"), True),
        (InterfaceError("connection already closed"), True),
        (lost_amid_an_answer(), True),
        (IntegrityError("known"), False),
        (DatabaseError("Save with update_fields did not affect any rows."), False),
        (KeyError("ours"), False),
    ],
    ids=lambda value: str(value)[:10] or "amid",
)
def test_files_are_kept_when_it_is_unknown_whether_their_rows_are(error: Exception, *, is_kept: bool) -> None:
    with pytest.raises(type(error)), deleted_on_failure() as stored:
        store_file(io.BytesIO(b"Text"), timezone.now(), stored)
        raise error

    assert [get_private_storage().exists(name) for name in stored] == [is_kept]
