"""The look's figures: contrasts that no browser tool can judge in every state, and the weight of the style sheet."""

import re

import brotli
import pytest
from django.conf import settings

TOKENS = settings.BASE_DIR / "assets" / "css" / "tokens.css"
STYLE_SHEET = settings.BASE_DIR / "static" / "css" / "portal.css"

TEXT_COLOURS = ["text", "muted", "link", "fjard", "gran", "granit", "lav", "error"]
GROUNDS = ["paper", "surface", "tint", "deep"]
AA_TEXT, AA_CONTROL = 4.5, 3.0


def read_colours(scheme):
    """The tokens of a scheme: the light ones, replaced by the dark ones where there is one."""
    light, dark = TOKENS.read_text().split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else {})


def contrast(one, other):
    """The ratio of two colours' luminance (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_agrees_with_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#0b4f5c", "#ffffff") == pytest.approx(9.2, abs=0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_on_every_ground(scheme):
    colours = read_colours(scheme)
    poor = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for text in TEXT_COLOURS
        for ground in GROUNDS
        if contrast(colours[text], colours[ground]) < AA_TEXT
    }
    assert poor == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hero_text_is_readable(scheme):
    colours = read_colours(scheme)
    assert contrast(colours["on-hero"], colours["hero"]) >= AA_TEXT


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_and_focus_stand_out(scheme):
    colours = read_colours(scheme)
    for ground in ("paper", "surface", "tint"):
        assert contrast(colours["control"], colours[ground]) >= AA_CONTROL
        assert contrast(colours["text"], colours[ground]) >= AA_CONTROL


def test_style_sheet_is_light():
    compressed = brotli.compress(STYLE_SHEET.read_bytes())
    assert len(compressed) <= 14_000
