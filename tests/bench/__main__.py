"""`make bench`: how many pages a second the portal renders, beside nginx serving the same bytes.

"Rendered" is a page made anew for every request (PAGE_CACHE=0), "kept" one that the page cache answers with.
Then how long the registry takes to verify, and how fast the public register answers (tests/bench/verify.py).
One run on one machine, where server, database, load and nginx share the cores: read the ratios, not the figures.
Needs wrk and nginx. Then how fast the registry takes messages in, how fast a large one is read, how fast plans with
2,000 activities are (plans.py), how fast an idea is matched (matching.py), how long a spreadsheet of 5,000 takes, and
how fast the search finds among 100,000 pages (search.py).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

if TYPE_CHECKING:
    from tests.portal_process import Portal

PAGES = {
    "plan": "/handlingsplaner/innovation/",
    "plan in English": "/en/action-plans/innovation/",
    "start": "/",
    "goal": "/mal/kompetens/",
    "activities": "/aktiviteter/",
    "document": "/dokument/halvtidsuppfoljning-rus/",
    "contact form": "/kontakt/frida-bergman/",
    "health (one trivial query)": "/healthz",
}
CONNECTIONS, SECONDS, ROUNDS = 8, 2, 3
WAGTAIL = 38
"""Requests/s of a Wagtail bakerydemo page on such a machine: the best of several measurements."""
NGINX_CONF = """
worker_processes 2; error_log {folder}/error.log; pid {folder}/nginx.pid; daemon off;
events {{ worker_connections 256; }}
http {{ access_log off; types {{ text/html html; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/pages; }} }}
"""


def main() -> None:
    missing = [program for program in ("wrk", "nginx") if not shutil.which(program)]
    if missing:
        sys.exit(f"The benchmark needs {' and '.join(missing)}: apt-get install {' '.join(missing)}")
    django.setup()
    from rus_portal import postgres
    from tests.bench import intake, large_registry, matching, plans, search, spreadsheet, verify
    from tests.portal_process import demo_portal

    with postgres.running_server():
        from tests.databases import drop_left_behind

        drop_left_behind()
        print("Loading the demo …", flush=True)
        with (
            demo_portal(PAGE_CACHE="0") as uncached,
            demo_portal(PAGE_CACHE="1") as cached,
            nginx_with_same_pages(uncached) as nginx,
        ):
            compare(address(uncached), address(cached), nginx)
        faults = []
        for part in (verify, intake, large_registry, plans, matching, spreadsheet, search):
            try:
                part.main()
            except SystemExit as fault:  # the others are measured all the same
                faults.append(str(fault))
    if faults:
        sys.exit("\n".join(faults))


def address(portal: "Portal") -> str:
    return portal.base_url.replace("localhost", "127.0.0.1")


def compare(uncached: str, cached: str, nginx: str) -> None:
    print(f"\nMedian of {ROUNDS} rounds of {SECONDS} s, {CONNECTIONS} connections, {os.cpu_count()} cores.\n")
    print(f"{'requests/s':<28}{'rendered':>10}{'kept':>10}{'nginx':>10}{'rendered/Wagtail':>18}{'nginx/kept':>12}")
    for number, (name, path) in enumerate(PAGES.items()):
        rendered, kept, file = rate(uncached + path), rate(cached + path), rate(f"{nginx}/{number}.html")
        figures = f"{rendered:>10.0f}{kept:>10.0f}{file:>10.0f}{rendered / WAGTAIL:>18.1f}{file / kept:>12.1f}"
        print(f"{name:<28}{figures}", flush=True)


def rate(url: str) -> float:
    """Requests a second: the median of some rounds, after one that warms up."""
    _one_round(url, seconds=1)
    return sorted(_one_round(url, SECONDS) for _ in range(ROUNDS))[ROUNDS // 2]


def _one_round(url: str, seconds: int) -> float:
    command = ["wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not found or "Non-2xx" in said:
        sys.exit(f"{url} did not answer as it should:\n{said}")
    return float(found[1])


@contextmanager
def nginx_with_same_pages(portal: "Portal") -> Iterator[str]:
    """Nginx on a port of its own, serving what the portal answers to each page as a file."""
    from tests.processes import free_port

    folder, port = Path(tempfile.mkdtemp(prefix="portal-bench-")), free_port()
    (folder / "pages").mkdir()
    folder.chmod(0o755)
    for number, path in enumerate(PAGES.values()):
        with urllib.request.urlopen(portal.base_url + path) as answer:
            (folder / "pages" / f"{number}.html").write_bytes(answer.read())
    (folder / "nginx.conf").write_text(NGINX_CONF.format(folder=folder, port=port))
    server = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    time.sleep(0.5)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
