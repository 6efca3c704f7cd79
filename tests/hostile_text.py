"""Characters that break what is written carelessly: no person has typed them, and still they come."""

CONTROLS = [chr(code) for code in (*range(1, 0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"]
"""But NUL, which PostgreSQL refuses, and the two that are text."""
NONCHARACTERS = [
    *map(chr, range(0xFDD0, 0xFDF0)),
    *(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
]
DIRECTIONS = [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
OTHERS = [*"\u2028\u2029\ufeff\u200b\u00ad\u200e\ufffd\ufff9\U000e0041", "A\u030a"]
ALL = "".join((*CONTROLS, *NONCHARACTERS, *DIRECTIONS, *OTHERS))
MARKUP = "]]> <b>&amp; \"'\\ --> {{ x }} #panic()"
