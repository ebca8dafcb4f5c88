"""``wiretutor analyze``: the contract of the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import manifest
from tests.conftest import ROOT

CLEAR = manifest.path("imap-first-look.pcapng")


def wiretutor(*args: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", *args],
        input=data,
        capture_output=True,
        timeout=60,
        cwd=ROOT,
    )


def test_one_line_of_json_for_each_file() -> None:
    done = wiretutor("analyze", "--json", CLEAR, manifest.path("imap-first-look-tls.pcapng"))
    assert done.returncode == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"]["name"] for line in lines] == [
        "imap-first-look.pcapng",
        "imap-first-look-tls.pcapng",
    ]
    assert lines[0]["sessions"][0]["credentials"][0]["secret"] == "\u2022" * 8


def test_fail_on_a_rule_that_is_none_names_the_nearest() -> None:
    done = wiretutor("analyze", "--fail-on", "plaintext-credentials", CLEAR)
    assert done.returncode == 2
    assert b"did you mean plaintext-credential?" in done.stderr


def test_fail_on_a_rule() -> None:
    assert wiretutor("analyze", "--fail-on", "plaintext-credential", CLEAR).returncode == 1
    assert wiretutor("analyze", "--fail-on", "weak-tls,open-relay", CLEAR).returncode == 0


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.pcap", b"", "empty"),
        ("text.pcap", b"this is no capture at all, just text\n", "not a capture"),
    ],
)
def test_what_is_no_capture_is_said_in_one_line(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    done = wiretutor("analyze", "--json", str(file))
    assert done.returncode == 3
    error = done.stderr.decode()
    assert error.count("\n") == 1
    assert name in error
    assert words in error
    report = json.loads(done.stdout)
    assert report["sessions"] == []
    assert report["file"]["damaged"]


def test_missing_and_forbidden_files_are_named(tmp_path: Path) -> None:
    done = wiretutor("analyze", str(tmp_path / "nothing.pcap"))
    assert done.returncode == 3
    assert b"nothing.pcap" in done.stderr
    secret = tmp_path / "closed.pcap"
    secret.write_bytes(b"x")
    secret.chmod(0)
    if not os.access(secret, os.R_OK):
        done = wiretutor("analyze", str(secret))
        assert done.returncode == 3
        assert b"closed.pcap" in done.stderr


def test_a_capture_cut_in_mid_packet_shows_what_was_read(tmp_path: Path) -> None:
    whole = Path(manifest.path("imap-first-look.pcapng")).read_bytes()
    file = tmp_path / "cut.pcapng"
    file.write_bytes(whole[: len(whole) - 30])
    done = wiretutor("analyze", "--json", str(file))
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert "byte" in report["file"]["damaged"]
    assert report["sessions"][0]["credentials"][0]["username"] == "alice@example.org"
    assert done.stderr.count(b"\n") == 1


def test_wrong_usage() -> None:
    assert wiretutor("analyze").returncode == 2
    assert wiretutor("analyze", "--nonsense", CLEAR).returncode == 2
    assert wiretutor("analyze", "--as", "x=imap", CLEAR).returncode == 2
    assert b"Traceback" not in wiretutor("analyze", "--as", "x=imap", CLEAR).stderr


def test_a_pipe_is_read() -> None:
    done = wiretutor("analyze", "--json", "-", data=Path(CLEAR).read_bytes())
    assert done.returncode == 0
    assert json.loads(done.stdout)["sessions"][0]["protocol"] == "imap"


def test_plain_says_words_where_the_table_has_marks() -> None:
    path = manifest.path("imap-login-refused.pcapng")
    out = wiretutor("analyze", "--plain", path).stdout.decode()
    assert "[hidden]: readable, refused" in out
    assert ":143  in the clear" in out
    assert " to 198.51.100.25:143" in out
    assert out.isascii()
    assert wiretutor("--plain", "analyze", path).stdout.decode() == out


def test_the_table_says_why_a_session_stays_closed(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcapng"
    capture.write_bytes(Path(manifest.path("imap-first-look-tls.pcapng")).read_bytes())
    keys = manifest.path("pop3-tls.pcapng").replace(".pcapng", ".keys")
    out = wiretutor("analyze", str(capture), "--keys", keys).stdout.decode()
    why = "the key log has no secrets for this session's client random"
    assert f"TLS from the first byte 1.3, not decrypted ({why})" in out
