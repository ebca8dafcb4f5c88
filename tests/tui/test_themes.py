"""The themes: readable on a projector, by the colour-blind, and without any colour."""

from __future__ import annotations

import itertools

import pytest
from rich.color import Color
from rich.style import Style

from tutor.tui import themes

COLOURED = [name for name in themes.NAMES if name != "wt-mono"]

READABLE = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of text."""

DICHROMACY = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
"""What each kind of colour-blindness leaves of linear red, green and blue (Machado, 2009)."""

OPPOSITES = [("good", "bad"), ("good", "warning"), ("safe", "mark"), ("good", "mark")]
"""Roles that mean the opposite of each other."""

Rgb = tuple[float, float, float]


def linear(color: Color | None) -> Rgb:
    """A colour as linear red, green and blue, each from 0 to 1 (sRGB, IEC 61966-2-1)."""
    assert color is not None
    triplet = color.get_truecolor()

    def one(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return one(triplet.red), one(triplet.green), one(triplet.blue)


def luminance(color: Color | None) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color | None, other: Color | None) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen(color: Color | None, kind: str) -> Rgb:
    """A colour as that kind of colour-blindness shows it."""
    rgb = linear(color)
    red, green, blue = (
        min(1.0, max(0.0, sum(part * value for part, value in zip(row, rgb, strict=True))))
        for row in DICHROMACY[kind]
    )
    return red, green, blue


@pytest.mark.parametrize("name", COLOURED)
def test_every_role_can_be_read_on_what_it_stands_on(name: str) -> None:
    palette = themes.palette(name)
    grounds = [palette.text.bgcolor]
    grounds += [palette.modifiers[word].bgcolor for word in ("now", "cursor")]
    for role, style in palette.roles.items():
        if role in ("rule", "shade"):
            continue  # lines, no text
        for ground in [style.bgcolor] if style.bgcolor else grounds:
            front = style.color or palette.text.color
            assert contrast(front, ground) >= READABLE, (role, ground)


def test_a_projector_gets_strong_contrast() -> None:
    palette = themes.palette("wt-light")
    assert luminance(palette.text.bgcolor) > 0.9
    for role in ("", "password", "user", "client", "server", "good", "bad", "title"):
        style = palette.roles.get(role, palette.text)
        assert contrast(style.color, palette.text.bgcolor) >= 7, role


@pytest.mark.parametrize(("pair", "kind"), list(itertools.product(OPPOSITES, DICHROMACY)))
def test_opposites_stay_apart_for_the_colour_blind(pair: tuple[str, str], kind: str) -> None:
    roles = themes.palette("wt-safe").roles
    one, other = (seen(roles[role].color, kind) for role in pair)
    apart = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
    assert apart > 0.25, f"{pair} under {kind}: {apart:.2f}"


def test_the_monochrome_theme_has_no_colour() -> None:
    palette = themes.palette("wt-mono")
    for style in (palette.text, *palette.roles.values(), *palette.modifiers.values()):
        for color in (style.color, style.bgcolor):
            assert color is None or color.is_default


def test_without_colour_what_counts_still_stands_out() -> None:
    """Bold, underlined or reversed: the cursor, the highlight, a secret, right and wrong."""
    palette = themes.palette("wt-mono")
    for modifier in ("cursor", "look", "now", "found"):
        assert stands_out(palette.modifiers[modifier]), modifier
    for role in ("password", "mark", "good", "bad", "warning", "title", "key", "strong"):
        assert stands_out(palette.roles[role]), role


def stands_out(style: Style) -> bool:
    return bool(style.bold or style.underline or style.reverse)
