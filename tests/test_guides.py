"""That the guides name what exists: files, commands, settings, units, and the portal's own words."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.guides.blocks import DOCS, read_blocks

GUIDES = ["installing.md", "upgrading.md", "incidents.md", "operations.md"]
ROOT = settings.BASE_DIR
SOURCES = "".join(
    path.read_text() for app in ("rus_portal", "jobs", "documents", "visitors") for path in (ROOT / app).rglob("*.py")
)
SWEDISH = (ROOT / "locale/sv/LC_MESSAGES/django.po").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
OTHERS = {"NAME", "PORTAL", "SITE", "VERSION", "FORMER"}
"""Variables of the commands themselves."""
FOREIGN = {"ON_ERROR_STOP", "DOMAIN", "ACME_EMAIL", "UPSTREAMS", "COMPOSE_PROFILES", "BACKUP_FOLDER"}
"""What psql, Caddy and Compose read."""


def read_guide(name: str) -> str:
    return (DOCS / name).read_text()


@pytest.mark.parametrize("name", GUIDES)
def test_guides_name_files_that_exist(name):
    named = set(re.findall(r"(?:docs|deploy|tests|rus_portal)/[\w./@-]*\w", read_guide(name)))

    missing = {path for path in named if not any(ROOT.glob(f"{path}*"))}
    assert missing == set()


@pytest.mark.parametrize("name", GUIDES)
def test_guides_name_commands_that_exist(name):
    named = re.findall(r"(?:manage\.py|portal-manage) ([a-z_]+)", read_guide(name))

    assert named
    assert set(named) <= set(get_commands())


@pytest.mark.parametrize("name", GUIDES)
def test_guides_name_settings_that_exist(name):
    named = set(re.findall(r"(?:^|[`\s(])([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b(?==|`|\s)", read_guide(name), re.MULTILINE))
    known = set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)) | OTHERS | FOREIGN

    assert {word for word in named if word.removesuffix("_FILE") not in known} == set()


@pytest.mark.parametrize("name", GUIDES)
def test_guides_name_units_that_exist(name):
    named = re.findall(r"\bportal-(?:web|worker|backup)(?:@\d)?(?:\.\w+)?", read_guide(name))

    units = {path.name for path in (ROOT / "deploy/systemd").iterdir()}
    files = {re.sub(r"@\d", "@", word) for word in named}
    assert {file for file in files if not {file, f"{file}.service", f"{file}@.service"} & units} == set()


def test_incidents_are_told_by_the_words_of_the_portal():
    """What stands in “ ” is said by a condition, the log or a page. `…` stands for what differs."""
    quoted = set(re.findall(r"“([^”]{4,})”", read_guide("incidents.md")))
    said = re.sub(r"%\(\w+\)[sd]", "…", re.sub(r'"\s*\n\s*"', "", SOURCES + SWEDISH))

    assert len(quoted) > 15
    assert {words for words in quoted if words.lower() not in said.lower()} == set()


def test_the_install_is_tried_from_the_first_block_to_the_last():
    blocks = list(read_blocks("installing.md"))

    assert "apt-get install" in blocks[1].commands
    assert [words for block in blocks for words in block.words if words in ("names", "code", "typed")] == [
        "names", "code", "typed",
    ]  # fmt: skip
    assert "check_operations" in blocks[-1].commands
    assert [block.words for block in read_blocks("upgrading.md")] == [("upgrade",), ("upgrade",), ("backout",)]
