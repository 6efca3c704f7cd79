"""A line to the database that can be cut, or fall silent while it stays open."""

import contextlib
import socket
import threading
from typing import Any


class DatabaseLink:
    """Listens on a port and passes on what it hears to the database's Unix socket, and back."""

    def __init__(self, to: str) -> None:
        self.to = to
        self.flows = threading.Event()
        self.flows.set()
        self.sockets: list[socket.socket] = []
        self.listener: socket.socket | None = None
        self.port = 0
        self.restore()

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        if self.listener:
            _close(self.listener)
        for one in self.sockets:
            _close(one)
        self.listener, self.sockets = None, []

    def restore(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, args=(self.listener,), daemon=True).start()

    def freeze(self) -> None:
        """Pass nothing on any more. Connections stay, and new ones are taken and hear nothing."""
        self.flows.clear()

    def thaw(self) -> None:
        self.flows.set()

    def _listen(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = listener.accept()[0]
                self.flows.wait()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.to)
                self.sockets += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, heard: socket.socket, told: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := heard.recv(65_536):
                self.flows.wait()
                told.sendall(said)
        for end in (heard, told):
            _close(end)


def _close(end: Any) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
