"""`make release`: build what is handed to those who run the portal, out of the last commit.

    python release/build.py [--to FOLDER]

leaves in build/release/: wheel and sdist, the context of the image with what starts it, a bill of materials (CycloneDX)
and the SHA-256 of each. Times are those of the commit (SOURCE_DATE_EPOCH): whoever builds it again with the
same Python gets the same bytes, as `python -m tests.release` shows.
"""

import argparse
import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from bill_of_materials import write_bill

ROOT = Path(__file__).resolve().parent.parent
BESIDE_THE_IMAGE = {
    "Dockerfile", ".dockerignore", "docker-compose.yml", "deploy", ".env.example",
    "README.md", "CHANGELOG.md", "LICENSE", "docs",
}  # fmt: skip
"""What the context holds besides what .dockerignore lets into the image: what starts it, and what tells how."""


class NotReadyError(Exception):
    """There is nothing to release. The message is a sentence for whoever asked."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "release", help="the folder, which is emptied")
    folder: Path = parser.parse_args().to.resolve()
    try:
        version = find_version()
    except NotReadyError as error:
        sys.exit(str(error))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    build_release(version, folder)
    print(f"Version {version}, of the commit {ask_git('rev-parse', '--short', 'HEAD')}:")
    print((folder / "SHA256SUMS").read_text(), end="")


def find_version() -> str:
    """Return the version of the last commit. Raise `NotReadyError` unless the change log knows it.

    A version that is still worked at ends in `.dev0`, and has its changes under Unreleased.
    """
    source = ask_git("show", "HEAD:rus_portal/__init__.py")
    version = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)[1]  # type: ignore[index]
    changes = ask_git("show", "HEAD:CHANGELOG.md")
    unreleased = re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", changes, re.MULTILINE | re.DOTALL)
    if version.endswith(".dev0"):
        return version
    if f"\n## {version} – " not in changes:
        raise NotReadyError(f"CHANGELOG.md has no heading for version {version}: write “## {version} – (day)” first.")
    if unreleased and unreleased[1].strip():
        raise NotReadyError(
            f"CHANGELOG.md has changes that are in no version. Move them under {version}, or raise __version__ in "
            "rus_portal/__init__.py."
        )
    return version


def build_release(version: str, folder: Path) -> None:
    """Build everything into an empty folder."""
    moment = int(ask_git("log", "-1", "--format=%ct"))
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "portal"
        source.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(source, filter="data")
        write_context(source, folder / f"rus-portal-{version}-image.tar.gz", f"rus-portal-{version}", moment)
        write_bill(source, version, moment, folder / f"rus-portal-{version}.cdx.json")
        prepare_package(source, scratch)
        environment = os.environ | {"SOURCE_DATE_EPOCH": str(moment)}
        hatchling = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
        subprocess.run(hatchling, cwd=source, check=True, env=environment, stdout=subprocess.DEVNULL)
    made = sorted(path for path in folder.iterdir() if path.is_file())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (folder / "SHA256SUMS").write_text("".join(sums))


def prepare_package(source: Path, scratch: str) -> None:
    """Build what is not committed but belongs in the wheel: translations and the style sheet."""
    parts = "'translations', 'style sheets'"
    code = f"import django; django.setup(); from rus_portal.assets import *; prepare_assets(str, ({parts}))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "rus_portal.settings", "VAR_DIR": scratch, "DEMO": "1"}
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, env=environment)


def write_context(source: Path, target: Path, name: str, moment: int) -> None:
    """Write the files of the image and of what starts it, sorted, all with the same owner and time."""
    lines = (source / ".dockerignore").read_text().splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")} | BESIDE_THE_IMAGE
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(source.rglob("*")):
            place = path.relative_to(source)
            if place.parts[0] in kept and path.is_file():
                entry = tar.gettarinfo(path, arcname=f"{name}/{place}")
                entry.uid = entry.gid = 0
                entry.uname = entry.gname = ""
                entry.mtime, entry.mode = moment, 0o755 if entry.mode & 0o100 else 0o644
                with path.open("rb") as content:
                    tar.addfile(entry, content)


def ask_git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    main()
