"""The web server: granian, whose children are replaced when they die, freeze or grow.

On Linux the children are copies of this process, which has loaded the portal before them: they share its memory, and
one that must be replaced is replaced at once.
"""

import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketSpec
from granian.server.mp import MPServer

from rus_portal.database_watch import watch
from rus_portal.deadlines import is_stuck
from rus_portal.life_signs import SECONDS_BETWEEN_SIGNS, LifeSigns

BACKLOG = 1024
SECONDS_TO_FINISH = 8
"""For requests under way in a child that stops."""
SECONDS_BESIDE = 5.0
"""How long a child that has grown works on beside the new one."""
SECONDS_BEFORE_RESPAWN = 0.2
LOGGING = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}}
"""granian speaks through our log."""
logger = logging.getLogger(__name__)


class Server(MPServer):
    """granian, with one queue of connections for all children, and a watcher that kills those that are frozen."""

    def __init__(self, host: str, port: int, signs: LifeSigns) -> None:
        super().__init__(
            "rus_portal.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=settings.WEB_PROCESSES,
            blocking_threads=settings.WEB_THREADS,
            backlog=BACKLOG,
            log_level=LogLevels.error,  # it would warn of so many threads, most of which wait for lines
            log_dictconfig=LOGGING,
            respawn_failed_workers=True,
            respawn_interval=SECONDS_BESIDE,
            workers_kill_timeout=SECONDS_TO_FINISH,
        )
        self.signs = signs

    def startup(self, *args: Any) -> None:
        # Not given above: granian would warn of what its queues for each child, which we do not use, may lose.
        self.workers_rss = settings.WEB_MEMORY_AT_MOST * 2**20
        super().startup(*args)
        threading.Thread(target=self._watch_children, daemon=True).start()

    def _init_shared_socket(self) -> None:
        """Let all children take connections from one queue.

        granian gives each a queue of its own where it can. What waits in that of a child that is frozen would be lost.
        """
        shared = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd = shared  # type: ignore[assignment]  # said to be None, before it is made
        self._sfd = shared.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        """Replace children, however often they die: granian would end if one did so twice within seconds."""
        time.sleep(SECONDS_BEFORE_RESPAWN)
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        self.respawned_wrks.clear()

    def _watch_children(self) -> None:
        killed: set[int] = set()
        while True:
            time.sleep(SECONDS_BETWEEN_SIGNS)
            for child in list(self.wrks):
                pid: int = child.inner.pid
                if pid not in killed and self.signs.is_frozen(pid, child.birth):
                    logger.error("Server process %s shows no life and is killed.", pid)
                    killed.add(pid)
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)


def serve_portal(host: str, port: int) -> None:
    """Serve until the process is told to stop."""
    if sys.platform == "linux":
        import rus_portal.wsgi  # noqa: F401 - so that the children share it
    with tempfile.TemporaryDirectory(prefix="portal-server-") as folder:
        signs = LifeSigns(Path(folder))
        Server(host, port, signs).serve(target_loader=partial(load_application, signs), wrap_loader=False)


def load_application(signs: LifeSigns) -> Callable[..., Any]:
    """Return the application in a child, which watches its database and shows signs of life from now on."""
    from rus_portal.wsgi import application

    watch.start()
    threading.Thread(target=_show_life, args=(signs, os.getppid()), daemon=True).start()
    return application


def _show_life(signs: LifeSigns, parent: int) -> None:
    while os.getppid() == parent:
        if not is_stuck():
            signs.show()
        time.sleep(SECONDS_BETWEEN_SIGNS)
    os.kill(os.getpid(), signal.SIGTERM)
