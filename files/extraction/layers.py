"""Hidden layers of a PDF (optional content, ISO 32000-1, 8.11). Runs in the sandbox."""

from collections.abc import Iterator

import pikepdf

LAYERS_AT_MOST = 1_000


def find_hidden_layers(pdf: pikepdf.Pdf) -> dict[bytes, str]:
    """Return the names of the layers that a reader does not see: as bytes of the file, and as text."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return {}
    config = properties.get("/D")
    if not isinstance(config, pikepdf.Dictionary):
        return {}
    groups = list(_groups(properties, "/OCGs"))
    hidden = list(_groups(config, "/OFF"))
    if config.get("/BaseState") == "/OFF":
        shown = {group.objgen for group in _groups(config, "/ON")}
        hidden += [group for group in groups if group.objgen not in shown]
    hidden += [group for group in groups if _is_off_on_screens(group)]
    names = [group.get("/Name") for group in hidden]
    return {bytes(name): str(name) for name in names if isinstance(name, pikepdf.String)}


def _groups(owner: pikepdf.Object, key: str) -> Iterator[pikepdf.Object]:
    listed = owner.get(key)
    for group in list(listed)[:LAYERS_AT_MOST] if isinstance(listed, pikepdf.Array) else ():
        if isinstance(group, pikepdf.Dictionary):
            yield group


def _is_off_on_screens(group: pikepdf.Object) -> bool:
    """Whether a layer is declared to be off on screens (8.11.4.4)."""
    found: pikepdf.Object | None = group
    for key in ("/Usage", "/View"):
        found = found.get(key) if isinstance(found, pikepdf.Dictionary) else None
    return isinstance(found, pikepdf.Dictionary) and bool(found.get("/ViewState") == "/OFF")
