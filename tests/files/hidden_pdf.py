"""PDF files with hidden content."""

from pikepdf import Array, Dictionary, Name, String

from files.extraction import findings
from tests.factories.files import pdf_with_pages, saved
from tests.files.hidden_case import HIDDEN, Case, Found


def layered(texts: dict[str, str], **config: list[str] | str) -> bytes:
    """A PDF with a text on each of its layers; `OFF` and `ON` name layers, as ISO 32000-1, 8.11.4.3 has it."""
    pdf = pdf_with_pages("x")
    layers = {name: pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in texts}
    if config.get("print_only"):
        layers[str(config.pop("print_only"))].Usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
    told = {f"/{key}": Array([layers[name] for name in names]) for key, names in config.items() if key != "BaseState"}
    if "BaseState" in config:
        told["/BaseState"] = Name(f"/{config['BaseState']}")
    pdf.Root.OCProperties = Dictionary(OCGs=Array(list(layers.values())), D=Dictionary(told))
    page = pdf.pages[0]
    page.obj.Resources.Properties = Dictionary({f"/L{number}": layer for number, layer in enumerate(layers.values())})
    drawn = [
        f"/OC /L{number} BDC BT /F1 11 Tf 50 {700 - 20 * number} Td ({text}) Tj ET EMC"
        for number, text in enumerate(texts.values())
    ]
    page.obj.Contents = pdf.make_stream(" ".join(drawn).encode())
    return saved(pdf)


LAYERS = {"Fram": "Syns", "Löner": HIDDEN}
OFF: Found = ((findings.LAYER, "Löner", 1),)
PDF_FILES: dict[str, Case] = {
    "layer switched off": (layered(LAYERS, OFF=["Löner"]), ["Syns"], OFF),
    "all layers but one off": (layered(LAYERS, BaseState="OFF", ON=["Fram"]), ["Syns"], OFF),
    "layer for printing": (layered(LAYERS, print_only="Löner"), ["Syns"], OFF),
    "layers that are shown": (layered({"Ett": "Syns"}, ON=["Ett"]), ["Syns"], ()),
}
