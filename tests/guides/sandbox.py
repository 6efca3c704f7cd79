"""Starts a command as a unit says: `sandbox.py UNIT COMMAND …`, in a mount namespace of its own. See systemctl.py."""

import ctypes
import os
import pwd
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from systemctl import Unit

SYSTEM_CALLS = Path(__file__).with_name("system_calls")
EPERM = 1
PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1


def main() -> None:
    if sys.argv[1] == "--filtered":
        run_filtered(sys.argv[2:])
    unit, command = Unit(sys.argv[1]), sys.argv[2:]
    environment = dict(word.split("=", 1) for line in unit.settings["Environment"] for word in shlex.split(line))
    close_files(unit)
    os.umask(int(unit.get("UMask"), 8))
    capabilities = unit.get("CapabilityBoundingSet").removeprefix("CAP_").lower()
    kept = f"-all,+{capabilities}" if capabilities else "-all"
    limited = ["setpriv", "--reuid", unit.get("User"), "--regid", unit.get("Group"), "--init-groups"]
    limited += ["--bounding-set", kept, "--inh-caps", kept, "--no-new-privs"]
    if unit.get("AmbientCapabilities"):
        limited += ["--ambient-caps", kept]
    home = pwd.getpwnam(unit.get("User")).pw_dir
    environment |= {"PATH": PROGRAMS, "HOME": home, "LANG": "C.UTF-8"}
    os.execvpe("setpriv", [*limited, "/usr/bin/python3", __file__, "--filtered", *command], environment)  # noqa: S606


def close_files(unit: Unit) -> None:
    """Let nothing be written but what the unit names."""
    written = list(unit.settings.get("ReadWritePaths", ()))
    for setting, parent in (("StateDirectory", "/var/lib"), ("RuntimeDirectory", "/run")):
        if name := unit.get(setting):
            folder = Path(parent, name)
            folder.mkdir(mode=0o700, exist_ok=True)
            shutil.chown(folder, unit.get("User"), unit.get("Group"))
            written.append(str(folder))
    for folder in written:
        mount("--bind", folder, folder)
    for folder in ("/tmp", "/var/tmp"):  # noqa: S108
        mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", folder)
    mount("-t", "proc", "-o", f"subset={unit.get('ProcSubset')},hidepid=2", "proc", "/proc")
    mount("-o", "remount,bind,ro", "/")


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def run_filtered(command: list[str]) -> None:
    import seccomp

    allowed = seccomp.SyscallFilter(seccomp.ERRNO(EPERM))
    for name in SYSTEM_CALLS.read_text().split():
        try:
            allowed.add_rule(seccomp.ALLOW, name)
        except (RuntimeError, ValueError):
            continue  # one of another processor's, or newer than the library
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0):
        print("This kernel cannot refuse memory that is written and run.", file=sys.stderr)
    allowed.load()
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
