"""The shipped recordings and what was done in them, as ``captures/MANIFEST.yaml`` tells."""

from __future__ import annotations

import base64
from typing import Any

import yaml

from tutor.capture.bundled import bundled, folder


def recordings() -> list[dict[str, Any]]:
    """All entries of the manifest."""
    text = (folder("captures") / "MANIFEST.yaml").read_text("utf-8")
    loaded = yaml.safe_load(text)["recordings"]
    assert isinstance(loaded, list)
    return loaded


def names() -> list[str]:
    """File names of all recordings."""
    return [entry["file"] for entry in recordings()]


def path(name: str) -> str:
    """The path of a recording."""
    return str(bundled(name))


def secrets(entry: dict[str, Any]) -> set[str]:
    """All secrets of a recording, in the spellings that give them away."""
    found: set[str] = set()
    for session in entry["sessions"]:
        for credential in session["credentials"]:
            secret = credential["secret"]
            if secret:
                raw = secret.encode()
                joined = f"\0{credential['username']}\0{secret}".encode()
                found |= {secret, base64.b64encode(raw).decode(), raw.hex()}
                found.add(base64.b64encode(joined).decode())
    return found
