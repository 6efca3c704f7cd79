"""XML as the standards' schemas want it, out of texts that may hold anything."""

import re
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from django.utils import timezone

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, such as control characters (https://www.w3.org/TR/xml/#charsets)."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def add(parent: ET.Element, tag: str, text: object = None, **attributes: object) -> ET.Element:
    """A child in the parent's own namespace. Attributes that are None are left out."""
    namespace = parent.tag.partition("}")[0] + "}" if parent.tag.startswith("{") else ""
    given = {name: clean(value) for name, value in attributes.items() if value is not None}
    child = ET.SubElement(parent, f"{namespace}{tag}", given)
    if text is not None:
        child.text = clean(text)
    return child


def clean(value: object) -> str:
    """As text that XML can hold; what it cannot becomes the replacement character."""
    return NOT_XML.sub("\ufffd", str(value))


def moment(at: datetime) -> str:
    """As `xs:dateTime`, in Stockholm time."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def write(root: ET.Element, target: Path) -> None:
    ET.indent(root)
    ET.ElementTree(root).write(target, encoding="UTF-8", xml_declaration=True)
