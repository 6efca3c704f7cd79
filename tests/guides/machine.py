"""A bare Debian 12 in a folder, with processes, mounts and a network of its own, in which the guides' commands run.

What it fetches comes from where this machine's apt and pip fetch. The system that debootstrap makes, and what was
fetched, are kept under build/guides for the next time.
"""

import os
import pty
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tests.guides.blocks import Block

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "guides"
HERE = Path(__file__).parent
UNITS = ROOT / "deploy" / "systemd"
PROMPT = re.compile(rb"Password[^\n]*: ?$")
KEPT = {"apt": "var/cache/apt/archives", "pip": "root/.cache/pip"}
"""What was fetched, and where it lies in the machine."""
MOUNTS = """
mount --make-rprivate /
mount --bind {root} {root}
mount -t proc proc {root}/proc
mount --rbind /dev {root}/dev
mount -t tmpfs tmpfs {root}/run
{more}
exec sleep infinity
"""


class Machine:
    """Made by debootstrap, then as the guide makes it."""

    def __init__(self) -> None:
        self.root = FOLDER / "root"
        self.log = (FOLDER / "log").open("wb")
        self.variables: dict[str, str] = {}
        self.init: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the machine anew."""
        bare = FOLDER / "debian"
        if not bare.exists():
            self.tell("Making a bare Debian …")
            made = FOLDER / "debian.new"
            shutil.rmtree(made, ignore_errors=True)
            self._call("debootstrap", "--variant=minbase", "bookworm", str(made), _find_mirror())
            made.rename(bare)
        shutil.rmtree(self.root, ignore_errors=True)
        self._call("cp", "--archive", "--reflink=auto", str(bare), str(self.root))
        self._install_stand_ins()
        (self.root / "etc/dpkg/dpkg.cfg.d/unsafe").write_text("force-unsafe-io\n")  # nobody needs it tomorrow

    def start(self) -> None:
        """Start the machine as it is."""
        mounts = [*self._take_over_sources(), *self._list_kept()]
        more = "\n".join(f"mount --bind {source} {target}" for source, target in mounts)
        script = MOUNTS.format(root=self.root, more=more)
        command = [
            "setpriv",
            "--pdeathsig=KILL",
            "unshare",
            "--mount",
            "--net",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-ec",
            script,
        ]
        self.init = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        time.sleep(1)
        self._call(*self.enter("net"), "ip", "link", "set", "lo", "up")

    def stop(self) -> None:
        if self.init:
            self.init.kill()
            self.init.wait()

    def enter(self, *namespaces: str) -> list[str]:
        """Return the beginning of a command that runs in these namespaces of the machine."""
        assert self.init
        children = Path(f"/proc/{self.init.pid}/task/{self.init.pid}/children").read_text().split()
        return ["nsenter", f"--target={children[0]}", *(f"--{name}" for name in namespaces), "--"]

    def run(self, commands: str, *, online: bool = False, typed: list[str] | None = None) -> None:
        """Run commands as root. Raise with what they said if one fails. They reach the Internet only if asked to."""
        self.log.write(f"\n$ {commands}".encode())
        self.log.flush()
        inside = ["mount", "pid"] if online else ["mount", "pid", "net"]
        names = "".join(f"export {name}={value}\n" for name, value in self.variables.items())
        command = [*self.enter(*inside), "env", "-i", *_environment(online=online), "chroot", str(self.root)]
        command += ["bash", "-ec", f"cd /root\n{names}{commands}"]
        began, offset = time.monotonic(), self.log.tell()
        status = self._run_typed(command, typed) if typed else subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log
        )  # fmt: skip
        if status:
            said = (FOLDER / "log").read_bytes()[offset:].decode(errors="replace")
            raise RuntimeError(f"ended with {status}:\n{said[-3000:]}")
        self.tell(f"  {time.monotonic() - began:.1f} s")

    def try_block(self, block: Block, *, typed: list[str] | None = None) -> None:
        """Run the commands of a guide's block."""
        self.tell(f"{block} …")
        try:
            self.run(block.commands, online="online" in block.words, typed=typed)
        except RuntimeError as error:
            sys.exit(f"{block}, {error}")

    def tell(self, words: str) -> None:
        print(words, flush=True)

    def _run_typed(self, command: list[str], typed: list[str]) -> int:
        """Run a command at a terminal, and answer each question for a password."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(command[0], command)  # noqa: S606
        said, answers = b"", list(typed)
        while True:
            try:
                said += (read := os.read(terminal, 4096))
            except OSError:
                break
            self.log.write(read)
            if answers and PROMPT.search(said):
                time.sleep(0.2)
                os.write(terminal, f"{answers.pop(0)}\n".encode())
                said = b""
        self.log.flush()
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _call(self, *command: str) -> None:
        if subprocess.call(command, stdout=self.log, stderr=self.log):
            sys.exit(f"{' '.join(command)} failed: see {FOLDER / 'log'}")

    def _take_over_sources(self) -> list[tuple[str, str]]:
        """Let apt and pip fetch as they do on this machine. Return what has to be mounted for that."""
        sources = Path("/etc/apt/sources.list.d/debian.sources")
        if sources.exists():
            shutil.copy2(sources, self.root / "etc/apt/sources.list.d")
            (self.root / "etc/apt/sources.list").write_text("")
        else:
            shutil.copy2("/etc/apt/sources.list", self.root / "etc/apt/sources.list")
        acquire = subprocess.check_output(["apt-config", "dump", "Acquire"], text=True)
        (self.root / "etc/apt/apt.conf.d/90fetching").write_text(acquire)
        for name in ("resolv.conf", "hosts"):
            (self.root / "etc" / name).unlink(missing_ok=True)
            shutil.copyfile(f"/etc/{name}", self.root / "etc" / name)
        settings = _read_pip_settings()
        if "cert" in settings:
            shutil.copyfile(settings["cert"], certificates := self.root / "root/certificates.pem")
            settings["cert"] = f"/{certificates.relative_to(self.root)}"
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self.root / "etc/pip.conf").write_text(f"[global]\n{lines}")
        return [(path, self._make_place(path)) for path in _list_paths(settings.values())]

    def _list_kept(self) -> list[tuple[str, str]]:
        kept = [(FOLDER / "fetched" / name, self.root / place) for name, place in KEPT.items()]
        for source, target in kept:
            source.mkdir(parents=True, exist_ok=True)
            target.mkdir(parents=True, exist_ok=True)
        return [(str(source), str(target)) for source, target in kept]

    def _make_place(self, path: str) -> str:
        place = self.root / path.lstrip("/")
        if Path(path).is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        return str(place)

    def _install_stand_ins(self) -> None:
        """What does the work of systemd, and of those who give certificates and virus definitions on the Internet."""
        library, programs = self.root / "usr/local/lib/stand-in", self.root / "usr/local/sbin"
        library.mkdir(parents=True, exist_ok=True)
        for name in ("systemctl.py", "sandbox.py"):
            shutil.copy2(HERE / name, library)
        (library / "system_calls").write_text("\n".join(list_system_calls()))
        for name, commands in {
            "systemctl": 'exec python3 /usr/local/lib/stand-in/systemctl.py "$@"',
            "journalctl": "tail -n 50 /var/log/stand-in/*.log",
            "certbot": f"install -D -t /etc/letsencrypt/live/$SITE /{library.relative_to(self.root)}/tls/*",
        }.items():
            (programs / name).write_text(f"#!/bin/sh\n{commands}\n")
            (programs / name).chmod(0o755)
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")  # packages start nothing by themselves
        policy.chmod(0o755)


def list_system_calls() -> list[str]:
    """Return the system calls that the units' SystemCallFilter lets through, as this machine's systemd knows them."""
    text = (UNITS / "portal-web@.service").read_text()
    allowed: set[str] = set(_expand("@default"))
    for value in re.findall(r"^SystemCallFilter=(.+)$", text, re.MULTILINE):
        named = {call for word in value.lstrip("~").split() for call in _expand(word)}
        allowed = allowed - named if value.startswith("~") else allowed | named
    return sorted(allowed)


def _expand(name: str) -> list[str]:
    if not name.startswith("@"):
        return [name]
    said = subprocess.check_output(["systemd-analyze", "syscall-filter", name], text=True)
    inside = [line.strip() for line in said.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return [call for one in inside for call in _expand(one)]


def _find_mirror() -> str:
    """Return where this machine fetches Debian from."""
    for file in (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")):
        text = file.read_text() if file.exists() else ""
        if found := re.search(r"^(?:URIs:|deb(?: \[.*?\])?) (\S+)", text, re.MULTILINE):
            return found[1]
    sys.exit("This machine's sources of Debian were not found.")


def _read_pip_settings() -> dict[str, str]:
    """Return what this machine's pip is told, by files and by the environment."""
    said = subprocess.check_output([sys.executable, "-m", "pip", "config", "list"], text=True)
    return dict(re.findall(r"^(?:global|user|site|install|:env:)\.([\w-]+)='(.*)'$", said, re.MULTILINE))


def _list_paths(values: Iterable[str]) -> list[str]:
    """Return the files and folders of this machine that pip is told of."""
    words = [word.removeprefix("file://") for value in values for word in value.split()]
    paths = [Path(word) for word in words if word.startswith("/")]
    folders = [path.parent if path.name == "simple" else path for path in paths]  # an index lies beside what it names
    return sorted({str(path) for path in folders if path.exists()})


def _environment(*, online: bool) -> list[str]:
    kept = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    kept |= {"DEBIAN_FRONTEND": "noninteractive"}
    if online:
        kept |= {name: value for name, value in os.environ.items() if re.match(r"(?i)(https?|no)_proxy$", name)}
    return [f"{name}={value}" for name, value in kept.items()]
