"""What every test may ask for: a database, a running portal, a browser."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.portal_process import Portal

CHROMIUM = "/usr/bin/chromium-headless-shell"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # First what stands ready under an address bar that nobody sees: two pages more for each that a test opens.
    # The rest is Playwright's own list, whose place this one takes.
    (
        "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,"
        "AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,"
        "DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,MediaRouter,"
        "NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,ThirdPartyStoragePartitioning"
    ),
]
BEGUN_FIRST = (
    "tests/e2e/test_pages.py",  # makes the demo content; what stands next must not wait for it
    "tests/documents/test_hostile.py",
    "tests/registry/test_transitions.py",
    "tests/test_public_pages.py",
    "tests/e2e/test_admin.py",
    "tests/rus_portal/test_rights_matrix.py",
    "tests/storage/test_move_files.py",
    "tests/faults/test_registry_faults.py",
    "tests/rus_portal/test_admin_hostile.py",
    "tests/storage/test_portal_on_s3.py",
    "tests/faults/test_launch.py",
    "tests/search/test_leaks.py",
    "tests/faults/test_kill.py",
    "tests/faults/test_archive_kill.py",
    "tests/actionplans/test_spreadsheet_large.py",
    "tests/e2e/",
    "tests/faults/",
    "tests/backup/",
    "tests/load/",
    "tests/registry/test_facts.py",
    "tests/storage/",
    "tests/upgrade/",
    "tests/test_query_counts.py",
    "tests/search/test_judged.py",
    "tests/indicators/test_fetcher.py",
    "tests/rus_portal/test_admin_list_queries.py",
    "tests/publishing/test_visibility.py",
    "tests/test_page_cache.py",
    "tests/test_nobody_is_logged.py",
)
"""What takes half a minute and more: begun last, it would let every process but one wait for it.

The longest come first, but what waits for other programs stands beside what computes.
"""
STARTS_PROCESSES = frozenset({"portal", "own_portal", "browser"})
"""Fixtures that start a program beside the tests."""
FOLDERS_OF_PROCESSES = (
    "tests/backup/test_backup.py",
    "tests/backup/test_restore.py",
    "tests/backup/test_servers.py",
    "tests/e2e/",
    "tests/faults/",
    "tests/storage/",
    "tests/upgrade/",
)


def pytest_configure() -> None:
    """Build what a fresh clone lacks. Forget that no translation was found before."""
    from django.conf import settings
    from django.utils.translation.reloader import translation_file_changed

    from rus_portal.assets import list_unprepared
    from tests.processes import manage

    # A program that a script starts in the background ignores Ctrl-C, and so would all that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Servers lie where the search path of a user who is not root seldom leads.
    os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    if "PYTEST_XDIST_WORKER" not in os.environ and list_unprepared():  # what started this process has done it
        prepared = manage("prepare", environment={})
        assert prepared.returncode == 0, prepared.stderr
    translation_file_changed(sender=None, file_path=settings.BASE_DIR / "django.mo")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return one process a core, and one more for the whole: much of it waits for the programs that tests start."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.markexpr
    return (os.cpu_count() or 1) + is_whole


def pytest_unconfigure() -> None:
    from django.conf import settings

    if Path(settings.VAR_DIR).is_relative_to(tempfile.gettempdir()):
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts programs, and put what takes long first; a file's tests stay together in their order."""
    for item in items:
        if _starts_processes(item):
            item.add_marker("process")
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """Keep the garbage collector from what was imported and collected: going through it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _starts_processes(item: pytest.Item) -> bool:
    return (
        item.get_closest_marker("needs_program") is not None
        or item.nodeid.startswith(FOLDERS_OF_PROCESSES)
        or not STARTS_PROCESSES.isdisjoint(getattr(item, "fixturenames", ()))
    )


def _turn(item: pytest.Item) -> int:
    name = item.nodeid
    return next((turn for turn, start in enumerate(BEGUN_FIRST) if name.startswith(start)), len(BEGUN_FIRST))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose system program is missing; with REQUIRE_ALL=1, fail it instead."""
    for marker in item.iter_markers("needs_program"):
        program = marker.args[0]
        if not shutil.which(program):
            reason = f"{program} is missing: apt-get install {marker.kwargs.get('package', program)}"
            if os.environ.get("REQUIRE_ALL") == "1":
                pytest.fail(reason)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def database_server() -> Iterator[None]:
    """The embedded PostgreSQL, in a folder of the tests' own, unless DATABASE_URL names another server."""
    from rus_portal import postgres
    from tests.databases import drop_left_behind

    with postgres.running_server():
        drop_left_behind()
        yield


@pytest.fixture(scope="session")
def migrated_database(database_server: None) -> str:
    """The name of a database with empty tables, made by `manage.py migrate`. Copy it; write nothing into it."""
    from tests.template_databases import migrated_template

    return migrated_template().database


@pytest.fixture(scope="session")
def django_db_setup(migrated_database: str, django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Copy the test database as the owner of the tables; meet it as the role that the site runs as.

    So tests see what the database refuses. That role may not TRUNCATE: no test can be `transaction=True`.
    """
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database
    _keep_connections()
    with django_db_blocker.unblock(), _as_owner():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock(), _as_owner():
        teardown_databases(made, verbosity=0)


def _keep_connections() -> None:
    """Let tests share a connection: Django closes it after each, and the next would compile every trigger anew."""
    from django.test import TestCase

    def tear_down_class(cls: type[TestCase]) -> None:
        cls._rollback_atomics(cls.cls_atomics)  # type: ignore[attr-defined]
        super(TestCase, cls).tearDownClass()

    TestCase.tearDownClass = classmethod(tear_down_class)  # type: ignore[assignment]


@contextmanager
def _as_owner() -> Iterator[None]:
    from django.conf import settings
    from django.db import connection

    application = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD")})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(application)


@pytest.fixture(scope="module")
def module_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Lets fixtures of a module write what all its tests begin with: each test goes back to it, the last to nothing."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def empty_registry_database(migrated_database: str) -> Iterator[str]:
    """The name of a migrated database of its own, for tests whose transactions really commit."""
    from tests.databases import temporary_database

    with temporary_database(template=migrated_database) as name:
        yield name


@pytest.fixture(scope="session")
def portal(database_server: None) -> Iterator["Portal"]:
    """A running portal with the demo content, shared by all tests: they may add to it but not break it."""
    from tests.portal_process import demo_portal

    with demo_portal() as running:
        yield running


@pytest.fixture
def own_portal(database_server: None) -> Iterator["Portal"]:
    """A running portal with the demo content, for one test to break."""
    from tests.portal_process import demo_portal

    with demo_portal() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium. Mark what uses it with `needs_program("chromium-headless-shell")`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def log_in(client: Any) -> Callable[..., Any]:
    """Returns a function that makes a user in a role and gives back the client, logged in."""
    from tests.factories import make_user

    def log_in(role: Any = None, **given: Any) -> Any:
        client.force_login(make_user(role, **given))
        return client

    return log_in
