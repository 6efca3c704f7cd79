"""A real ClamAV, with the one signature that tests need."""

import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that every virus checker takes for a virus and that harms nobody; in two parts, so that this one is none."""


class Clamd:
    """A ClamAV of the test's own on a free port, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "db").mkdir()
        (folder / "db" / "test.ndb").write_text(f"Test.EICAR:0:0:{EICAR.hex()}\n")
        self.configuration = folder / "clamd.conf"
        self.configuration.write_text(
            f"DatabaseDirectory {folder / 'db'}\nTCPSocket {self.port}\nTCPAddr 127.0.0.1\nForeground yes\n"
            "AlertExceedsMax yes\nAlertEncrypted yes\nStreamMaxLength 5M\nUser root\n"
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["clamd", "--config-file", str(self.configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError("clamd did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


class Hanging:
    """A clamd that answers `words`, then keeps the connection open silently."""

    def __init__(self, *words: bytes) -> None:
        self.words, self.taken = list(words), 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.open: list[socket.socket] = []
        self.url = f"tcp://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                taken, _address = self.listening.accept()
            except OSError:
                return
            self.taken += 1
            self.open.append(taken)
            if self.words:
                taken.sendall(self.words.pop(0))

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        for connection in (self.listening, *self.open):
            connection.close()
