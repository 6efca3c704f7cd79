"""An S3 service that checks signatures: OpenStack Swift with its s3api, on loopback, in a folder of its own."""

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.processes import free_port

PROGRAM, PACKAGE = "swift-proxy-server", "swift-proxy"
KEY, SECRET, REGION = "test:tester", "testing", "us-east-1"
SECONDS_TO_START = 60
DEVICE = "d1"
SWIFT = """
[swift-hash]
swift_hash_path_suffix = rings
swift_hash_path_prefix = rings
[storage-policy:0]
name = Policy-0
default = yes
"""
SERVER = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 0
log_level = ERROR
log_address = {folder}/log
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {folder}
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = catch_errors healthcheck cache s3api tempauth copy slo dlo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcached}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
conn_timeout = 5
error_suppression_interval = 1
error_suppression_limit = 1000000
"""
"""By what is set last, the proxy asks the servers behind it again if they were slow to come up, as on a busy machine:
by default it would refuse everything for a minute after ten errors."""


RINGS = """
import sys
from swift.common.ring import RingBuilder
folder, device, *ports = sys.argv[1:]
for kind, port in zip(("account", "container", "object"), map(int, ports)):
    place = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({"region": 1, "zone": 1, "device": device, "weight": 1, "meta": "", **place})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{kind}.ring.gz")
"""
"""What nine calls of swift-ring-builder would do, each of which takes most of a second to start."""


@dataclass
class Swift:
    """A running service. `go_away()` and `come_back()` leave what it holds."""

    folder: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    proxy: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def variables(self, bucket: str, **others: str) -> dict[str, str]:
        """The portal's settings for a bucket, and one beside it for what is private. Both are made."""
        client = self.client()
        for name in (bucket, f"{bucket}-private"):
            client.create_bucket(Bucket=name)
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_BUCKET": bucket,
            "S3_PRIVATE_BUCKET": f"{bucket}-private",
            "S3_KEY": KEY,
            "S3_SECRET": SECRET,
            "S3_REGION": REGION,
            **others,
        }

    def client(self, secret: str = SECRET) -> "boto3.client":  # type: ignore[valid-type]
        """Somebody who speaks to the service themselves."""
        config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, signature_version="s3v4")
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=secret,
            region_name=REGION,
            config=config,
        )

    def start(self) -> None:
        for name in ("account", "container", "object"):
            self.processes.append(self._spawn(name))
        self.come_back()

    def come_back(self) -> None:
        """Start what answers on the port, and wait until all four serve."""
        self.proxy = self._spawn("proxy")
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"Swift did not start:\n{(self.folder / 'output').read_text()}")
            time.sleep(0.1)

    def go_away(self) -> None:
        """At once, and nothing listens any more."""
        if self.proxy:
            self.proxy.kill()
            self.proxy.wait()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Connections are taken, and nothing is ever said."""
        assert self.proxy
        self.proxy.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.proxy.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.go_away()
        for process in self.processes:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        """Whether all four do: an object cannot be put without its account and its container."""
        client = self.client()
        try:
            client.create_bucket(Bucket="is-it-there")
        except client.exceptions.BucketAlreadyOwnedByYou:
            pass
        except (BotoCoreError, ClientError):
            return False
        try:
            client.put_object(Bucket="is-it-there", Key="x", Body=b"x")
        except (BotoCoreError, ClientError):
            return False
        return True

    def _spawn(self, kind: str) -> subprocess.Popen[bytes]:
        with (self.folder / "output").open("ab") as output:
            return subprocess.Popen(
                [f"swift-{kind}-server", str(self.folder / f"{kind}.conf")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"PYTHONWARNINGS": "ignore"},
                start_new_session=True,
            )


@contextmanager
def running() -> Iterator[Swift]:
    """A service with nothing in it, for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="portal-swift-"))
    swift = Swift(folder)
    memcached = free_port()
    cache = subprocess.Popen(
        ["memcached", "-l", "127.0.0.1", "-p", str(memcached), "-u", getpass.getuser(), "-m", "16"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _configure(swift, memcached)
        swift.start()
        yield swift
    finally:
        swift.stop()
        cache.kill()
        cache.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _configure(swift: Swift, memcached: int) -> None:
    """Write what each server reads, and the rings that tell where each thing lies."""
    folder = swift.folder
    (folder / "devices" / DEVICE).mkdir(parents=True)
    (folder / "swift.conf").write_text(SWIFT)
    told = {"user": getpass.getuser(), "folder": folder, "memcached": memcached}
    (folder / "proxy.conf").write_text(PROXY.format(port=swift.port, **told))
    ports = {kind: free_port() for kind in ("account", "container", "object")}
    for kind, port in ports.items():
        (folder / f"{kind}.conf").write_text(SERVER.format(kind=kind, port=port, **told))
    builder = shutil.which("swift-ring-builder")
    assert builder
    python = Path(builder).read_text().splitlines()[0].removeprefix("#!").split()
    arguments = [*python, "-c", RINGS, str(folder), DEVICE, *map(str, ports.values())]
    subprocess.run(arguments, check=True, capture_output=True)
