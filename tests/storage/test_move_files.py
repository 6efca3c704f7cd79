"""Files moved to an S3 service and back: all of them, once, as they were."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests import databases
from tests.processes import child_environment, manage
from tests.swift import PACKAGE, PROGRAM, Swift

pytestmark = [pytest.mark.django_db, pytest.mark.needs_program(PROGRAM, package=PACKAGE)]
TO_S3 = ("move_files", "--from", "local", "--to", "s3")
TO_LOCAL = ("move_files", "--from", "s3", "--to", "local")
VERSIONS = 2
"""Of the document in `filled`."""


@pytest.fixture(scope="module")
def filled(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A database and its folder, in which there are two messages with a file each, and a document of two versions."""
    var = tmp_path_factory.mktemp("filled")
    with databases.temporary_database(migrated_database) as database:
        fill(databases.environment(database) | {"VAR_DIR": str(var)}, 2)
        yield database, var


@pytest.fixture
def here(filled: tuple[str, Path], tmp_path: Path, s3: dict[str, str]) -> Iterator[dict[str, str]]:
    """The settings of such a portal, which keeps its files in folders, and knows of a service."""
    shutil.copytree(filled[1], tmp_path / "here")
    with databases.temporary_database(filled[0]) as database:
        yield databases.environment(database) | s3 | {"VAR_DIR": str(tmp_path / "here"), "FILES_IN": "local"}


def fill(environment: dict[str, str], messages: int) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.storage.fill", str(messages)],
        cwd=settings.BASE_DIR,
        env=child_environment(environment),
        check=True,
        capture_output=True,
    )


def last_line(result: subprocess.CompletedProcess[str]) -> str:
    """What it came to, after how far it had come from time to time."""
    return result.stdout.splitlines()[-1]


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def local_files(environment: dict[str, str], var: Path | None = None) -> dict[str, bytes]:
    root = var or Path(environment["VAR_DIR"])
    return {f"{kind}/{name}": content for kind in ("documents", "private")
            for name, content in files_in(root / kind).items()}  # fmt: skip


def names_on(swift: Swift, s3: dict[str, str]) -> set[str]:
    listed = [swift.client().list_objects_v2(Bucket=s3[name]) for name in ("S3_BUCKET", "S3_PRIVATE_BUCKET")]
    return {item["Key"] for page in listed for item in page.get("Contents", ())}


def test_files_are_moved_there_and_back_as_they_were(here: dict[str, str], swift: Swift, tmp_path: Path) -> None:
    before = local_files(here)

    there = manage(*TO_S3, environment=here)
    again = manage(*TO_S3, environment=here)
    back = manage(*TO_LOCAL, environment=here | {"VAR_DIR": str(tmp_path / "elsewhere")})

    assert (there.returncode, last_line(there)) == (0, "4 files were copied to s3; 0 were there already.")
    assert (again.returncode, last_line(again)) == (0, "0 files were copied to s3; 4 were there already.")
    assert (back.returncode, last_line(back)) == (0, "4 files were copied to local; 0 were there already.")
    assert len(before) == 2 + VERSIONS
    assert names_on(swift, here) == set(before)
    assert local_files(here, tmp_path / "elsewhere") == before


