"""Where the shipped lessons and recordings are, in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder ``lessons`` or ``captures``."""
    inside = _PACKAGE / name
    # tutor/captures is data in a wheel; in a checkout the folder is at the top
    return inside if inside.is_dir() else _PACKAGE.parent / name


def bundled(name: str) -> Path:
    """The path of a shipped recording by its file name (it may not exist)."""
    return folder("captures") / name
