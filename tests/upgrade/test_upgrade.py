"""The example content of former releases, migrated to this version: nothing is lost, everything works."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

from rus_portal.backup.manifest import DUMP
from rus_portal.backup.programs import find_programs, load_dump
from rus_portal.demo.loader import LOGINS
from tests import databases
from tests.clients import Client
from tests.portal_process import Portal

PACKS = sorted(Path(__file__).parent.glob("demo-*.zip"))
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
MADE_ANEW = re.compile(r"django_migrations|django_content_type|auth_permission|auth_group_permissions|search_|.*cache")
"""Tables of Django's own, of the search's index and of kept pages, which a version may fill in another way."""
ROLES = {
    "samordnare": "/admin/actionplans/activity/",
    "registrator": "/admin/registry/case/",
    "handlaggare": "/admin/registry/case/",
    "arkivarie": "/admin/registry/case/",
    "administrator": "/admin/auth/user/",
}


class Upgraded(NamedTuple):
    """A running portal of this version, and how many rows each table had before and after."""

    portal: Portal
    before: dict[str, int]
    after: dict[str, int]


@pytest.fixture(scope="module", params=PACKS, ids=lambda pack: pack.stem)
def upgraded(
    request: pytest.FixtureRequest, database_server: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    """A portal as `make run` starts it after an upgrade: tables migrated, and what is new of the example loaded."""
    var = tmp_path_factory.mktemp("upgraded")
    with ZipFile(request.param) as pack, databases.temporary_database() as database:
        pack.extractall(var, [name for name in pack.namelist() if name != DUMP])
        load_dump(find_programs(_find_major()), lambda pipe: pipe.write(pack.read(DUMP)), database)
        before = _count_rows(database)
        portal = Portal(database, var)
        for command in ("migrate", "prepare", "load_demo", "work --once"):
            done = portal.manage(*command.split())
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        after = _count_rows(database)
        portal.start()
        yield Upgraded(portal, before, after)
        portal.stop()


def _find_major() -> int:
    [(version,)] = databases.on_server("SHOW server_version_num")
    return int(version) // 10000


def _count_rows(database: str) -> dict[str, int]:
    tables = [name for (name,) in databases.query(database, TABLES, as_owner=True)]
    each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
    return dict(databases.query(database, each, as_owner=True))


def test_there_is_a_former_release() -> None:
    assert PACKS


def test_no_row_is_lost(upgraded: Upgraded) -> None:
    fewer = {
        table: (before, upgraded.after.get(table))
        for table, before in upgraded.before.items()
        if upgraded.after.get(table, 0) < before and not MADE_ANEW.fullmatch(table)
    }
    assert fewer == {}
    assert sum(upgraded.before.values()) > 1000


def test_example_is_not_loaded_twice(upgraded: Upgraded) -> None:
    for table in ("strategy_goal", "actionplans_actionplan", "actionplans_activity", "registry_case"):
        assert upgraded.after[table] == upgraded.before[table], table
    logins = sorted(name for (name,) in upgraded.portal.sql("SELECT username FROM auth_user"))
    assert logins == sorted(LOGINS)  # those of roles that are new are added


def test_registry_of_the_former_release_is_whole(upgraded: Upgraded) -> None:
    done = upgraded.portal.manage("verify_registry")

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_opens(upgraded: Upgraded) -> None:
    visitor = Client(upgraded.portal)
    sitemap = visitor.get("/sitemap.xml").content.decode()
    addresses = [found.removeprefix(upgraded.portal.base_url) for found in re.findall("<loc>(.*?)</loc>", sitemap)]

    answers = {address: visitor.get(address).status for address in addresses}
    assert {address: status for address, status in answers.items() if status != 200} == {}
    assert len(addresses) > 100


def test_document_can_be_read_and_found(upgraded: Upgraded) -> None:
    visitor = Client(upgraded.portal)
    [(slug,)] = upgraded.portal.sql(
        "SELECT slug FROM documents_document WHERE publication = 'published' ORDER BY id LIMIT 1"
    )

    assert visitor.get(f"/dokument/{slug}/fil").content.startswith(b"%PDF")
    assert f"/dokument/{slug}/" in visitor.get("/dokument/").content.decode()
    assert "/mal/" in visitor.get("/sok/?q=bredband").content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_everybody_comes_in_with_their_password(upgraded: Upgraded, role: str) -> None:
    person = Client(upgraded.portal).log_in(role)

    assert [person.get(address).status for address in ("/admin/", ROLES[role])] == [200, 200]


def test_next_message_has_the_next_number(upgraded: Upgraded) -> None:
    highest = "SELECT max(number) FROM registry_case WHERE year = (SELECT max(year) FROM registry_case)"
    [(before,)] = upgraded.portal.sql(highest)

    sent = Client(upgraded.portal).send("/kontakt/", {}, subject="Efter uppgraderingen", message="Hur går det?")

    assert sent.status == 303
    assert upgraded.portal.sql(highest) == [(before + 1,)]
