"""Nothing says who read the register or asked for a document (TF 2:18): neither server, proxy, database nor portal."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from rus_portal.life_signs import LifeSigns
from rus_portal.server import Server
from tests.portal_process import Portal, demo_portal

WHO = {"User-Agent": "Kanariewebb/7", "X-Forwarded-For": "203.0.113.77", "X-Real-IP": "203.0.113.78"}
TRACES = ["Kanariewebb", "kanariesok", "203.0.113.7", "127.0.0.1"]
FORM = "/diarium/begar-ut/"


def ask(portal: Portal, path: str, data: bytes | None = None) -> str:
    request = urllib.request.Request(portal.base_url + path, data, headers=WHO)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


@pytest.fixture
def own_portal(database_server: None) -> Iterator[Portal]:
    """A running portal that logs as production does: a line for each answer."""
    with demo_portal(LOG_LEVEL="INFO", LOG_FORMAT="json", TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


def test_a_request_leaves_no_trace_of_who_asked(own_portal: Portal) -> None:
    token = re.search(r'name="token" value="([^"]+)"', ask(own_portal, FORM))
    assert token
    ask(own_portal, "/diarium/?q=hemligt")
    ask(own_portal, "/sok/?q=kanariesok&kind=document&page=2")
    ask(own_portal, "/en/search/?q=kanariesok%00%27")
    ask(own_portal, "/sok/forslag?q=kanariesok")
    ask(own_portal, FORM, urllib.parse.urlencode({"token": token[1], "what": "Kanariebegäran"}).encode())
    for _ in range(8):  # in memory from the second on, in each process
        ask(own_portal, "/kontakt/frida-bergman/")
        ask(own_portal, "/mal/kompetens/")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        ask(own_portal, "/diarium/rus/1999/1/")

    tables = own_portal.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    rows = {table: str(own_portal.sql(f'SELECT to_jsonb(t)::text FROM "{table}" t')) for (table,) in tables}
    rows["registry_intake"] += str(own_portal.sql("SELECT convert_from(raw, 'UTF8') FROM registry_intake"))
    kept = rows | {"log": own_portal.log}
    assert "Kanariebegäran" in kept["registry_intake"], "what was asked is kept"
    answers = [json.loads(line) for line in own_portal.log.splitlines() if '"route"' in line]
    routes = Counter(answer["route"] for answer in answers)
    assert (routes["/mal/<slug:slug>/"], routes["/kontakt/<slug:slug>/"], routes["/sok/"]) == (8, 8, 1)
    assert "frida" not in own_portal.log
    assert {where: trace for where, text in kept.items() for trace in TRACES if trace in text} == {}


def test_server_and_proxy_write_no_access_log(tmp_path: Path) -> None:
    assert not Server("127.0.0.1", 8000, LifeSigns(tmp_path)).log_access
    for path in ("deploy/Caddyfile", "docker-compose.yml", "Dockerfile"):
        words = (settings.BASE_DIR / path).read_text()
        assert not re.search(r"^\s*log\b|--access-log", words, re.MULTILINE), path
