"""The services of docker-compose.yml without an engine: each in a sandbox that has what the files say, and no more.

What they say is read by Compose itself; of the Dockerfile its last stage is. The system below is this machine's own.
The image is the checkout without what .dockerignore keeps out. All containers share the machine's network: what would
be the host `db` is an address of the loopback's, and the port that the server listens on is another one.
"""

import importlib.util
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings

from rus_portal import postgres
from tests.processes import free_port

BASE_DIR = Path(settings.BASE_DIR)
PORT = "8000"
"""What the image's server listens on."""
PREPARED = "build"
"""What `manage.py prepare` has built here, with files beside the code: the same as it would build in the image."""
NOT_PREPARED = "guides"
"""A whole Debian with its devices lies beside it, where `python -m tests.guides` was run."""
SYSTEM = ("/usr", "/etc", "/bin", "/sbin", "/lib", "/lib64")
UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}
USERS = {"postgres": "999:999"}
"""Names of users that other images have."""


class Image:
    """What the Dockerfile makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sent = re.findall(r"^!(.+)$", (BASE_DIR / ".dockerignore").read_text(), re.MULTILINE)
        for name in (*sent, PREPARED):
            source = BASE_DIR / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", NOT_PREPARED))
            else:
                shutil.copy2(source, folder / name)
        stage = (BASE_DIR / "Dockerfile").read_text().replace("\\\n", "").rsplit("\nFROM ", 1)[1]
        self.environment = {
            name: value.replace("$PATH", os.defpath)
            for line in re.findall(r"^ENV (.+)$", stage, re.MULTILINE)
            for name, value in (word.split("=", 1) for word in shlex.split(line))
        }
        self.command: list[str] = json.loads(re.findall(r"^CMD (.+)$", stage, re.MULTILINE)[-1])
        self.workdir = re.findall(r"^WORKDIR (.+)$", stage, re.MULTILINE)[-1]
        owned = re.findall(r"install -d (.+?)(?:&&|$)", stage, re.MULTILINE)
        self.folders = [word for line in owned for word in line.split() if word.startswith("/")]
        """Those that the image's user owns."""


