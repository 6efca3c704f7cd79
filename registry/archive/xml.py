"""XML elements for the standards' schemas, safe for texts with any characters."""

from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from django.utils import timezone

from language.characters import make_writable

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def add_element(parent: ET.Element, tag: str, text: object = None, **attributes: object) -> ET.Element:
    """Add a child in the parent's namespace. Attributes that are None are left out."""
    namespace = parent.tag.partition("}")[0] + "}" if parent.tag.startswith("{") else ""
    given = {name: make_writable(value) for name, value in attributes.items() if value is not None}
    child = ET.SubElement(parent, f"{namespace}{tag}", given)
    if text is not None:
        child.text = make_writable(text)
    return child


def format_time(at: datetime) -> str:
    """Return an `xs:dateTime` in Stockholm time."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def write_document(root: ET.Element, target: Path) -> None:
    ET.indent(root)
    ET.ElementTree(root).write(target, encoding="UTF-8", xml_declaration=True)
