"""Somebody who visits the portal that the guide installed: `python -m tests.guides.visits FOLDER SITE ACT`.

Runs in the machine's network, and takes the site's name for an address of the loopback's. The certificate must be the
site's.
"""

import json
import re
import socket
import sys
import threading
import time
from pathlib import Path

import requests
from lxml import html

PASSWORD = "Fjällripan flög över Höga kusten 1742"
SECONDS_BEFORE_SENDING = 3.5
"""What is sent sooner looks like a machine's."""
MESSAGE = {"subject": "Provmeddelande", "message": "Hur går det?", "name": "Anna", "email": "anna@example.org"}
PAUSE = 0.1


class Visitor:
    """A browser with its cookies."""

    def __init__(self, folder: Path, site: str) -> None:
        self.folder, self.base = folder, f"https://{site}"
        self.session = requests.Session()
        self.session.trust_env = False  # what it says of certificates would hold before what stands next
        self.session.verify = str(folder / "fullchain.pem")

    def get(self, address: str, **headers: str) -> requests.Response:
        return self.session.get(f"{self.base}{address}", headers=headers, timeout=60)

    def fill_in(self, address: str, wait: float = 0, **given: str) -> requests.Response:
        """Send the last form of a page, with what stands in it and what is given."""
        page = self.get(address)
        form = html.fromstring(page.content).xpath("//form[@method='post']")[-1]
        time.sleep(wait)
        values = {name: value or "" for name, value in form.form_values() if name}
        return self.session.post(page.url, data=values | given, headers={"Referer": page.url}, timeout=60)


def read_start_page(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status_code == 200, page.status_code
    words = html.fromstring(page.content)
    assert "Utveckling Västernorrland" in words.text_content()
    sheets = words.xpath("//link[@rel='stylesheet']/@href")
    assert sheets
    assert {visitor.get(sheet).status_code for sheet in sheets} == {200}
    print("The start page comes through nginx by HTTPS, with its style sheets.")


def log_in(visitor: Visitor) -> None:
    page = visitor.fill_in("/admin/login/", username="administrator", password=PASSWORD)
    assert page.status_code == 200, page.status_code
    assert "/second-step/" in page.url, page.url
    assert "/second-step/" in visitor.get("/admin/").url, "The admin opens without a second step."
    print(f"The first administrator logs in, and is led to {page.url.removeprefix(visitor.base)}.")


def send_message(visitor: Visitor) -> None:
    page = visitor.fill_in("/kontakt/", wait=SECONDS_BEFORE_SENDING, **MESSAGE)
    number = re.search(r"RUS \d{4}/\d{4}", html.fromstring(page.content).text_content())
    assert page.status_code == 200, page.status_code
    assert number, page.text
    print(f"A message is taken and registered: {number[0]}.")


def ask_whether_ready(visitor: Visitor) -> None:
    """The worker may need a minute for its first rounds."""
    token = (visitor.folder / "metrics_token").read_text().strip()
    deadline = time.monotonic() + 90
    while True:
        answer = visitor.get("/readyz", Authorization=f"Bearer {token}")
        if answer.status_code == 200 or time.monotonic() > deadline:
            break
        time.sleep(2)
    conditions = answer.json()["conditions"]
    bad = [one for one in conditions if one["status"] != "ok"]
    assert answer.status_code == 200, json.dumps(bad, indent=1)
    print(f"/readyz says 200, {len(conditions)} conditions looked at.", *(one["sentence"] for one in bad))


def visit_until_told(visitor: Visitor) -> None:
    """Read, and send messages, until the file `enough` is there. Ends with 1 if any request failed."""
    faults: list[str] = []
    done = {"read": 0, "sent": 0}

    def repeat(kind: str) -> None:
        mine = Visitor(visitor.folder, visitor.base.removeprefix("https://"))
        while not (visitor.folder / "enough").exists():
            try:
                if kind == "read":
                    page = mine.get("/")
                    sheet = html.fromstring(page.content).xpath("//link[@rel='stylesheet']/@href")[0]
                    statuses = {page.status_code, mine.get(sheet).status_code}
                else:
                    statuses = {mine.fill_in("/kontakt/", **MESSAGE).status_code}
                if statuses != {200}:
                    faults.append(f"{kind}: {statuses}")
                else:
                    done[kind] += 1
                time.sleep(PAUSE)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what a visitor met
                faults.append(f"{kind}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=repeat, args=(kind,)) for kind in ("read", "read", "sent", "sent")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (visitor.folder / "sent").write_text(str(done["sent"]))
    print(f"Meanwhile {done['read']} pages read and {done['sent']} messages sent; {len(faults)} requests failed.")
    if faults:
        sys.exit("\n".join(faults[:20]))


ACTS = {
    "read": read_start_page,
    "log-in": log_in,
    "send": send_message,
    "ready": ask_whether_ready,
    "visit": visit_until_told,
}


def main() -> None:
    folder, site, act = sys.argv[1:]
    known = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest, **more: known("127.0.0.1" if host == site else host, *rest, **more)  # type: ignore[assignment]
    ACTS[act](Visitor(Path(folder), site))


if __name__ == "__main__":
    main()
