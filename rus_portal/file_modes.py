"""Who may read what the portal keeps: the user that it runs as, and nobody else on the machine.

Public documents too: they pass through the portal, and some of them are drafts.
"""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

OTHERS = 0o077
"""What a group and everybody may do."""
logger = logging.getLogger(__name__)


def keep_files_private() -> None:
    """Let this process, and what it starts, make files that only its user may read."""
    os.umask(OTHERS)


def close_kept_files() -> None:
    """Close what an earlier version, or a copy of it, left open to every user of the machine."""
    kept = (settings.PRIVATE_ROOT, settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR, settings.VAR_DIR / "mail")
    for folder in kept:
        try:
            if folder.exists() and folder.stat().st_mode & OTHERS:
                for path in folder.rglob("*"):
                    _close(path)
                _close(folder)  # last: so it tells that all in it are closed
        except OSError as error:
            logger.warning("Other users of this machine may read %s, and it cannot be closed: %s", folder, error)


def _close(path: Path) -> None:
    if not path.is_symlink():
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


@contextmanager
def files_for_all() -> Iterator[None]:
    """Let what is built from the code be read by whichever user runs the portal."""
    former = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(former)
