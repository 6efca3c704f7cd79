"""Bundle the style sheets of assets/css (portal, admin, and those of some pages only) with all they import."""

import re
from pathlib import Path
from urllib.parse import quote

import lightningcss

ASSETS = Path(__file__).resolve().parent
STATIC = ASSETS.parent / "static"
TARGET = STATIC / "css"
BROWSERS = ["last 2 versions", "firefox esr", "safari >= 16.4", "not dead"]

NEVER_SET = re.compile(
    r"\[data-(?:size|typography|variant=outline|color=(?:gran|granit|lav|neutral|success)|color-scheme=(?:light|dark))\b"
)
"""Attributes of the design system that no template of ours sets, and rules for them therefore never match."""
DRAWING = re.compile(r"url\(\"?\.\./(img/[\w-]+\.svg)\"?\)")
RULE = re.compile(r"(?<=[{};])([^{};@]+)\{[^{}]*\}")
USE = re.compile(r"var\(\s*(--[\w-]+)")
DECLARATION = re.compile(r"(?<=[{;])(--[\w-]+):((?:url\([^)]*\)|[^;{}])*)(?:;|(?=}))")


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    portal = without_unused_properties(without_unused_rules(bundle_sheet("portal.css")))
    (TARGET / "portal.css").write_text(lightningcss.process_stylesheet(portal, browsers_list=BROWSERS))
    for name in ("ways.css", "documents.css", "search.css", "preview.css"):
        (TARGET / name).write_text(bundle_sheet(name))
    (TARGET / "admin.css").write_text(bundle_sheet("admin.css"))  # whole: Django's own style sheets read its properties


def bundle_sheet(name: str) -> str:
    css = lightningcss.bundle_css(str(ASSETS / "css" / name), browsers_list=BROWSERS)
    return DRAWING.sub(lambda match: f'url("data:image/svg+xml,{inline_drawing(STATIC / match[1])}")', css)


def inline_drawing(drawing: Path) -> str:
    """An SVG drawing as part of an address: it comes with the style sheet, which saves a request on every page."""
    return quote(drawing.read_text().replace('"', "'").replace("\n", ""), safe=" '=:/,")


def without_unused_rules(css: str) -> str:
    """Leave out rules that match nothing: every alternative of their selector asks for an attribute never set."""
    return RULE.sub(lambda rule: "" if all(map(NEVER_SET.search, split_selector(rule[1]))) else rule[0], css)


def split_selector(selector: str) -> list[str]:
    """Split at the commas outside parentheses; what stands in `:not(…)` asks for nothing."""
    return re.split(r",(?![^(]*\))", re.sub(r":not\([^()]*\)", "", selector))


def without_unused_properties(css: str) -> str:
    """Leave out custom properties that nothing reads: the design system's theme declares ten times what we use."""
    used = set(USE.findall(css))
    trimmed = DECLARATION.sub(lambda match: match[0] if match[1] in used else "", css)
    return trimmed if trimmed == css else without_unused_properties(trimmed)


if __name__ == "__main__":
    main()
