"""Do what docs/installing.md and docs/upgrading.md say, on a bare Debian: `python -m tests.guides`.

The commands are those of the guides, as they stand there, run by root. What this machine cannot do is done by
stand-ins: `systemctl` starts what the unit files say within their limits (tests/guides/systemctl.py), `certbot` gives a
certificate of our own, ClamAV knows one signature, and a mail server takes what is sent. Then a page is read, the
administrator logs in, a message is registered, a backup made and restored into its trial, and the portal changes to
another version and back while somebody reads and writes. Ends with 1 at the first command that fails, and with what it
said.

Needs root, debootstrap, and the network for Debian's and Python's packages (docs/testing.md).
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from rus_portal import __version__
from tests.clamav import EICAR
from tests.guides.blocks import read_blocks
from tests.guides.machine import FOLDER, ROOT, Machine
from tests.guides.visits import PASSWORD
from tests.proxies import make_certificate

SITE = "utveckling.example.org"
NEW = f"{__version__}.next"
VISITORS = FOLDER / "visitors"
NOT_IN_THE_GUIDE = "python3-seccomp procps"
"""What the stand-in of systemctl needs."""


def main() -> None:
    if os.getuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("This needs root, and debootstrap (apt-get install debootstrap).")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said = "go on with the machine as it was left, from the block of docs/installing.md at this line"
    parser.add_argument("--from", type=int, default=0, dest="line", metavar="LINE", help=said)
    line = parser.parse_args().line
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.nice(10)
    machine = Machine()
    began = time.monotonic()
    try:
        if not line:
            machine.make()
        machine.start()
        machine.variables = {"SITE": SITE, "VERSION": __version__}
        if line:
            machine.run("systemctl start postgresql")
        install(machine, line)
        with mail_server(machine):
            look(machine)
            change_versions(machine)
    finally:
        machine.stop()
    print(f"All that the guides say was done, in {(time.monotonic() - began) / 60:.1f} minutes.")


def install(machine: Machine, line: int) -> None:
    """Do the steps of the plain install from this line of the guide on."""
    write_release(machine, __version__)
    stand_ins = machine.root / "usr/local/lib/stand-in"
    (stand_ins / "daily.ndb").write_text(f"Test.EICAR:0:0:{EICAR.hex()}\n")
    (stand_ins / "tls").mkdir(exist_ok=True)
    make_certificate(stand_ins / "tls", SITE)
    for block in read_blocks("installing.md"):
        if "names" in block.words or block.line < line:
            continue
        machine.try_block(block, typed=[PASSWORD, PASSWORD] if "typed" in block.words else None)
        if "apt-get install" in block.commands:
            machine.run(f"apt-get install --yes --no-install-recommends {NOT_IN_THE_GUIDE}", online=True)
            # Debian takes another port where it finds that one in use, as it may be outside of this network.
            machine.run("sed -i 's/^port = .*/port = 5432/' /etc/postgresql/15/main/postgresql.conf")


def look(machine: Machine) -> None:
    """See that it works, as its visitors and its operator do."""
    shutil.rmtree(VISITORS, ignore_errors=True)
    VISITORS.mkdir()
    shutil.copy2(machine.root / "usr/local/lib/stand-in/tls/fullchain.pem", VISITORS)
    shutil.copy2(machine.root / "etc/rus-portal/secrets/metrics_token", VISITORS)
    for act in ("read", "log-in", "send", "ready"):
        visit(machine, act).check_returncode()
    backups = [path.name for path in (machine.root / "srv/backup").iterdir() if (path / "manifest.json").exists()]
    assert backups, "There is no backup."
    print(f"A backup was made and restored into its trial: {', '.join(backups)}.")
    for block in read_blocks("incidents.md"):
        machine.try_block(block)


def change_versions(machine: Machine) -> None:
    """Change to a new version and back, by docs/upgrading.md, while somebody reads and writes."""
    write_release(machine, NEW)
    machine.variables |= {"VERSION": NEW, "FORMER": __version__}
    machine.try_block(next(block for block in read_blocks("installing.md") if "code" in block.words))
    before = count_arrivals(machine)
    for words in ("upgrade", "backout"):
        with visitors(machine):
            for block in read_blocks("upgrading.md"):
                if words in block.words:
                    machine.try_block(block)
        before += int((VISITORS / "sent").read_text())
        assert count_arrivals(machine) == before, "Messages were lost, or doubled."
    visit(machine, "ready").check_returncode()


def write_release(machine: Machine, version: str) -> None:
    """Put the release of what stands here where the guide wants it. Another version has another style sheet too."""
    name, scratch = f"rus-portal-{version}", FOLDER / "release"
    shutil.rmtree(scratch, ignore_errors=True)
    files = subprocess.check_output(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True
    )
    for path in map(Path, files.splitlines()):
        if path.parts[0] != "tests" and (ROOT / path).is_file():
            (scratch / name / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, scratch / name / path)
    package = scratch / name / "rus_portal" / "__init__.py"
    package.write_text(package.read_text().replace(__version__, version))
    if version != __version__:
        sheet = next((scratch / name / "assets").rglob("portal.css"))
        sheet.write_text(f"{sheet.read_text()}\n.of-the-next-version {{ color: red }}\n")
    target = machine.root / "root" / f"{name}-image.tar.gz"
    subprocess.run(["tar", "--create", "--gzip", "--file", target, "--directory", scratch, name], check=True)


def visit(machine: Machine, act: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(_visitor(machine, act), cwd=ROOT, check=False)


def _visitor(machine: Machine, act: str) -> list[str]:
    return [*machine.enter("net"), sys.executable, "-m", "tests.guides.visits", str(VISITORS), SITE, act]


@contextmanager
def visitors(machine: Machine) -> Iterator[None]:
    """Somebody reads and writes all the while. A request of theirs that fails ends this program."""
    (VISITORS / "enough").unlink(missing_ok=True)
    process = subprocess.Popen(_visitor(machine, "visit"), cwd=ROOT)
    try:
        yield
    finally:
        (VISITORS / "enough").touch()
        status = process.wait(timeout=120)
    if status:
        sys.exit("Somebody's request failed while the version changed.")


def count_arrivals(machine: Machine) -> int:
    """Return how many messages have been kept."""
    query = "SELECT count(*) FROM registry_intake"
    machine.run(f"runuser --user postgres -- psql --no-align --tuples-only --command '{query}' portal > /root/arrivals")
    return int((machine.root / "root/arrivals").read_text())


@contextmanager
def mail_server(machine: Machine) -> Iterator[None]:
    with (FOLDER / "mail").open("wb") as log:
        command = [*machine.enter("net"), sys.executable, "-m", "aiosmtpd", "--nosetuid", "--listen", "127.0.0.1:25"]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=10)


if __name__ == "__main__":
    main()
