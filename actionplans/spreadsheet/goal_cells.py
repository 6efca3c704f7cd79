"""The cells with the goals that an activity serves: a line for each, which begins with a code or a priority."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from actionplans.spreadsheet.cell_kinds import Cell, Link, Row, TextCell, fit_cell
from actionplans.spreadsheet.cells import normalize_cell
from actionplans.spreadsheet.choices import Head, format_head
from actionplans.spreadsheet.names import fold_text


class GoalsCell(Cell):
    """Goals and priorities, one a line, with how the activity contributes."""

    is_strict = False

    def __init__(self, offers: str = "") -> None:
        self.offers = offers

    def parse(self, value: str, row: Row) -> tuple[Link, ...]:
        text = TextCell().parse(value, row)
        if not text:
            return ()
        heads = row.choices.heads(row.thing.plan.strategy)
        links: list[Link] = []
        for line in text.split("\n"):
            if links and (line.startswith("  ") or not line.strip()):
                goal, priority, how = links[-1]
                links[-1] = Link(goal, priority, f"{how}\n{line[2:]}")
            else:
                links.append(_link(line, heads))
        return _complete(links)

    def show(self, value: Iterable[Link], row: Row) -> str:
        lines = []
        for goal, priority, how in value or ():
            head = format_head(goal, priority, row.thing.plan.strategy)
            lines.append(f"{head}: {normalize_cell(how)}".replace("\n", "\n  "))
        return fit_cell("\n".join(lines))


def _link(line: str, heads: dict[str, Head]) -> Link:
    """Parse a line about a goal: the longest known beginning, a colon, and how."""
    colons = [found.start() for found in re.finditer(":", line)]
    for colon in reversed(colons):
        head = heads.get(fold_text(line[:colon]))
        if head is not None:
            return Link(head.goal, head.priority, line[colon + 1 :].strip())
    if fold_text(line) in heads:
        raise ValueError(
            _("Say how the activity contributes to %(head)s: add a colon followed by the text.")
            % {"head": line.strip()}
        )
    raise ValueError(_unknown(line[: colons[0]] if colons else line, heads))


def _unknown(head: str, heads: dict[str, Head]) -> str:
    code, slash, name = (part.strip() for part in head.strip().partition("/"))
    goal = heads.get(fold_text(code))
    if goal is None:
        codes = ", ".join(dict.fromkeys(one.text for one in heads.values() if one.priority is None))
        return _(
            "“%(code)s” is not a goal code. Start each line with a code and a colon. The codes are: %(codes)s."
        ) % {"code": code[:60], "codes": codes or "–"}
    if not slash:
        return _("“%(code)s” could not be read.") % {"code": code}
    for other in heads.values():
        priority: Any = other.priority
        if priority and fold_text(name) in {
            fold_text(priority.slug),
            fold_text(priority.title_sv),
            fold_text(priority.title_en or ""),
        }:
            return _("The priority “%(name)s” belongs to the goal %(other)s, not to %(code)s.") % {
                "name": name,
                "other": other.goal.code,
                "code": code,
            }
    return _("The goal %(code)s has no priority called “%(name)s”.") % {"code": code, "name": name}


def _complete(links: list[Link]) -> tuple[Link, ...]:
    seen = set()
    for goal, priority, how in links:
        head = goal.code if priority is None else f"{goal.code} / {priority.title}"
        if not how.strip():
            raise ValueError(
                _("Say how the activity contributes to %(head)s: add a colon followed by the text.") % {"head": head}
            )
        if (goal.pk, priority and priority.pk) in seen:
            raise ValueError(_("%(head)s appears twice in the cell. Remove one of them.") % {"head": head})
        seen.add((goal.pk, priority and priority.pk))
    return tuple(Link(goal, priority, how.strip()) for goal, priority, how in links)
