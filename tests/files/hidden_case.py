"""A file with hidden content: its visible text, and what is to be found."""

HIDDEN = "19121212-1212"
"""Stands in each such file, wherever a reader does not see it."""
STRICT = "http://purl.oclc.org/ooxml"
"""The namespaces of Strict files begin so (ISO/IEC 29500-1, annex A)."""
Found = tuple[tuple[str, str, int], ...]
Case = tuple[bytes, list[str], Found]
"""The file, the text of each page, and the kinds of hidden content with place and count."""
