"""Somebody who uses a running portal: reads forms, fills them in, sends files as they are read."""

import hashlib
import http.client
import time
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from lxml import html

from tests.portal_process import Portal

CHUNK = 2**20
BOUNDARY = "a-boundary-that-is-in-no-file"


class Answer(NamedTuple):
    """What came back."""

    status: int
    content: bytes
    headers: Message

    @property
    def text(self) -> str:
        """The words of a page."""
        return " ".join(str(html.document_fromstring(self.content.decode()).text_content()).split())


def read_form(page: Answer) -> dict[str, str]:
    """Return what stands in the last form of a page that is sent by POST: the site's own stand before it."""
    forms = html.document_fromstring(page.content.decode()).xpath("//form[@method='post']")
    return {name: value or "" for name, value in forms[-1].form_values() if name}


class Client:
    """A browser with its cookies. A page's form is sent with what stands in it, and what was filled in."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.cookies: dict[str, str] = {}

    def log_in(self, name: str) -> "Client":
        address = "/admin/login/"
        given = urlencode(self._form(address) | {"username": name, "password": "strandlinjer"}).encode()
        assert self._ask("POST", address, [given], len(given), "application/x-www-form-urlencoded").status == 302
        return self

    def get(self, address: str, **headers: str) -> Answer:
        return self._ask("GET", address, headers=headers)

    def send(self, address: str, files: dict[str, Path], **given: str) -> Answer:
        """Fill in the form at an address. The files are read while they are sent, never whole into memory."""
        return self.post(address, self._form(address) | given, files)

    def post(self, address: str, filled_in: dict[str, str], files: dict[str, Path]) -> Answer:
        """Send a form that has been filled in, and say where it stood, as browsers do."""
        pieces: list[bytes | Path] = [
            _head(name) + value.encode() + b"\r\n" for name, value in filled_in.items() if name not in files
        ]
        for name, path in files.items():
            pieces += [_head(name, path.name), path, b"\r\n"]
        pieces.append(f"--{BOUNDARY}--\r\n".encode())
        size = sum(piece.stat().st_size if isinstance(piece, Path) else len(piece) for piece in pieces)
        kind, stood_at = f"multipart/form-data; boundary={BOUNDARY}", {"Origin": self.portal.base_url}
        return self._ask("POST", address, _read(pieces), size, kind, headers=stood_at)

    def _form(self, address: str) -> dict[str, str]:
        return read_form(self.get(address))

    def _ask(
        self,
        method: str,
        address: str,
        body: object = None,
        size: int = 0,
        content_type: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        if body is not None:
            told |= {"Content-Length": str(size), "Content-Type": content_type, "Referer": self.portal.base_url}
        with closing(http.client.HTTPConnection("localhost", self.portal.port, timeout=60)) as connection:
            connection.request(method, address, body, told)
            with connection.getresponse() as answer:
                for cookie in answer.headers.get_all("Set-Cookie") or ():
                    name, _, value = cookie.partition(";")[0].partition("=")
                    self.cookies[name] = value
                return Answer(answer.status, answer.read(), answer.headers)


def add_document(portal: Portal, file: Path) -> str:
    """Add a document as an editor does, publish it, and return the address of its file."""
    added = Client(portal).log_in("samordnare").send(
        "/admin/documents/document/add/",
        {"versions-0-file": file},
        title_sv="Underlag",
        slug="underlag",
        summary_sv="Mycket.",
        kind="knowledge_base",
        **{"versions-0-change_note_sv": "Första."},
    )  # fmt: skip
    assert added.status == 302, added.text
    portal.sql(
        "WITH published AS (UPDATE documents_document"
        " SET publication = 'published', publish_from = now() - interval '1 minute'"
        " WHERE slug = 'underlag' RETURNING id, publish_from)"
        " UPDATE documents_documentversion SET public_from = publish_from FROM published"
        " WHERE document_id = published.id"
    )
    return "/dokument/underlag/fil"


class Fetched(NamedTuple):
    """What was downloaded, of which too much to keep: how many bytes, and their SHA-256."""

    status: int
    size: int
    checksum: str


def download(portal: Portal, address: str, asked: str = "", *, slow_bytes: int = 0) -> Fetched:
    """Fetch a file, or the range asked for. The first bytes may be read slowly, as by a phone."""
    digest, size = hashlib.sha256(), 0
    with closing(http.client.HTTPConnection("localhost", portal.port, timeout=60)) as connection:
        connection.request("GET", address, headers={"Range": asked} if asked else {})
        with connection.getresponse() as answer:
            while chunk := answer.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size < slow_bytes:
                    time.sleep(0.02)
            return Fetched(answer.status, size, digest.hexdigest())


def _head(name: str, filename: str = "") -> bytes:
    described = f'; filename="{filename}"\r\nContent-Type: application/octet-stream' if filename else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{described}\r\n\r\n'.encode()


def _read(pieces: list[bytes | Path]) -> Iterator[bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
            continue
        with piece.open("rb") as content:
            while chunk := content.read(CHUNK):
                yield chunk
