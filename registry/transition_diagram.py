"""The table of transitions as a diagram, for `docs/registry.md`."""

from registry.transitions import TRANSITIONS, Status


def draw_mermaid() -> str:
    """Return a Mermaid state diagram: one arrow for each act and source status, in the order of the table."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.REGISTERED.value}"]
    for row in TRANSITIONS.values():
        who = "/".join(sorted(row.actors))
        arrows = [(source, target) for source in Status if source in row.sources for target in row.targets]
        lines += [f"    {source.value} --> {target.value}: {row.act.value} ({who})" for source, target in arrows]
    return "\n".join(lines) + "\n"
