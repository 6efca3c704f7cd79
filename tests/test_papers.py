"""The papers on security and personal data name only what there is, and leave no line of the standard out.

Whether a test shows enough of what a line asks is judged by people; that it exists is judged here.
"""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPERS = ("docs/asvs.md", "docs/threats.md", "docs/personal-data.md")
STANDARD = """
1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1-1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2
4.1.1-3 4.2.1-1 4.3.1-2 4.4.1-4 5.1.1-1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3
6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1 9.1.1-3 9.2.1-4 10.1.1-2
10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1-1 11.6.1-1
12.1.1-3 12.2.1-2 12.3.1-4 13.1.1-1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7
16.1.1-1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1-1 17.2.1-4 17.3.1-2
"""
"""The numbers of levels 1 and 2 in OWASP ASVS 5.0.0 (its English CSV file, tag v5.0.0_release): 253."""
ROW = re.compile(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"(?!/)(?:[\w.-]*/[\w./-]*|[\w.-]+\.(?:md|py|txt|yml|toml)|Dockerfile|\.env\.example|\.dockerignore)")
"""What is meant as a file or folder of ours; an address of the site begins with a slash."""
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|srcdoc|DOMParser|document\.write|\beval\(|new Function|postMessage"
    r"|sessionStorage|indexedDB|document\.cookie|[\"'](?:paste|beforeinput)[\"']"
)


@cache
def list_names(path: str) -> frozenset[str]:
    """Return what a Python file defines: functions, classes, variables."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)


@cache
def read_all_settings() -> str:
    named = (".env.example", "rus_portal/settings.py", "accounts/allauth_settings.py", "deploy/Caddyfile")
    return "\n".join((ROOT / path).read_text(encoding="utf-8") for path in named)


def find_fault(name: str) -> str:
    """Return what is wrong with a name in a paper: of a file, a function in it, a command, a target, a setting."""
    path, _, inside = name.partition("::")
    if command := re.match(r"manage\.py (\w+)", name):
        django = {"createsuperuser"}
        return "" if command[1] in django or list(ROOT.glob(f"*/management/commands/{command[1]}.py")) else "no command"
    if target := re.fullmatch(r"make (\S+)", name):
        return "" if re.search(rf"^{target[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE) else "no target"
    if SETTING.fullmatch(name):
        return "" if re.search(rf"\b{name}\b", read_all_settings()) else "no setting"
    if not FILE.fullmatch(path):
        return ""
    if not (ROOT / path).exists():
        return "no file"
    return "no such name" if inside and inside not in list_names(path) else ""


def find_faults(text: str) -> dict[str, str]:
    return {name: fault for name in NAMED.findall(text) if (fault := find_fault(name))}


def expand(ranges: str) -> list[str]:
    """Return the numbers of `1.1.1-2`, which is 1.1.1 and 1.1.2."""
    spans = [re.fullmatch(r"(\d+\.\d+\.)(\d+)-(\d+)", span) for span in ranges.split()]
    return [f"{span[1]}{last}" for span in spans if span for last in range(int(span[2]), int(span[3]) + 1)]


def read_rows(text: str) -> list[tuple[str, str]]:
    """Return each number of a text's tables, with the rest of its line."""
    return [(number, rest) for numbers, rest in ROW.findall(text) for number in numbers.split(", ")]


def is_shown(line: str) -> bool:
    """Whether a line names a file, leads to a table below it, or says that it is not met or does not apply."""
    files = [name for name in NAMED.findall(line) if FILE.fullmatch(name.partition("::")[0])]
    return bool(files) or re.search(r"\*\*Not met\*\*|\*Does not apply:\*|” below$", line) is not None


@pytest.fixture(scope="module")
def asvs() -> tuple[str, str]:
    """What is missing, and the tables of all lines."""
    missing, _, tables = (ROOT / "docs/asvs.md").read_text(encoding="utf-8").partition("\n## 1 ")
    return missing, tables


@pytest.mark.parametrize("path", PAPERS)
def test_a_paper_names_only_what_there_is(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")

    assert find_faults(text) == {}
    assert len([name for name in NAMED.findall(text) if FILE.fullmatch(name.partition("::")[0])]) > 15


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("tests/test_papers.py::test_that_is_not_there", "no such name"),
        ("tests/test_that_is_not_there.py::test_papers", "no file"),
        ("accounts/no_such_module.py", "no file"),
        ("no_such_folder/", "no file"),
        ("NO_SUCH_SETTING", "no setting"),
        ("manage.py no_such_command", "no command"),
        ("make no_such_target", "no target"),
        ("tests/test_papers.py::find_fault", ""),
        ("accounts/roles.py::PERMISSIONS", ""),
        ("visitors/", ""),
        ("SESSION_HOURS", ""),
        ("/healthz", ""),
    ],
)
def test_the_check_of_names_finds_what_is_not_there(name: str, fault: str) -> None:
    assert find_fault(name) == fault


def test_every_number_of_the_standard_is_named_once(asvs: tuple[str, str]) -> None:
    named = [number for number, _rest in read_rows(asvs[1])]

    assert len(expand(STANDARD)) == 253
    assert named == expand(STANDARD)


def test_the_list_of_what_is_missing_is_that_of_the_tables(asvs: tuple[str, str]) -> None:
    missing, tables = asvs
    told = [number for number, rest in read_rows(tables) if "**Not met**" in rest]

    assert sorted(number for number, _rest in read_rows(missing)) == sorted(told)
    assert told


def test_every_line_is_shown_or_said_not_to_be(asvs: tuple[str, str]) -> None:
    for number, rest in read_rows(asvs[1]):
        assert is_shown(rest), number


def test_the_check_of_lines_finds_one_that_is_not_shown() -> None:
    table = (
        "| No. | Asked | Shown by |\n|---|---|---|\n| 1.1.1, 1.1.2 | asked | surely |\n| 1.2.1 | asked | `visitors/` |"
    )
    rows = read_rows(table)

    assert [(number, is_shown(rest)) for number, rest in rows] == [("1.1.1", False), ("1.1.2", False), ("1.2.1", True)]


def test_rules_of_ruff_that_are_named_are_in_force(asvs: tuple[str, str]) -> None:
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    named = set(re.findall(r"\bS\d{3}\b", asvs[1]))
    left_out = {rule for path, rules in ruff["per-file-ignores"].items() if path != "tests/**" for rule in rules}

    assert named == {"S307", "S602", "S605", "S608"}
    assert ruff["select"] == ["ALL"]
    assert named & {*ruff["ignore"], *left_out} == set()


def test_scripts_write_text_and_never_markup() -> None:
    scripts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in ROOT.glob("static/**/*.js")}

    found = {path: words for path, text in scripts.items() if (words := DANGEROUS.findall(text))}
    assert found == {
        "static/admin-portal/upload.js": ["DOMParser"],  # puts in a part of a page that we sent
        "static/admin-portal/paste.js": [
            '"paste"'
        ],  # has the server clean what the editor then reads by its own schema
    }
    assert {path for path, text in scripts.items() if "localStorage" in text} == {"static/admin-portal/form.js"}
    assert DANGEROUS.search("list.innerHTML = found")
