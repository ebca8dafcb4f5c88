"""MANIFEST.yaml: what was done, told by those who did it."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from rig.network import run

_HEAD = """\
# What each recording holds: written by captures/rig from what the clients did. Addresses, ports
# and TLS facts are tshark's, certificates are openssl's; wiretutor itself had no say.
"""
# A plain YAML scalar is written without quotes only where nobody could read it otherwise.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9@./_-]*( [A-Za-z0-9][A-Za-z0-9@./_()-]*)*\Z")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_FLOW = {"client", "server", "tls", "credentials", "lookups", "refused"}


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.match(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _flow(value: object) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _block(entry: Mapping[str, object], indent: str) -> list[str]:
    """One item of a list, a line for each key."""
    lines = []
    for key, value in entry.items():
        if isinstance(value, list) and value and not isinstance(value[0], str):
            lines.append(f"{key}:")
            for item in value:
                if key in _FLOW:
                    lines.append(f"  - {_flow(item)}")
                else:
                    lines += _block(item, "  ")
        elif key == "done":
            lines.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
        else:
            lines.append(f"{key}: {_flow(value)}")
    return [f"{indent}{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines)]


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of a manifest by file name."""
    if not path.exists():
        return {}
    return {entry["file"]: entry for entry in yaml.safe_load(path.read_text())["recordings"]}


def write(path: Path, entries: Iterable[Mapping[str, object]]) -> None:
    """Write a manifest."""
    entries = list(entries)
    lines = ["format: 1", "recordings:"]
    for entry in entries:
        lines += _block(entry, "  ")
    text = _HEAD + "\n".join(lines) + "\n"
    if yaml.safe_load(text)["recordings"] != entries:
        raise RuntimeError("the manifest does not read back as it was meant")
    path.write_text(text)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def certificate(path: Path) -> dict[str, object]:
    """The facts of a certificate, as openssl tells them."""
    names = ["-nameopt", "RFC2253", "-subject", "-issuer", "-dates", "-ext", "subjectAltName"]
    text = run("openssl", "x509", "-in", str(path), "-noout", "-dateopt", "iso_8601", *names)
    facts = dict(line.split("=", 1) for line in text.splitlines() if re.match(r"\w+=", line))
    subject, issuer = facts["subject"], facts["issuer"]
    return {
        "subject": subject,
        "issuer": issuer,
        "names": re.findall(r"DNS:([^,\s]+)", text),
        "not_before": facts["notBefore"].replace(" ", "T"),
        "not_after": facts["notAfter"].replace(" ", "T"),
        "self_signed": subject == issuer,
    }
