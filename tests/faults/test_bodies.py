"""Bodies in chunks, and bodies that break off: nothing is lost, and no half message is registered."""

import http.client
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest
from lxml import html

from tests.clients import BOUNDARY, Client
from tests.portal_process import Portal

FORM = "/kontakt/frida-bergman/"
URLENCODED = "application/x-www-form-urlencoded"


def write(portal: Portal, text: str) -> dict[str, str]:
    typed = Client(portal)._form(FORM)
    return {"token": typed["token"], "subject": "I bitar", "message": text, "name": "Åsa Öberg"}


def list_messages(portal: Portal) -> set[str]:
    rows = portal.sql("SELECT body FROM registry_record WHERE subject = 'I bitar'")
    return {body for (body,) in rows}


def in_pieces(body: bytes, size: int = 7) -> Iterator[bytes]:
    yield from (body[start : start + size] for start in range(0, len(body), size))


def as_multipart(typed: dict[str, str], file: bytes) -> bytes:
    line = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    fields = "".join(f'{line}"{name}"\r\n\r\n{value}\r\n' for name, value in typed.items())
    head = f'{fields}{line}"attachments"; filename="karta.txt"\r\n\r\n'
    return head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("kind", [URLENCODED, f"multipart/form-data; boundary={BOUNDARY}"], ids=["fields", "files"])
def test_message_in_chunks_is_taken_whole(portal: Portal, kind: str) -> None:
    typed = write(portal, f"Sänt i bitar: {kind[:9]}")
    body = urlencode(typed).encode() if kind == URLENCODED else as_multipart(typed, b"K" * 3_000_000)
    size = 7 if kind == URLENCODED else 50_000
    with closing(http.client.HTTPConnection("localhost", portal.port, timeout=30)) as connection:
        connection.request("POST", FORM, in_pieces(body, size), {"Content-Type": kind}, encode_chunked=True)
        status = connection.getresponse().status

    assert status == 303
    assert typed["message"] in list_messages(portal)


@pytest.mark.parametrize("order", ["text last", "token last"])
def test_message_that_breaks_off_is_not_registered(portal: Portal, order: str) -> None:
    typed = write(portal, f"Hela texten, {order}, som är lång." * 50)
    fields = typed if order == "text last" else dict(reversed(typed.items()))
    body = urlencode(fields).encode()
    with socket.create_connection(("localhost", portal.port), timeout=10) as connected:
        head = f"POST {FORM} HTTP/1.1\r\nHost: localhost:{portal.port}\r\nContent-Type: {URLENCODED}\r\n"
        connected.sendall(f"{head}Content-Length: {len(body) + 100}\r\n\r\n".encode() + body[:-40])
        connected.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connected.recv(65_536), b""))

    assert not {text for text in list_messages(portal) if order in text}
    if answer:  # whoever closes one direction only can read that it was in vain
        assert answer.startswith(b"HTTP/1.1 400")
        page = html.document_fromstring(answer.partition(b"\r\n\r\n")[2].decode(errors="replace"))
        assert "kom inte fram i sin helhet" in page.text_content()
        assert page.xpath("string(//textarea[@name='message'])").strip()[:20] == typed["message"][:20]


@pytest.mark.parametrize("lengths", ["chunks and a length", "two lengths"])
def test_body_with_two_lengths_is_no_second_request(portal: Portal, lengths: str) -> None:
    """Chunks hold before a length, and the connection ends (RFC 9112, 6.1); two lengths are refused (6.3)."""
    typed = write(portal, f"Två längder: {lengths}.")
    body = urlencode(typed).encode()
    if lengths == "two lengths":
        told, sent = f"Content-Length: 4\r\nContent-Length: {len(body)}", body
    else:
        told, sent = "Content-Length: 4\r\nTransfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    post = f"POST {FORM} HTTP/1.1\r\nHost: localhost:{portal.port}\r\nContent-Type: {URLENCODED}\r\n{told}\r\n\r\n"
    next_one = f"GET /healthz HTTP/1.1\r\nHost: localhost:{portal.port}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("localhost", portal.port), timeout=10) as connected:
        connected.sendall(post.encode() + sent + next_one.encode())
        answer = b"".join(iter(lambda: connected.recv(65_536), b""))

    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", answer)]
    expected = ([400], False) if lengths == "two lengths" else ([303], True)
    assert (statuses, typed["message"] in list_messages(portal)) == expected
