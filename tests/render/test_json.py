"""``analyze --json``: every output is what the schema says, and nothing that it does not say."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests import dialogue, manifest
from tests.conftest import ROOT
from tutor.base import MASK, CaptureError
from tutor.capture import Capture
from tutor.findings import RULES, Certainty
from tutor.findings.credentials import STRENGTHS
from tutor.findings.eve import KINDS
from tutor.render.json_report import dump, report, session_report, unreadable, written

SCHEMA = json.loads((ROOT / "docs" / "json.schema.json").read_text("utf-8"))


@cache
def checker() -> jsonschema.Draft202012Validator:
    """The schema, and besides: no key that it does not describe."""
    strict = copy.deepcopy(SCHEMA)
    for node in nodes(strict):
        if "properties" in node:
            node["additionalProperties"] = False
    jsonschema.Draft202012Validator.check_schema(strict)
    return jsonschema.Draft202012Validator(strict)


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for child in schema.get("properties", {}).values():
        yield from nodes(child)
    if "items" in schema:
        yield from nodes(schema["items"])


def check(line: str) -> dict[str, Any]:
    """The value of one line that is as it has to be."""
    assert line.isascii()
    assert line.isprintable()
    value = json.loads(line, parse_constant=pytest.fail)
    checker().validate(value)
    assert isinstance(value, dict)
    for session in value["sessions"]:
        coherent(session)
    return value


def coherent(session: dict[str, Any]) -> None:
    """What a schema cannot say."""
    assert session["eve"]["count"] == len(session["eve"]["facts"])
    assert (session["protocol"] == "tls") is (session["presumed"] is not None)
    assert session["security"] == "plaintext" or session["tls"] is not None
    steps = [credential["step"] for credential in session["credentials"]]
    assert steps == sorted(steps)


def read(path: str | Path, **how: bool) -> dict[str, Any]:
    everything = how.get("everything", False)
    with Capture(str(path), everything=everything) as capture:
        capture.load()
        line = "".join(written(capture, **how))
        assert line == dump(report(capture, **how))
        return check(line)


HOW = [{}, {"reveal": True, "digest": True, "everything": True}]


@pytest.mark.parametrize("how", HOW, ids=["plain", "all"])
@pytest.mark.parametrize("name", manifest.names())
def test_each_recording(name: str, how: dict[str, bool]) -> None:
    for session in read(manifest.path(name), **how)["sessions"]:
        assert ("sha256" in session) is bool(how)
        shown = {each["secret"] for each in session["credentials"]} - {None}
        assert how or shown <= {MASK}


@pytest.mark.parametrize("how", HOW, ids=["plain", "all"])
def test_each_capture_of_the_corpus(corpus: Path, how: dict[str, bool]) -> None:
    for path in sorted((corpus / "files").rglob("*.*")):
        read(path, **how)


@pytest.mark.parametrize("keep", [0, 4, 24, 40, 200, 2001, 5000])
@pytest.mark.parametrize("name", ["imap-first-look.pcapng", "smtp-auth-login.pcap"])
def test_a_file_that_is_cut(name: str, keep: int, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(Path(manifest.path(name)).read_bytes()[:keep])
    try:
        read(file)
    except CaptureError as error:
        check(dump(unreadable(str(file), str(error))))


def test_the_lists_of_words_are_those_of_the_program() -> None:
    properties = SCHEMA["properties"]
    session = properties["sessions"]["items"]["properties"]
    finding = session["findings"]["items"]["properties"]
    assert finding["rule"]["enum"] == list(RULES)
    assert finding["certainty"]["enum"] == [each.value for each in Certainty]
    credential = session["credentials"]["items"]["properties"]
    assert credential["strength"]["enum"] == list(STRENGTHS)
    fact = session["eve"]["properties"]["facts"]["items"]["properties"]
    assert fact["kind"]["enum"] == list(KINDS)


def test_each_key_is_described_and_promised() -> None:
    text = (ROOT / "docs" / "json.md").read_text("utf-8")
    for node in nodes(SCHEMA):
        named = set(node.get("properties", {}))
        assert named - set(node.get("required", ())) <= {"sha256"}
        assert all(f"`{key}`" in text for key in named), named
    assert all(f"`{kind}`" in text for kind in KINDS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\udcff", "\ufffd"),
        ("a\ud83d", "a\ufffd"),
        ("\U0001f511", "\U0001f511"),
        ("\\ud800", "\\ud800"),
        ("\x1b]0;\x07\u202e\x00\n", "\x1b]0;\x07\u202e\x00\n"),
    ],
)
def test_odd_characters(text: str, shown: str) -> None:
    line = dump(unreadable(text, "why"))
    assert check(line)["file"]["name"] == shown
    json.loads(line)["file"]["name"].encode("utf-8")


@pytest.mark.slow
def test_a_session_of_very_many_steps() -> None:
    noops = "".join(f"C{n} NOOP\r\n" for n in range(50_000))
    answers = "".join(f"C{n} OK\r\n" for n in range(50_000))
    session = dialogue.play(143, ["S: * OK\r\n", f"C: {noops}", f"S: {answers}"])
    told = json.loads(dump(session_report(session)))
    assert (told["commands"], told["replies"]) == (50_000, 50_000)


def test_several_files_one_line_each_whatever_they_are(tmp_path: Path) -> None:
    (tmp_path / "empty.pcap").write_bytes(b"")
    (tmp_path / "text.pcap").write_text("no capture")
    good = manifest.path("imap-first-look.pcapng")
    names = [str(tmp_path / each) for each in ("empty.pcap", "text.pcap", "none.pcap")]
    done = subprocess.run(
        [sys.executable, "-m", "tutor", "analyze", "--json", names[0], good, *names[1:], "-"],
        input=Path(good).read_bytes(),
        capture_output=True,
        timeout=120,
        cwd=ROOT,
    )
    lines = [check(line) for line in done.stdout.decode().splitlines()]
    assert [bool(line["sessions"]) for line in lines] == [False, True, False, False, True]
    assert [bool(line["file"]["damaged"]) for line in lines] == [True, False, True, True, False]
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 3
