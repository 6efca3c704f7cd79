"""Build what is not committed: compiled translations, style sheets, static files and lexicons.

Each part is built anew only if what it is built from has changed. Checksums tell, not dates: a copied or unpacked
release may carry any.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.utils.translation.reloader import translation_file_changed

from language.words import lexicon
from rus_portal.file_modes import files_for_all

BASE_DIR: Path = settings.BASE_DIR
PREPARED = settings.BUILD_DIR / "prepared.json"
"""The checksum of each part's sources when it was built."""


class Part(NamedTuple):
    """Something that is built: in words for whoever waits, from which files, and whether it is there."""

    progress: str
    list_sources: Callable[[], Iterable[Path]]
    is_there: Callable[[], bool]
    build: Callable[[], None]


def prepare_assets(tell: Callable[[str], object], names: Iterable[str] = ()) -> None:
    """Build the parts with these names, or all, that are missing or were built from other sources."""
    for name in names or PARTS:
        part, checksum = PARTS[name], _compute_checksum(name)
        if not _is_current(name, checksum):
            tell(part.progress)
            with files_for_all():
                part.build()
                _write_checksums(_read_checksums() | {name: checksum})


def list_unprepared() -> list[str]:
    """Return the names of the parts that are missing or were built from other sources."""
    return [name for name in PARTS if not _is_current(name, _compute_checksum(name))]


def _is_current(name: str, checksum: str) -> bool:
    return _read_checksums().get(name) == checksum and PARTS[name].is_there()


def _read_checksums() -> dict[str, str]:
    try:
        checksums: dict[str, str] = json.loads(PREPARED.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return checksums


def _write_checksums(checksums: dict[str, str]) -> None:
    with _replaced(PREPARED) as made:
        made.write_text(json.dumps(checksums, indent=1))


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """Yield where to write a file, which then gets its name, so that no half-written one is read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{os.getpid()}")
    yield made
    made.replace(path)


def _compute_checksum(name: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(PARTS[name].list_sources()):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _list_catalogues() -> list[Path]:
    return list(BASE_DIR.glob("locale/*/LC_MESSAGES/django*.po"))


def _compile_messages() -> None:
    """Compile each catalogue of translations, without gettext's programs."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for catalogue in _list_catalogues():
        with catalogue.open("rb") as source:
            messages = read_po(source)
        compiled = catalogue.with_suffix(".mo")
        with _replaced(compiled) as made, made.open("wb") as target:
            write_mo(target, messages)
        translation_file_changed(sender=None, file_path=compiled)  # this process may have read the former, or none


def _bundle_styles() -> None:
    subprocess.run([sys.executable, BASE_DIR / "assets" / "bundle.py"], check=True)  # noqa: S603


def _collect_static() -> None:
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


REQUIREMENTS = BASE_DIR / "requirements.txt"
PARTS = {
    "translations": Part(
        "Compiling the translations …",
        _list_catalogues,
        lambda: all(catalogue.with_suffix(".mo").exists() for catalogue in _list_catalogues()),
        _compile_messages,
    ),
    "style sheets": Part(
        "Bundling the style sheets …",
        lambda: [*(BASE_DIR / "assets").rglob("*"), *(BASE_DIR / "static" / "img").rglob("*.svg"), REQUIREMENTS],
        (BASE_DIR / "static" / "css" / "portal.css").exists,
        _bundle_styles,
    ),
    "static files": Part(
        "Compressing the static files …",
        lambda: [*(BASE_DIR / "static").rglob("*"), REQUIREMENTS],
        (settings.STATIC_ROOT / "staticfiles.json").exists,
        _collect_static,
    ),
    "words of the search": Part(
        "Packing the words of the search …", list, lexicon.is_prepared, lexicon.prepare_lexicon
    ),
}
"""In the order in which they build on each other."""
