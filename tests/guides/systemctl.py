"""Stands in for `systemctl` where no systemd runs: starts what the units say, as the user and in the limits they say.

Of the limits it sets: user and group, what may be written (ProtectSystem, StateDirectory, RuntimeDirectory,
ReadWritePaths), PrivateTmp, ProcSubset, NoNewPrivileges, capabilities, MemoryDenyWriteExecute and SystemCallFilter.
Runs in the bare Debian, by its own Python.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS = Path("/etc/systemd/system")
RUN, LOGS = Path("/run/stand-in"), Path("/var/log/stand-in")
SANDBOX = "/usr/local/lib/stand-in/sandbox.py"
CLAMD_READY = "until test -S /run/clamav/clamd.ctl; do sleep 0.2; done"
DEBIAN: dict[str, dict[str, str]] = {
    "postgresql": {"start": "pg_ctlcluster 15 main start", "stop": "pg_ctlcluster 15 main stop --mode=fast"},
    "nginx": {"start": "nginx", "stop": "nginx -s quit", "reload": "nginx -s reload"},
    # Its definitions stand ready: there is nothing to fetch here.
    "clamav-freshclam": {"start": "cp /usr/local/lib/stand-in/daily.ndb /var/lib/clamav/"},
    "clamav-daemon": {
        "start": f"install -d -o clamav -g clamav /run/clamav; runuser --user clamav -- clamd; {CLAMD_READY}",
        "stop": "pkill -x clamd; rm -f /run/clamav/clamd.ctl",
    },
}  # fmt: skip
"""What Debian's own units do."""


class Unit:
    """A unit of ours."""

    def __init__(self, name: str) -> None:
        self.name = name
        template, _, instance = name.partition("@")
        path = UNITS / (f"{template}@.service" if instance else f"{name}.service")
        self.settings: dict[str, list[str]] = {}
        for key, value in re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE):
            self.settings.setdefault(key, []).append(value.replace("%i", instance))
        self.pid_file, self.log = RUN / f"{name}.pid", LOGS / f"{name}.log"

    def get(self, key: str, default: str = "") -> str:
        return self.settings.get(key, [default])[-1]

    def start(self) -> int:
        for program in self.settings["ExecStart"]:
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    ["unshare", "--mount", "python3", SANDBOX, self.name, *shlex.split(program)],
                    cwd=self.get("WorkingDirectory"),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            if self.get("Type") == "oneshot":
                return process.wait()
            self.pid_file.write_text(str(process.pid))
        return max(
            (subprocess.call(shlex.split(program)) for program in self.settings.get("ExecStartPost", ())), default=0
        )

    def stop(self) -> int:
        if not self.is_running():
            return 0
        pid = int(self.pid_file.read_text())
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + int(self.get("TimeoutStopSec"))
        while self.is_running():
            if time.monotonic() > deadline:
                print(f"{self.name} did not stop in {self.get('TimeoutStopSec')} seconds.", file=sys.stderr)
                os.killpg(pid, signal.SIGKILL)
                return 1
            time.sleep(0.1)
        return 0

    def is_running(self) -> bool:
        try:
            state = Path(f"/proc/{self.pid_file.read_text()}/stat").read_text()
        except OSError:
            return False
        return ") Z " not in state


def main() -> int:
    RUN.mkdir(parents=True, exist_ok=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    act, names = words[0], words[1:]
    if act == "status":
        print(*(f"{path.stem}" for path in RUN.glob("*.pid")), sep="\n")
        return 0
    if act in ("enable", "disable"):
        if "--now" not in sys.argv:
            return 0
        act = "start" if act == "enable" else "stop"
    return max((do_with_unit(act, name.removesuffix(".service")) for name in names), default=0)


def do_with_unit(act: str, name: str) -> int:
    if name in DEBIAN:
        acts = ("stop", "start") if act == "restart" else (act,)
        return [subprocess.call(["sh", "-c", DEBIAN[name].get(one, "true")]) for one in acts][-1]
    if name.endswith(".timer"):
        return 0 if (UNITS / name).exists() else 1
    unit = Unit(name)
    if act in ("stop", "restart") and unit.stop():
        return 1
    return 0 if act == "stop" or (act == "start" and unit.is_running()) else unit.start()


if __name__ == "__main__":
    sys.exit(main())
