"""Every recording, read from its bytes, equals what the rig says was done."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests import manifest
from tutor.capture import Capture
from tutor.capture.bundled import folder
from tutor.render.json_report import report

ENTRIES = manifest.recordings()


def seen(path: str) -> dict[str, Any]:
    with Capture(path) as capture:
        capture.load()
        return report(capture, reveal=True)


def expected(session: dict[str, Any]) -> dict[str, Any]:
    keys = ("protocol", "security", "client", "server", "credentials")
    return {key: session[key] for key in keys} | {"tls": session["tls"]}


def told(session: dict[str, Any]) -> dict[str, Any]:
    keys = ("protocol", "security", "client", "server")
    out = {key: session[key] for key in keys}
    out["credentials"] = [
        {k: c[k] for k in ("mechanism", "username", "secret", "strength", "accepted")}
        for c in session["credentials"]
    ]
    tls = session["tls"]
    if tls:
        tls = {k: tls[k] for k in ("version", "cipher", "sni", "alpn", "resumed", "certificate")}
        known = tls["certificate"] or {}
        more = ("key", "signature")  # the manifest does not say them
        tls["certificate"] = {k: v for k, v in known.items() if k not in more} or None
    out["tls"] = tls
    return out


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"] for entry in ENTRIES])
def test_the_bytes_say_what_was_done(entry: dict[str, Any]) -> None:
    path = manifest.path(entry["file"])
    assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == entry["sha256"]
    result = seen(path)
    assert result["file"]["damaged"] is None
    assert [told(s) for s in result["sessions"]] == [expected(s) for s in entry["sessions"]]
    looked_up = [
        {"name": found["name"], "type": found["type"], "answer": found["answers"]}
        for found in result["lookups"]
    ]
    assert looked_up == entry.get("lookups", [])
    for session, truth in zip(result["sessions"], entry["sessions"], strict=True):
        assert session["complete"] == truth["complete"]


def test_every_recording_is_in_the_manifest() -> None:
    files = {p.name for p in folder("captures").iterdir() if ".pcap" in p.name}
    assert files == {entry["file"] for entry in ENTRIES}


def test_only_lab_accounts_and_documentation_addresses() -> None:
    allowed = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    for entry in ENTRIES:
        for session in entry["sessions"]:
            for end in (session["client"], session["server"]):
                assert end["address"].startswith(allowed)
            for credential in session["credentials"]:
                name = credential["username"] or "@example.org"
                assert name.rpartition("@")[2] in ("example.org", "example.net", name)


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if "verdicts" in e], ids=lambda entry: entry["file"]
)
def test_what_was_done_is_found(entry: dict[str, Any]) -> None:
    result = seen(manifest.path(entry["file"]))
    rules = {found["rule"] for found in result["findings"]}
    rules |= {found["rule"] for session in result["sessions"] for found in session["findings"]}
    assert set(entry["verdicts"]) <= rules
