"""The tables of docs/roles.md: what each role may do with each kind, and whom each address lets in."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from accounts.roles import PERMISSIONS, Role

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "roles.md"
MEANINGS = {
    "–": set[str](),
    "read": {"read"},
    "write": {"read", "add"},
    "change": {"read", "change"},
    "edit": {"read", "add", "change"},
    "all": {"read", "add", "change", "delete"},
}
NOBODY, STAFF, ANYONE = "–", "staff", "anyone"


class Route(NamedTuple):
    """What an address asks of whoever reads it (GET), and of whoever sends it something (POST)."""

    reading: str
    sending: str


def read_table(heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without its own first two rows."""
    text = DOCUMENT.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@cache
def read_rights() -> dict[str, dict[Role, set[str]]]:
    """Return the acts of each role on each kind."""
    return {
        kind.strip("`"): {role: MEANINGS[cell] for role, cell in zip(Role, cells, strict=True)}
        for kind, *cells in read_table("Kinds")
    }


@cache
def read_account_routes() -> dict[str, Route]:
    """Return whom the addresses of one's own account let in."""
    table = read_table("Addresses of one's own account")
    return {name: Route(who, who) for names, who in table for name in re.findall(r"`(\w+)`", names)}


@cache
def read_routes() -> dict[str, Route]:
    """Return whom each named address lets in. A name that begins with `*_` is one of every kind of text."""
    others = read_table("Other addresses of the admin")
    return read_account_routes() | {
        name.strip("`"): Route(reading, sending) for name, reading, sending, _note in others
    }


def may_do(role: Role | None, asked: str, kind: str) -> bool:
    """Whether a role (None: somebody without one) may do what a cell asks for, on its own kind if none is named."""
    if asked in (STAFF, ANYONE, NOBODY):
        return asked != NOBODY
    if role is None:
        return False
    act, _space, named = asked.partition(" ")
    if act.startswith("`"):
        return act.strip("`") in set(_list_permissions(role))
    acts = read_rights()[named.strip("`") or kind][role]
    return bool({"add", "change"} & acts) if act == "write" else act in acts


def _list_permissions(role: Role) -> Iterator[str]:
    for label, acts in PERMISSIONS[role].items():
        app_label, model = label.split(".")
        yield from (f"{app_label}.{act}_{model}" for act in acts)
