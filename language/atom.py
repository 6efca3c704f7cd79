"""Atom feeds that stay well-formed with any text in the database."""

from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from language.characters import make_writable


class SafeXMLGenerator(SimplerXMLGenerator):
    """Replaces characters that XML cannot hold, where Django's own raises or writes invalid XML."""

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - SAX's own name
        super().startElement(name, AttributesImpl({key: make_writable(value) for key, value in attrs.items()}))

    def characters(self, content: str) -> None:
        super().characters(make_writable(content))


class AtomFeed(Atom1Feed):
    """The type of all our feeds."""

    def write(self, outfile: Any, encoding: str) -> None:
        """Write as Django does, with our generator."""
        handler = SafeXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")
