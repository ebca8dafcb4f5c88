"""The shipped recordings and what was done in them, as ``captures/MANIFEST.yaml`` tells."""

from __future__ import annotations

import base64
import functools
from typing import Any

import pytest
import yaml
from _pytest.mark import ParameterSet

from tutor.capture.bundled import bundled, folder
from tutor.lesson.document import Loader


@functools.cache
def recordings() -> list[dict[str, Any]]:
    """All entries of the manifest, read once; nobody changes them."""
    text = (folder("captures") / "MANIFEST.yaml").read_text("utf-8")
    loaded = yaml.load(text, Loader=Loader)["recordings"]
    assert isinstance(loaded, list)
    return loaded


def names() -> list[str]:
    """File names of all recordings."""
    return [entry["file"] for entry in recordings()]


def path(name: str) -> str:
    """The path of a recording."""
    return str(bundled(name))


def spellings(secret: str) -> set[str]:
    """A secret as text, in base64 and in hexadecimal."""
    raw = secret.encode()
    return {secret, base64.b64encode(raw).decode(), raw.hex()}


def secrets(entry: dict[str, Any]) -> set[str]:
    """All secrets of a recording, in the spellings that give them away."""
    found: set[str] = set()
    for session in entry["sessions"]:
        for credential in session["credentials"]:
            secret = credential["secret"]
            if secret:
                joined = f"\0{credential['username']}\0{secret}".encode()
                found |= spellings(secret)
                found.add(base64.b64encode(joined).decode())
    return found


def big_ones_slow(these: list[Any]) -> list[ParameterSet]:
    """Names of recordings, or their entries, as parameters; the big recordings are slow."""
    made = []
    for each in these:
        name = each if isinstance(each, str) else each["file"]
        marks = [pytest.mark.slow] if name.startswith("big-") else []
        made.append(pytest.param(each, id=name, marks=marks))
    return made
