"""The themes: dark, light for projectors, safe for the colour-blind, and monochrome.

Colour is always the third sign, after position and glyph. So the styles here also use bold,
underline and reverse, and ``mono`` uses nothing else. The safe palette is Okabe and Ito's, with
a lighter purple. A test holds every text to a contrast of 4.5 on whatever it stands on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from tutor.tui.paint import Palette

_ROLE_HUES = {
    # role: name of the hue
    "verb": "blue",
    "tag": "grey",
    "status": "green",
    "code": "green",
    "capability": "plain",
    "argument": "plain",
    "user": "orange",
    "password": "red",
    "token": "red",
    "response": "red",
    "authzid": "orange",
    "challenge": "purple",
    "mechanism": "purple",
    "mailbox": "cyan",
    "sender": "cyan",
    "recipient": "cyan",
    "host": "cyan",
    "domain": "cyan",
    "address": "orange",
    "type": "blue",
    "preference": "purple",
    "literal-size": "grey",
    "sequence": "purple",
    "unique-id": "purple",
    "parameter": "plain",
    "header": "plain",
    "boundary": "purple",
    "attachment": "grey",
    "mask": "red",
    "dim": "grey",
    "arrow": "grey",
    "rule": "grey",
    "client": "blue",
    "server": "green",
    "mark": "red",
    "safe": "green",
    "bad": "red",
    "good": "green",
    "eve": "orange",
    "label": "yellow",
    "key": "yellow",
    "title": "yellow",
    "phase": "yellow",
    "strong": "strong",
    "cite": "cyan",
    "shade": "grey",
    "warning": "orange",
}

_HUES: dict[str, dict[str, str]] = {
    "wt-dark": {
        "plain": "#d8dee9", "strong": "#ffffff", "back": "#14181f", "panel": "#1d2430",
        "grey": "#9ba5b7", "blue": "#82aaff", "green": "#9ece6a", "orange": "#ffb86c",
        "red": "#ff7a85", "purple": "#c7a6ff", "cyan": "#7fdbca", "yellow": "#ffd866",
        "bar": "#2a3344", "cursor": "#2a3a55",
    },
    "wt-light": {
        "plain": "#1b1f24", "strong": "#000000", "back": "#ffffff", "panel": "#f1f3f5",
        "grey": "#57606a", "blue": "#0842a0", "green": "#116329", "orange": "#953800",
        "red": "#b3001b", "purple": "#5b1fa6", "cyan": "#005a6f", "yellow": "#6b4a00",
        "bar": "#dde3ea", "cursor": "#cfe1ff",
    },
    "wt-safe": {
        "plain": "#e8e8e8", "strong": "#ffffff", "back": "#101010", "panel": "#1c1c1c",
        "grey": "#a0a0a0", "blue": "#56b4e9", "green": "#56b4e9", "orange": "#e69f00",
        "red": "#f0e442", "purple": "#d78db6", "cyan": "#56b4e9", "yellow": "#e69f00",
        "bar": "#333333", "cursor": "#1c3850",
    },
}  # fmt: skip

_BOLD = {
    "verb", "password", "token", "response", "mask", "mark", "bad", "good", "key", "title", "phase",
    "strong", "status", "warning",
}  # fmt: skip

_PLAIN = ("ansi-background", "ansi-foreground", "footer-key-foreground", "border-blurred")

NAMES = ("wt-dark", "wt-light", "wt-safe", "wt-mono")
"""The themes, in the order in which the palette offers them."""


def palette(name: str) -> Palette:
    """The styles of a theme by its name; unknown names get the dark one."""
    if name == "wt-mono":
        return _MONO
    return _PALETTES.get(name, _PALETTES["wt-dark"])


def textual_themes() -> list[Theme]:
    """The same themes as Textual wants them, for what it draws itself (inputs, scroll bars)."""
    made = [_theme(name, hues) for name, hues in _HUES.items()]
    default = "ansi_default"
    mono = Theme(
        name="wt-mono",
        ansi=True,
        primary=default,
        secondary=default,
        warning=default,
        error=default,
        success=default,
        accent=default,
        foreground=default,
        background=default,
        surface=default,
        panel=default,
        boost=default,
        # Textual's own style sheet asks for more variables where a theme is ansi
        variables={**BUILTIN_THEMES["ansi-dark"].variables, **dict.fromkeys(_PLAIN, default)},
    )
    return [*made, mono]


def first_theme(environment: Mapping[str, str] | None = None) -> str:
    """The theme to begin with: monochrome where ``NO_COLOR`` is set (no-color.org)."""
    env = os.environ if environment is None else environment
    wanted = f"wt-{env.get('WIRETUTOR_THEME', '')}"
    if wanted in NAMES:
        return wanted
    return "wt-mono" if "NO_COLOR" in env or env.get("TERM") == "dumb" else "wt-dark"


def _theme(name: str, hues: Mapping[str, str]) -> Theme:
    return Theme(
        name=name,
        primary=hues["blue"],
        secondary=hues["cyan"],
        warning=hues["orange"],
        error=hues["red"],
        success=hues["green"],
        accent=hues["yellow"],
        foreground=hues["plain"],
        background=hues["back"],
        surface=hues["back"],
        panel=hues["panel"],
        dark=name != "wt-light",
    )


def _coloured(name: str, hues: Mapping[str, str]) -> Palette:
    roles = {
        role: Style(color=hues[hue], bold=role in _BOLD or None) for role, hue in _ROLE_HUES.items()
    }
    roles["bar"] = Style(color=hues["plain"], bgcolor=hues["bar"])
    roles["keybar"] = Style(color=hues["yellow"], bgcolor=hues["bar"], bold=True)
    roles["titlebar"] = Style(color=hues["strong"], bgcolor=hues["bar"], bold=True)
    roles["phasebar"] = Style(color=hues["back"], bgcolor=hues["yellow"], bold=True)
    roles["evebar"] = Style(color=hues["orange"], bgcolor=hues["bar"])
    modifiers = {
        "look": Style(bold=True, underline=True, reverse=True),
        "past": Style(color=hues["grey"], bold=False),
        "now": Style(bgcolor=hues["panel"], bold=True),
        "cursor": Style(bgcolor=hues["cursor"], bold=True),
        "found": Style(underline=True, bold=True),
    }
    return Palette(name, Style(color=hues["plain"], bgcolor=hues["back"]), roles, modifiers)


def _monochrome() -> Palette:
    roles = {role: Style(bold=True) for role in _BOLD}
    bar = Style(reverse=True)
    roles |= {"bar": bar, "keybar": bar + Style(bold=True), "titlebar": bar + Style(bold=True)}
    roles |= {"phasebar": Style(bold=True, underline=True), "evebar": bar}
    modifiers = {
        "look": Style(bold=True, reverse=True),
        "past": Style(bold=False),
        "now": Style(bold=True),
        "cursor": Style(reverse=True),
        "found": Style(underline=True),
    }
    return Palette("wt-mono", Style(color="default", bgcolor="default"), roles, modifiers)


_PALETTES = {name: _coloured(name, hues) for name, hues in _HUES.items()}
_MONO = _monochrome()
