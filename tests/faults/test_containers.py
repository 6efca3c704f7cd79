"""The production image, run as docker-compose.yml mounts it: what is not in its volumes cannot be written."""

import json
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.clients import Answer, Client
from tests.containers import Containers, Database, Image

HOST = "utveckling.example.org"
SECONDS_TO_START = 60
FILE = b"En rad i bilagan.\n" * 120_000
"""Larger than what is kept in memory on its way in."""

pytestmark = pytest.mark.needs_program("bwrap", package="bubblewrap")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return Image(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def containers(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """Everything that runs in production, but for the proxy: migrated, answering, working."""
    folder = tmp_path_factory.mktemp("containers")
    containers = Containers(folder, image, CONTACT_SECONDS_AT_LEAST="0", COMPOSE_PROFILES="")
    (containers.project / "secrets" / "email_url").write_text("dummymail://\n")
    database = Database(containers, folder / "database")
    database.start()
    try:
        migrated = containers.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        containers.start("web", TRUSTED_PROXIES="127.0.0.1")  # there is no network of Compose
        containers.start("worker")
        wait_until_healthy(containers)
        yield containers
    finally:
        containers.stop()
        database.stop()


def wait_until_healthy(containers: Containers) -> None:
    """Wait as Compose does: until the service's own check holds."""
    check = containers.read_file()["services"]["web"]["healthcheck"]["test"][1:]
    deadline = time.monotonic() + SECONDS_TO_START
    while containers.run("web", *check).returncode:
        assert time.monotonic() < deadline, containers.log.read_text()
        assert [process.poll() for process in containers.running] == [None, None], containers.log.read_text()


@pytest.fixture(scope="module")
def visitor(containers: Containers) -> Client:
    """Somebody behind the proxy."""

    class Visitor(Client):
        def _ask(self, *given, headers=None, **named):
            return super()._ask(
                *given, headers={"Host": HOST, "X-Forwarded-Proto": "https", **(headers or {})}, **named
            )

    return Visitor(SimpleNamespace(port=containers.port, base_url=f"https://{HOST}"))


@pytest.fixture(scope="module")
def receipt(visitor: Client, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """What somebody is shown who has sent a message with a file."""
    path = tmp_path_factory.mktemp("sent") / "bilaga.txt"
    path.write_bytes(FILE)
    sent = visitor.send("/kontakt/", {"attachments": path}, subject="Vägen", message="Se bilagan.")
    assert sent.status == 303, sent.text
    return visitor.get(sent.headers["Location"])


def test_pages_and_static_files_are_served(visitor: Client):
    page = visitor.get("/kontakt/")

    assert page.status == 200
    sheet = page.content.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    assert visitor.get(sheet).headers["Content-Type"] == 'text/css; charset="utf-8"'


def test_a_message_with_a_file_is_registered_and_its_file_kept_closed(receipt: Answer, containers: Containers):
    assert "/0001" in receipt.text
    private = containers.volumes / "var" / "private"
    (kept,) = (path for path in private.rglob("*") if path.is_file())
    assert kept.read_bytes() == FILE
    modes = {f"{path.stat().st_mode & 0o777:o}" for path in (*private.rglob("*"), private) if path.is_dir()}
    assert (f"{kept.stat().st_mode & 0o777:o}", modes) == ("600", {"700"})


def test_a_backup_holds_the_file(receipt: Answer, containers: Containers):
    command = containers.read_file()["services"]["backup"]["command"]
    once = command[: command.index("--every-day-at")]

    backed_up = containers.run("backup", *once)

    assert backed_up.returncode == 0, backed_up.stderr
    (manifest,) = (containers.volumes / "backup").glob("*/manifest.json")
    assert len([name for name in json.loads(manifest.read_text())["sha256"] if name.startswith("files/private/")]) == 1


def test_nothing_was_refused_by_the_read_only_root(receipt: Answer, containers: Containers):
    assert [process.poll() for process in containers.running] == [None, None]
    for words in ("Read-only file system", "Permission denied", "Traceback"):
        assert words not in containers.log.read_text()


def test_web_and_worker_may_run_several_times(containers: Containers):
    services = containers.read_file()["services"]

    for name in ("web", "worker"):
        assert {"container_name", "ports"} & set(services[name]) == set()
        assert services[name]["volumes"] == services["web"]["volumes"]


def test_the_owner_of_the_tables_is_known_to_those_that_need_it_alone(containers: Containers):
    services = containers.read_file()["services"].items()

    given = {name for name, service in services for secret in service.get("secrets", ()) if "owner" in secret["source"]}
    assert given == {"db", "migrate", "backup"}
