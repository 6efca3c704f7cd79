"""`python -m tests.release`: build the last commit's release twice, differently, and show that the bytes are the same.

Then show that the wheel is whole: installed alone in an environment of its own, it prepares itself and serves a page.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SURROUNDINGS = (
    {"TZ": "Europe/Stockholm", "LANG": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "Pacific/Auckland", "LANG": "sv_SE.UTF-8", "PYTHONHASHSEED": "2"},
)
SERVE = """
import os, django
from django.core.management import call_command
django.setup()
from django.conf import settings
from rus_portal.assets import prepare_assets
assert "site-packages" in django.conf.settings.TEMPLATES[0]["DIRS"][0].as_posix(), "not the installed one"
prepare_assets(print)
call_command("check")
from django.test import Client
answer = Client(headers={"Host": "localhost"}).get("/tillganglighet/")
print(answer.status_code, len(answer.content) > 5_000, "css/portal" in answer.content.decode())
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(scratch) / name for name in ("first", "second")]
        for folder, surroundings, mask in zip(folders, SURROUNDINGS, (0o022, 0o077), strict=True):
            build(folder, surroundings, mask)
        sums = [{path.name: digest(path) for path in sorted(folder.iterdir())} for folder in folders]
        different = [name for name in sums[0] if sums[0][name] != sums[1].get(name)]
        if different or sums[0].keys() != sums[1].keys():
            sys.exit(f"Not the same: {', '.join(different) or sums}")
        print(f"{len(sums[0])} files, twice the same to the byte:", *sums[0], sep="\n  ")
        show_context(next(folders[0].glob("*-image.tar.gz")))
        show_wheel(next(folders[0].glob("*.whl")), Path(scratch))


def build(folder: Path, surroundings: dict[str, str], mask: int) -> None:
    command = [sys.executable, "release/build.py", "--to", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | surroundings, umask=mask, stdout=subprocess.DEVNULL)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def show_context(path: Path) -> None:
    """Whether the context of the image holds all that .dockerignore lets in, and what starts it."""
    with tarfile.open(path) as tar:
        tops = {name.split("/")[1] for name in tar.getnames()}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    missing = (let_in | {"Dockerfile", "docker-compose.yml", ".env.example"}) - tops
    if missing or "tests" in tops:
        sys.exit(f"The context of the image lacks {missing}, or holds the tests.")
    print(f"{path.name} holds all that the image is made of.")


def show_wheel(path: Path, scratch: Path) -> None:
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        venv.create(scratch / "venv", with_pip=False)
        site = next((scratch / "venv").glob("lib/*/site-packages"))
        wheel.extractall(site)  # noqa: S202 - made above
    if "locale/sv/LC_MESSAGES/django.mo" not in names or any(name.startswith("tests/") for name in names):
        sys.exit("The wheel lacks translations, or holds the tests.")
    (site / "needed.pth").write_text(next(entry for entry in sys.path if entry.endswith("site-packages")))
    environment = {
        "DJANGO_SETTINGS_MODULE": "rus_portal.settings",
        "VAR_DIR": str(scratch / "var"),
        "BUILD_DIR": str(scratch / "build"),
        "PAGE_CACHE": "0",  # it would ask the database, and there is none
        "PATH": os.environ["PATH"],
    }
    command = [scratch / "venv" / "bin" / "python", "-c", SERVE]
    said = subprocess.run(command, cwd=scratch, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    if said.stdout.splitlines()[-1] != "200 True True":
        sys.exit(f"The wheel does not serve a page: {said.stdout}")
    print(f"{path.name}, installed alone, prepares itself and serves a page.")


if __name__ == "__main__":
    main()
