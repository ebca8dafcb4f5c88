"""Where the shipped lessons and recordings are, in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder ``lessons`` or ``captures``."""
    inside = _PACKAGE / name
    # tutor/captures is data in a wheel; in a checkout the folder is at the top
    return inside if inside.is_dir() else _PACKAGE.parent / name


def is_bundled(path: str) -> bool:
    """Whether a file is one of the shipped recordings or lies with a shipped lesson."""
    places = [folder(name).resolve() for name in ("captures", "lessons")]
    return any(Path(path).resolve().is_relative_to(place) for place in places)


def bundled(name: str) -> Path:
    """The path of a shipped recording by its file name (it may not exist)."""
    return folder("captures") / name
