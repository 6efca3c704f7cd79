"""The commands in the guides. A block's first line says what it is: ```sh plain online"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).resolve().parents[2] / "docs"
FENCE = re.compile(r"^```(.*)$")


class Block(NamedTuple):
    """Commands of a guide, with the words by which they are known and the line at which they begin."""

    guide: str
    line: int
    words: tuple[str, ...]
    commands: str

    def __str__(self) -> str:
        return f"docs/{self.guide}, line {self.line}"


def read_blocks(guide: str) -> Iterator[Block]:
    """Yield the blocks of shell commands in a guide that are marked to be tried."""
    first, words, lines = 0, None, []
    for number, line in enumerate((DOCS / guide).read_text().splitlines(), 1):
        if not (fence := FENCE.match(line)):
            lines.append(line)
        elif words is None:
            first, words, lines = number + 1, tuple(fence[1].split()), []
        else:
            if len(words) > 1 and words[0] == "sh":
                yield Block(guide, first, words[1:], "\n".join(lines) + "\n")
            words = None
