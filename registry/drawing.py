"""The table of transitions as a drawing, for `docs/registry.md`."""

from registry.transitions import TRANSITIONS, Status


def mermaid() -> str:
    """A state diagram: one arrow for each status from which an act leads on, in the order of the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.REGISTERED.value}"]
    for row in TRANSITIONS.values():
        who = "/".join(sorted(row.actors))
        sources = [status for status in Status if status in row.sources]
        lines += [f"    {source.value} --> {row.target.value}: {row.act.value} ({who})" for source in sources]
    return "\n".join(lines) + "\n"
