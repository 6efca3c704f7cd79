"""A document of 200 MB, and how much memory the processes of a portal take to handle it."""

import hashlib
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf

from tests.clients import Fetched, add_document, download
from tests.portal_process import Portal

MEBIBYTE = 2**20
LARGE = 199 * MEBIBYTE
RESIDENT_AT_MOST = 150
"""In MB, in each process."""


def make_large_pdf(path: Path) -> Path:
    """A sound PDF of one page, with a picture in it that nothing can compress."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        picture = pikepdf.Stream(pdf, os.urandom(LARGE))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=pdf.make_indirect(picture)))
        pdf.docinfo["/Title"] = "Underlag"
        pdf.Root.Lang = "sv-SE"
        pdf.save(path, compress_streams=False)
    return path


class Memory(threading.Thread):
    """Watches what every process of a portal has had resident at most, those too that live for a moment."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(daemon=True)
        self.roots = [process.pid for process in portal.processes]
        self.most: dict[int, tuple[str, int]] = {}
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.02):
            for pid in _with_children(self.roots):
                self._look_at(pid)

    def _look_at(self, pid: int) -> None:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:  # it has ended
            return
        if peak := re.search(r"VmHWM:\s+(\d+) kB", status):
            self.most[pid] = (command, max(int(peak[1]) * 1024, self.most.get(pid, ("", 0))[1]))


def _with_children(pids: list[int]) -> Iterator[int]:
    for pid in pids:
        yield pid
        try:
            children = [
                int(child)
                for task in Path(f"/proc/{pid}/task").iterdir()
                for child in (task / "children").read_text().split()
            ]
        except OSError:
            continue
        yield from _with_children(children)


@contextmanager
def watched(portal: Portal) -> Iterator[Memory]:
    memory = Memory(portal)
    memory.start()
    try:
        yield memory
    finally:
        memory.is_over.set()
        memory.join()


def expected(path: Path, status: int, first: int, size: int) -> Fetched:
    with path.open("rb") as content:
        content.seek(first)
        return Fetched(status, size, hashlib.sha256(content.read(size)).hexdigest())


def resident_for_a_large_document(portal: Portal, file: Path) -> dict[str, int]:
    """Upload it as an editor, fetch its beginning, middle, end and all of it as a visitor; check what came.

    Returns the most that each process had resident, in MB.
    """
    size = file.stat().st_size
    middle = size // 2
    ranges = ("bytes=0-99", f"bytes={middle}-{middle + 9_999_999}", "bytes=-100", "")
    with watched(portal) as memory:
        address = add_document(portal, file)
        fetched = [download(portal, address, asked, slow_bytes=20 * MEBIBYTE) for asked in ranges]
    assert fetched == [
        expected(file, 206, 0, 100),
        expected(file, 206, middle, 10_000_000),
        expected(file, 206, size - 100, 100),
        expected(file, 200, 0, size),
    ]
    assert len(memory.most) >= 4, "server, its two workers and the worker were not all watched"
    return {f"{pid} {command}": most // MEBIBYTE for pid, (command, most) in memory.most.items()}
