"""That what can be set is explained, and that production is not entered by accident."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.processes import manage

EXAMPLE = (settings.BASE_DIR / ".env.example").read_text()
READ = re.compile(r"""env\.\w+\(\s*["']([A-Z0-9_]+)["']""")
PRODUCTION = {
    "DATABASE_URL": "postgres://portal_app:secret@127.0.0.1:1/portal",
    "SECRET_KEY": "a key of at least fifty characters, as Django wants them to be",
    "ALLOWED_HOSTS": "utveckling.example.org",
    "REGISTRY_SIGNING_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
}


def test_every_setting_is_explained_in_the_example():
    sources = (settings.BASE_DIR / "rus_portal").glob("*.py")
    names = {name for source in sources for name in READ.findall(source.read_text())}

    assert {"DATABASE_URL", "DATABASE_OWNER_URL", "PORT", "PG_BINDIR", "POSTGRES_OPTIONS"} <= names
    assert {name for name in names if not re.search(rf"^#?{name}=", EXAMPLE, re.MULTILINE)} == set()


@pytest.mark.parametrize("missing", ["SECRET_KEY", "REGISTRY_SIGNING_KEY", "EMAIL_URL"])
def test_production_refuses_to_start_without(missing):
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}

    result = manage("check", environment=environment)

    assert result.returncode == 1
    assert f"Set the {missing} environment variable" in result.stderr


S3 = {"S3_BUCKET": "documents", "S3_PRIVATE_BUCKET": "private", "S3_KEY": "x", "S3_SECRET": "x"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"S3_PRIVATE_BUCKET": None}, "Set the S3_PRIVATE_BUCKET environment variable"),
        ({"S3_PRIVATE_BUCKET": "documents"}, "S3_PRIVATE_BUCKET must name another bucket than S3_BUCKET"),
        ({"S3_SECRET": None}, "Set the S3_SECRET environment variable"),
        ({"FILES_IN": "elsewhere"}, "FILES_IN is elsewhere, but can be local"),
        ({"S3_BUCKET": None, "FILES_IN": "s3"}, "FILES_IN is s3, but can be local, or s3 where S3_BUCKET names"),
    ],
    ids=["no private bucket", "one bucket for both", "no secret", "unknown place", "no bucket"],
)
def test_storage_that_is_half_set_refuses_to_start(changes, words):
    given = {name: value for name, value in (S3 | changes).items() if value}

    result = manage("check", environment=PRODUCTION | given)

    assert result.returncode == 1
    assert words in result.stderr


def test_production_demands_https():
    result = manage("diffsettings", environment=PRODUCTION)

    assert result.returncode == 0
    assert {"DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "DEMO"} == {
        line.split(" = ")[0]
        for line in result.stdout.splitlines()
        if line.split("  #")[0] in {"SECURE_SSL_REDIRECT = True", "SESSION_COOKIE_SECURE = True", "DEMO = False"}
    } | {"DEBUG"}


@pytest.mark.parametrize("key", ["x", "MDEyMw==", "åäö", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"])
def test_tables_are_not_updated_with_a_key_that_is_none(key):
    result = manage("migrate", environment=PRODUCTION | {"REGISTRY_SIGNING_KEY": key})

    words = "REGISTRY_SIGNING_KEY and REGISTRY_FORMER_KEYS must each be 32 bytes in base64 (see .env.example).\n"
    assert (result.returncode, result.stderr) == (1, words)


def test_a_program_that_updates_the_tables_stops_with_the_same_sentence(settings):
    settings.REGISTRY_FORMER_KEYS = ["x"]

    with pytest.raises(SystemExit, match="32 bytes in base64"):
        call_command("migrate", verbosity=0)


def test_every_app_goes_into_the_image():
    sent = set(re.findall(r"^!(.+)$", (settings.BASE_DIR / ".dockerignore").read_text(), re.MULTILINE))

    assert {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")} - {"tests"} <= sent
