"""Active content of a PDF (ISO 32000-1, 12.6): scripts, programs, attached files. Runs in the sandbox."""

from collections.abc import Iterator

import pikepdf

ACTIONS_AT_MOST = 50
"""In one chain of actions."""
LINKS_AT_MOST = 200_000
REFUSED = {"/JavaScript": "script", "/Launch": "program", "/ImportData": "program"}


def find_active_content(pdf: pikepdf.Pdf) -> str:
    """Return the code of what the file is refused for, or nothing. Links to pages and addresses are harmless."""
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if "/JavaScript" in names:
            return "script"
        if "/EmbeddedFiles" in names and _holds_something(names["/EmbeddedFiles"]):
            return "attachments"
    if "/Collection" in pdf.Root:
        return "attachments"
    for action in _actions(pdf):
        if (kind := _kind(action)) in REFUSED:
            return REFUSED[kind]
    return ""


def _holds_something(tree: object) -> bool:
    return isinstance(tree, pikepdf.Dictionary) and any(len(tree.get(key, [])) for key in ("/Names", "/Kids"))


def _kind(action: pikepdf.Object) -> str:
    kind = action.get("/S")
    return str(kind) if isinstance(kind, pikepdf.Name) else ""


def _actions(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Yield the actions of opening the file, turning a page or clicking something."""
    yield from _chain(pdf.Root.get("/OpenAction"))
    yield from _additional(pdf.Root)
    left = LINKS_AT_MOST
    for page in pdf.pages:
        yield from _additional(page.obj)
        annotations = page.obj.get("/Annots")
        for annotation in annotations if isinstance(annotations, pikepdf.Array) else ():
            left -= 1
            if left < 0:
                return
            if isinstance(annotation, pikepdf.Dictionary):
                yield from _chain(annotation.get("/A"))
                yield from _additional(annotation)


def _additional(owner: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    actions = owner.get("/AA")
    for action in actions.values() if isinstance(actions, pikepdf.Dictionary) else ():
        yield from _chain(action)


def _chain(first: object) -> Iterator[pikepdf.Dictionary]:
    """Yield an action and those that follow it; a chain may be a circle."""
    waiting, seen = [first], 0
    while waiting and seen < ACTIONS_AT_MOST:
        seen += 1
        action = waiting.pop()
        if isinstance(action, pikepdf.Array):
            waiting.extend(list(action)[:ACTIONS_AT_MOST])
        elif isinstance(action, pikepdf.Dictionary):
            yield action
            waiting.append(action.get("/Next"))
