"""Fetch the vendored design system and fonts anew (a maintainer's tool; needs Node's npm, fonttools and brotli).

    python assets/refresh_vendor.py

The site itself never runs this: what it makes is committed. Raise a version below, run it, look at the pages, commit.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.varLib.instancer import instantiateVariableFont

ASSETS = Path(__file__).resolve().parent
VENDOR = ASSETS / "vendor" / "designsystemet"
FONTS = ASSETS.parent / "static" / "fonts"
PRINT_FONTS = ASSETS.parent / "documents" / "pdf_export" / "fonts"

DESIGN_SYSTEM = "@digdir/designsystemet-css@1.22.0"
THEME_BUILDER = "@digdir/designsystemet@1.15.0"
TYPEFACES = {
    "familjen-grotesk": "@fontsource-variable/familjen-grotesk@5.3.0",
    "hanken-grotesk": "@fontsource-variable/hanken-grotesk@5.3.0",
}
PRINT_TYPEFACES = {
    "FamiljenGrotesk": ("@expo-google-fonts/familjen-grotesk@0.4.2", {"SemiBold": "600SemiBold"}),
    "HankenGrotesk": (
        "@expo-google-fonts/hanken-grotesk@0.4.3",
        {"Regular": "400Regular", "Italic": "400Regular_Italic", "Bold": "700Bold", "BoldItalic": "700Bold_Italic"},
    ),
}
"""Static and with every letter: Typst needs the one, and a document may use the other."""
COMPONENTS = [
    "base",
    "alert",
    "breadcrumbs",
    "button",
    "card",
    "details",
    "error-summary",
    "field",
    "fieldset",
    "input",
    "label",
    "list",
    "pagination",
    "skip-link",
    "table",
    "tag",
    "validation-message",
]

# What Swedish and English pages are set in. Every other Latin letter, those of the Sámi languages (č đ ŋ š ŧ ž) among
# them, comes with the extended file, only where a page uses it.
EVERYDAY = (
    "U+0020-007E,U+00A0,U+00A7,U+00AB,U+00B0,U+00B4,U+00B7,U+00BB-00BD,U+00C0-00FF,"
    "U+2011,U+2013,U+2014,U+2018,U+2019,U+201C-201E,U+2022,U+2026,U+20AC,U+2190-2193,U+2212"
)
EXTENDED = "U+0100-017F,U+0218-021B,U+02BC,U+1E80-1E85,U+1E9E"
WEIGHTS = {"familjen-grotesk": 600, "hanken-grotesk": (400, 700)}
"""Headings are set in one weight: half the bytes of a face with all."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        versions = [refresh_design_system(work), refresh_theme(work)]
        (VENDOR / "VERSION").write_text("\n".join(versions) + "\n")
        versions = [refresh_typeface(name, package, work) for name, package in TYPEFACES.items()]
        (FONTS / "VERSION").write_text("\n".join(versions) + "\n")
        versions = [refresh_print_typeface(name, *source, work) for name, source in PRINT_TYPEFACES.items()]
        (PRINT_FONTS / "VERSION").write_text("\n".join(versions) + "\n")


def refresh_design_system(work: Path) -> str:
    """Copy the style sheets of the components in use."""
    package, version = unpack(DESIGN_SYSTEM, work)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    shutil.copy(package / "LICENSE", VENDOR)
    for component in COMPONENTS:
        copy_text(package / "dist" / "src" / f"{component}.css", VENDOR)
    return version


def refresh_theme(work: Path) -> str:
    """Build the theme's custom properties from designsystemet.config.json."""
    shutil.copy(ASSETS / "designsystemet.config.json", work)
    _, version = unpack(THEME_BUILDER, work)
    run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", ".", THEME_BUILDER, cwd=work)
    for step in ("create", "build"):
        run("node_modules/.bin/designsystemet", "tokens", step, cwd=work)
    copy_text(work / "design-tokens-build" / "kust.css", VENDOR)
    return version


def refresh_typeface(name: str, package_name: str, work: Path) -> str:
    """Cut one typeface into a small file for every page and an extended one behind `unicode-range`."""
    package, version = unpack(package_name, work)
    FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copy(package / "LICENSE", FONTS / f"{name}-OFL.txt")
    for letters, source, suffix in ((EVERYDAY, "latin", ""), (EXTENDED, "latin-ext", "-ext")):
        whole = package / "files" / f"{name}-{source}-wght-normal.woff2"
        cut(whole, letters, WEIGHTS[name], FONTS / f"{name}{suffix}.woff2")
    return version


def refresh_print_typeface(name: str, package_name: str, cuts: dict[str, str], work: Path) -> str:
    """Copy the cuts that documents are set in."""
    package, version = unpack(package_name, work)
    PRINT_FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copy(package / "LICENSE_FONT", PRINT_FONTS / f"{name}-OFL.txt")
    for cut_name, folder in cuts.items():
        shutil.copy(package / folder / f"{name}_{folder}.ttf", PRINT_FONTS / f"{name}-{cut_name}.ttf")
    return version


def cut(source: Path, unicodes: str, weight: float | tuple[int, int], target: Path) -> None:
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["ccmp", "kern", "locl", "mark", "tnum"])
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(unicodes))
    subsetter.subset(font)
    subset.save_font(instantiateVariableFont(font, {"wght": weight}), target, options)


def unpack(package: str, work: Path) -> tuple[Path, str]:
    """Return the unpacked npm package and a line for VERSION: name, version, integrity."""
    packed = json.loads(run("npm", "pack", "--json", package, cwd=work))[0]
    folder = work / packed["filename"].removesuffix(".tgz")
    shutil.unpack_archive(work / packed["filename"], folder, filter="data")
    return folder / "package", f"{packed['name']} {packed['version']} {packed['integrity']}"


def copy_text(source: Path, folder: Path) -> None:
    """Copy with a newline at the end, as the repository's checks want it."""
    (folder / source.name).write_text(source.read_text().rstrip() + "\n")


def run(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
