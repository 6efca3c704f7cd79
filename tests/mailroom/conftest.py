"""A mail server that fails as told."""
# ruff: noqa: N802 - aiosmtpd calls methods by the commands of SMTP

import asyncio
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.processes import free_port


class Handler:
    """A handler that fails as often as told, and then accepts mail."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        self.taken: list[str] = []

    async def misbehave(self, server: SMTP, step: str) -> str:
        """Return the failing answer to a step, if the next fault is in that step."""
        if not self.faults or self.faults[0].partition(" ")[2] != step:
            return ""
        fault = self.faults.pop(0).partition(" ")[0]
        if fault == "gone":
            server.transport.abort()
        if fault == "stall":
            await asyncio.sleep(3)
        return f"{fault} No." if fault.isdigit() else "250 Unheard"

    async def handle_MAIL(self, server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        envelope.mail_from = address
        return await self.misbehave(server, "at mail") or "250 OK"

    async def handle_RCPT(self, server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return await self.misbehave(server, "at rcpt") or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        if bad := await self.misbehave(server, "at data"):
            return bad
        self.taken.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        return await self.misbehave(server, "after data") or "250 OK"

    async def handle_QUIT(self, server: SMTP, _session: Any, _envelope: Any) -> str:
        return await self.misbehave(server, "at quit") or "221 Bye"


class Server(SMTP):
    """A server that can also hang up between DATA and the mail itself."""

    async def smtp_DATA(self, arg: str) -> None:
        if not await self.event_handler.misbehave(self, "inside data"):
            await super().smtp_DATA(arg)


class Loopback(Controller):
    def factory(self) -> SMTP:
        return Server(self.handler)


@pytest.fixture
def serve(settings: Any) -> Iterator[Callable[..., Handler]]:
    """Return a function that starts a mail server with faults, and has the portal use it."""
    started = []

    def serve(*faults: str) -> Handler:
        handler = Handler(*faults)
        server = Loopback(handler, hostname="127.0.0.1", port=free_port())
        server.start()
        started.append(server)
        settings.EMAIL_PORT = server.port
        return handler

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 0.3
    yield serve
    for server in started:
        server.stop()
