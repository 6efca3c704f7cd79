"""Build what is not committed: the style sheet, the compiled translations, the static files and the lexicons.

Each is rebuilt only if one of its sources is newer, so that a second start costs nothing.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

from language.words import lexicon

STYLES = settings.BASE_DIR / "static" / "css" / "portal.css"


def prepare_assets() -> None:
    """Build what is missing or stale, and print what takes time."""
    compile_messages()
    bundle_styles()
    sources = [*(settings.BASE_DIR / "static").rglob("*"), settings.BASE_DIR / "requirements.txt"]
    if _is_stale(settings.STATIC_ROOT / "staticfiles.json", sources):
        print("Compressing the static files …", flush=True)  # noqa: T201
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    if not lexicon.is_prepared():
        print("Packing the words of the search …", flush=True)  # noqa: T201
        lexicon.prepare_lexicon()


def bundle_styles() -> None:
    """Bundle the style sheets under assets into one, if any has changed."""
    if _is_stale(STYLES, (settings.BASE_DIR / "assets").rglob("*")):
        subprocess.run([sys.executable, settings.BASE_DIR / "assets" / "bundle.py"], check=True)  # noqa: S603


def compile_messages() -> None:
    """Compile each changed catalogue of translations, without gettext's programs."""
    for catalogue in settings.BASE_DIR.glob("locale/*/LC_MESSAGES/django*.po"):
        compiled = catalogue.with_suffix(".mo")
        if _is_stale(compiled, [catalogue]):
            _compile(catalogue, compiled)


def _compile(catalogue: Path, compiled: Path) -> None:
    """Write to a temporary file and rename it, so that a half-written one is never read."""
    with catalogue.open("rb") as source:
        messages = read_po(source)
    with NamedTemporaryFile(dir=compiled.parent, delete=False) as target:
        write_mo(target, messages)
    Path(target.name).replace(compiled)


def _is_stale(made: Path, sources: Iterable[Path]) -> bool:
    """Whether a built file is missing, or older than its newest source."""
    if not made.exists():
        return True
    return made.stat().st_mtime < max(path.stat().st_mtime for path in sources if path.is_file())
