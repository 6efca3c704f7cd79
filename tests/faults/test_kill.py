"""The server is killed in the middle of 500 messages; every number shown stays valid."""

import http.client
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from tests.portal_process import Portal

FORM = "/kontakt/frida-bergman/"
POSTS = 500
TOKEN = re.compile(r'name="token" value="([^"]+)"')
NUMBER = re.compile(r"RUS \d{4}/\d{4,}")


def shown_number(portal: Portal, number: int) -> str | None:
    """Return the number that a visitor is shown, or None if the server died first."""
    try:
        with urllib.request.urlopen(portal.base_url + FORM, timeout=10) as page:
            token = TOKEN.search(page.read().decode())
        assert token
        fields = {"subject": f"Fråga {number}", "message": "Text", "token": token[1]}
        data = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(portal.base_url + FORM, data, timeout=10) as receipt:
            found = NUMBER.search(receipt.read().decode())
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return None
    return found[0] if found else None


def test_kill_9_in_the_middle_of_500_posts_loses_no_number(own_portal: Portal) -> None:
    def kill_midway() -> None:
        while own_portal.sql("SELECT count(*) FROM registry_case")[0][0] < POSTS // 3:
            time.sleep(0.01)
        own_portal.kill9()

    killer = threading.Thread(target=kill_midway)
    killer.start()
    with ThreadPoolExecutor(max_workers=8) as visitors:
        shown = list(visitors.map(lambda number: shown_number(own_portal, number), range(POSTS)))
    killer.join()
    own_portal.start()

    numbers = [number for number in shown if number]
    assert POSTS // 4 < len(numbers) < POSTS, "the kill did not fall in the middle"
    rows = own_portal.sql("SELECT year, number FROM registry_case ORDER BY number")
    kept = [f"RUS {year}/{number:04d}" for year, number in rows]
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= set(kept)
    assert [number for _year, number in rows] == list(range(1, len(rows) + 1))
    verified = own_portal.manage("verify_registry")
    assert verified.returncode == 0, verified.stderr
    assert shown_number(own_portal, POSTS), "the portal takes messages again"


def test_verify_names_an_event_of_which_the_owner_changed_a_byte(own_portal: Portal) -> None:
    for number in range(3):
        assert shown_number(own_portal, number)
    own_portal.sql(
        "SET session_replication_role = replica;"
        "UPDATE registry_event SET commitment = overlay(commitment placing 'x' from 1) WHERE sequence = 2",
        as_owner=True,
    )

    verified = own_portal.manage("verify_registry")

    assert verified.returncode == 1
    assert "Event 2 has been altered." in verified.stderr


def test_notice_is_a_file_within_five_seconds_without_the_text(own_portal: Portal) -> None:
    number = shown_number(own_portal, 1)
    assert number
    deadline = time.monotonic() + 5
    while not (notices := mail_about(number, own_portal)) and time.monotonic() < deadline:
        time.sleep(0.05)

    (text,) = notices
    assert f"{own_portal.base_url}/admin/registry/case/" in text
    assert "Fråga" not in text


def mail_about(number: str, portal: Portal) -> list[str]:
    """Return the sent mail with the number."""
    return [text for path in (portal.var / "mail").glob("*") if number in (text := path.read_text())]