class Containers:
    """A folder with docker-compose.yml, .env and secrets/, as an operator has it, and the volumes."""

    def __init__(self, folder: Path, image: Image, **variables: str) -> None:
        self.image, self.volumes, self.project = image, folder / "volumes", folder / "project"
        self.port, self.database_address = free_port(), f"127.{random.randint(1, 250)}.{random.randint(1, 250)}.1"  # noqa: S311
        self.running: list[subprocess.Popen[bytes]] = []
        self.log = folder / "log"
        (self.project / "deploy").mkdir(parents=True)
        for name in ("docker-compose.yml", "deploy/make-secrets.sh", "deploy/application-role.sh", "deploy/Caddyfile"):
            shutil.copy2(BASE_DIR / name, self.project / name)
        set_here = "".join(f"{name}={value}\n" for name, value in variables.items())
        (self.project / ".env").write_text((BASE_DIR / ".env.example").read_text() + set_here)
        subprocess.run(["sh", "deploy/make-secrets.sh"], cwd=self.project, check=True, capture_output=True)
        (folder / "hosts").write_text(f"127.0.0.1 localhost\n{self.database_address} db\n")

    def read_file(self) -> dict[str, Any]:
        """What Compose makes of the file, the .env beside it and nothing else."""
        package = importlib.util.find_spec("compose")
        assert package
        assert package.origin
        program = Path(package.origin).parent / "docker-compose"
        rendered = subprocess.run(
            [program, "config", "--format=json"],
            cwd=self.project,
            env={"PATH": os.defpath},
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(rendered.stdout)
        return found

    def start(self, service: str, **variables: str) -> None:
        """Start a service in the background."""
        with self.log.open("ab") as log:
            self.running.append(subprocess.Popen(self._sandboxed(service, [], **variables), stdout=log, stderr=log))

    def run(self, service: str, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command, or the service's own, to its end in a container of the service."""
        sandboxed = self._sandboxed(service, list(command), **variables)
        return subprocess.run(sandboxed, capture_output=True, text=True, check=False, timeout=120)

    def stop(self) -> None:
        for process in self.running:
            process.kill()  # the kernel ends with it all that it started
            process.wait()

    def _sandboxed(self, name: str, command: list[str], **variables: str) -> list[str]:
        file = self.read_file()
        service = file["services"][name]
        is_ours = service["image"] == file["services"]["web"]["image"]
        user, group = USERS.get(service["user"], service["user"]).split(":")
        environment = (self.image.environment if is_ours else {"PATH": os.defpath}) | service["environment"] | variables
        sandbox = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-user", "--uid", user, "--gid", group]
        sandbox += ["--clearenv", *(word for item in environment.items() for word in ("--setenv", *item))]
        sandbox += [*self._list_system(), *self._list_mounts(file, service)]
        if is_ours:
            sandbox += ["--ro-bind", str(self.image.folder), self.image.workdir, "--chdir", self.image.workdir]
        if service.get("read_only"):
            sandbox += ["--remount-ro", "/"]
        command = command or service["command"] or self.image.command
        return [*sandbox, *(word.replace(PORT, str(self.port)) for word in command)]

    def _list_system(self) -> list[str]:
        mounts = ["--proc", "/proc", "--dev", "/dev"]
        for path in map(Path, SYSTEM):
            if path.is_symlink():
                mounts += ["--symlink", os.readlink(path), str(path)]  # noqa: PTH115
            elif path.exists():
                mounts += ["--ro-bind", str(path), str(path)]
        # The packages' programs name the interpreter by the path that they were installed under.
        for source, target in ((sys.base_prefix, sys.base_prefix), (sys.prefix, "/venv"), (sys.prefix, sys.prefix)):
            if not target.startswith("/usr"):
                mounts += ["--ro-bind", str(Path(source).resolve()), str(Path(target).resolve())]
        return [*mounts, "--ro-bind", str(self.project.with_name("hosts")), "/etc/hosts"]

    def _list_mounts(self, file: dict[str, Any], service: dict[str, Any]) -> list[str]:
        mounts: list[str] = []
        for entry in service.get("tmpfs", ()):
            path, _, options = entry.partition(":")
            given = dict(option.split("=") for option in options.split(",") if option)
            size = ["--size", str(int(given["size"][:-1]) * UNITS[given["size"][-1]])] if "size" in given else []
            mounts += ["--perms", given.get("mode", "1777"), *size, "--tmpfs", path]
        for volume in service.get("volumes", ()):
            if volume["type"] == "volume":
                mounts += ["--bind", str(self._make_volume(volume["source"], volume["target"])), volume["target"]]
            else:
                mounts += ["--ro-bind" if volume.get("read_only") else "--bind", volume["source"], volume["target"]]
        for secret in service.get("secrets", ()):
            mounts += ["--ro-bind", file["secrets"][secret["source"]]["file"], f"/run/secrets/{secret['source']}"]
        return mounts

    def _make_volume(self, name: str, target: str) -> Path:
        """A volume is new with what the image has at its place, and belongs to the same user."""
        volume = self.volumes / name
        if not volume.exists():
            volume.mkdir(parents=True)
            assert target in self.image.folders or name == "database", f"the image's user does not own {target}"
            for folder in self.image.folders:
                if folder.startswith(f"{target}/"):
                    (volume / Path(folder).relative_to(target)).mkdir(parents=True)
        return volume


class Database:
    """PostgreSQL as the image `postgres` starts it for the first time: with the passwords, and the role of the site."""

    def __init__(self, containers: Containers, folder: Path) -> None:
        self.containers, self.folder = containers, folder
        self.data = folder / "data"

    def start(self) -> None:
        told = self.containers.read_file()["services"]["db"]["environment"]
        owner, name = told["POSTGRES_USER"], told["POSTGRES_DB"]
        password = self.containers.project / "secrets" / "owner_password"
        arguments = [f"--username={owner}", f"--pwfile={password}", *shlex.split(told["POSTGRES_INITDB_ARGS"])]
        self.folder.mkdir()
        made = postgres._run("initdb", f"--pgdata={self.data}", *arguments)
        assert made.returncode == 0, made.stdout
        with (self.data / "pg_hba.conf").open("a") as allowed:
            allowed.write("host all all all scram-sha-256\n")
        options = f"-c listen_addresses={self.containers.database_address} -c unix_socket_directories='' -c fsync=off"
        log = self.folder / "log"
        started = postgres._run(
            "pg_ctl", "start", "--wait", f"--pgdata={self.data}", f"--log={log}", f"--options={options}"
        )
        assert started.returncode == 0, log.read_text()
        connection = psycopg2.connect(
            host=self.containers.database_address, user=owner, password=password.read_text(), dbname="postgres"
        )
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name}")
        connection.close()
        server = {"PGHOST": "db", "PGPASSWORD": password.read_text()}
        programs = f"{Path(postgres.find_program('psql')).parent}:{os.defpath}"
        role = self.containers.run(
            "db", "sh", "/docker-entrypoint-initdb.d/application-role.sh", PATH=programs, **server
        )
        assert role.returncode == 0, role.stderr

    def stop(self) -> None:
        postgres._run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={self.data}")