def test_killed_in_the_middle_it_is_run_again_to_the_end(here: dict[str, str], swift: Swift) -> None:
    fill(here, 23)
    running = subprocess.Popen(
        [sys.executable, "manage.py", *TO_S3],
        cwd=settings.BASE_DIR,
        env=child_environment(here),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while len(names_on(swift, here)) < 8 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    kept = len(names_on(swift, here))

    again = manage(*TO_S3, environment=here)

    assert 8 <= kept < 25 + VERSIONS, "the kill did not fall in the middle"
    left = 25 + VERSIONS - kept
    assert (again.returncode, last_line(again)) == (0, f"{left} files were copied to s3; {kept} were there already.")
    assert names_on(swift, here) == set(local_files(here))


def test_half_a_file_that_a_kill_left_is_replaced(here: dict[str, str], tmp_path: Path) -> None:
    manage(*TO_S3, environment=here)
    before = local_files(here)
    for path in Path(here["VAR_DIR"], "private").rglob("*-*"):
        path.write_bytes(path.read_bytes()[:3])

    back = manage(*TO_LOCAL, environment=here | {"FILES_IN": "s3"})

    assert (back.returncode, last_line(back)) == (0, "2 files were copied to local; 2 were there already.")
    assert local_files(here) == before


def test_source_is_deleted_only_after_the_portal_has_left_it(here: dict[str, str]) -> None:
    before = local_files(here)

    too_early = manage(*TO_S3, "--delete-source", environment=here)
    not_moved = manage(*TO_S3, "--delete-source", environment=here | {"FILES_IN": "s3"})
    kept = local_files(here)
    manage(*TO_S3, environment=here)
    deleted = manage(*TO_S3, "--delete-source", environment=here | {"FILES_IN": "s3"})

    assert (too_early.returncode, not_moved.returncode, kept) == (1, 1, before)
    assert "The portal still keeps its files in local." in too_early.stderr
    assert "so nothing has been deleted. Run the command without --delete-source first." in not_moved.stderr
    assert (deleted.returncode, last_line(deleted)) == (0, "4 files were deleted from local.")
    assert local_files(here) == {}
    verified = manage("verify_registry", environment=here | {"FILES_IN": "s3"})
    assert (verified.returncode, verified.stderr) == (0, "")


def test_file_that_is_not_as_its_row_says_is_named_and_the_others_are_moved(here: dict[str, str]) -> None:
    gone, altered = sorted(Path(here["VAR_DIR"], "private").rglob("*-*"))
    gone.unlink()
    altered.write_bytes(b"Another text")

    moved = manage(*TO_S3, environment=here)

    assert moved.returncode == 1
    assert f"{altered.name} is not as registry.File " in moved.stderr
    assert f"{gone.name}, which registry.File " in moved.stderr
    assert "2 files are not in s3. Each is named above." in moved.stderr
    assert last_line(moved) == "2 files were copied to s3; 0 were there already."


def test_what_was_disposed_of_meanwhile_is_destroyed_in_both_places(here: dict[str, str], swift: Swift) -> None:
    manage(*TO_S3, environment=here)
    names = names_on(swift, here)
    databases.query(
        here.get("POSTGRES_DATABASE") or here["DATABASE_URL"].rpartition("/")[2],
        "SET session_replication_role = replica; UPDATE registry_file SET removed_at = now(), disposed_at = now()",
        as_owner=True,
    )

    again = manage(*TO_S3, environment=here)

    assert (again.returncode, names_on(swift, here)) == (0, {name for name in names if name.startswith("documents/")})
    assert last_line(again) == "2 were destroyed there, since they have been disposed of."
    assert manage(*TO_S3, "--delete-source", environment=here | {"FILES_IN": "s3"}).returncode == 0
    assert local_files(here) == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"S3_BUCKET": ""}, "There is no place s3. Set S3_BUCKET"),
        ({"S3_ENDPOINT": "http://127.0.0.1:9"}, "What has been copied stays where it is: run the command again."),
        ({"S3_SECRET": "wrong"}, "The storage refused: "),
    ],
    ids=["not set", "away", "wrong secret"],
)
def test_place_that_cannot_be_reached_is_told_in_a_sentence(
    here: dict[str, str], changes: dict[str, str], words: str
) -> None:

    refused = manage(*TO_S3, environment=here | changes)

    assert refused.returncode == 1
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_backup_of_a_portal_on_s3_is_restored_to_another_bucket(
    here: dict[str, str], swift: Swift, tmp_path: Path
) -> None:
    on_s3 = here | {"FILES_IN": "s3"}
    manage(*TO_S3, environment=here)
    backed_up = manage("backup", str(tmp_path / "backup"), environment=on_s3)

    with databases.temporary_database() as empty:
        other = swift.variables(f"{here['S3_BUCKET']}-other")
        key = Path(here["VAR_DIR"], "registry_signing_key").read_text()
        elsewhere = databases.environment(empty) | other
        elsewhere |= {"VAR_DIR": str(tmp_path / "other"), "REGISTRY_SIGNING_KEY": key}
        restored = manage("restore", str(tmp_path / "backup"), environment=elsewhere)

    assert backed_up.returncode == 0, backed_up.stderr
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.splitlines()[-1].startswith("The registry is whole: 2 cases")
    assert names_on(swift, other) == names_on(swift, here)
    assert local_files(here, tmp_path / "other") == {}
