"""The bounds that ``docs/limits.md`` states: they are those of the code, and they hold."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.bombs.makers import BOMBS
from tests.bombs.measure import measure
from tutor.capture import Capture, capture, growing
from tutor.session import conversation
from tutor.sources import flows

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "limits.md").read_text("utf-8")
ROWS = re.findall(r"^\| [^|]+ \| ([\d,]+) \| `([\w.]+)` \|", PAGE, re.MULTILINE)
STATED_MIB = 1024 * int((re.search(r"\*\*Memory: (\d+) GiB\*\*", PAGE) or ["", "0"])[1])


@pytest.mark.parametrize(("bound", "where"), ROWS)
def test_the_page_says_what_the_code_does(bound: str, where: str) -> None:
    module, _, name = where.rpartition(".")
    assert getattr(import_module(module), name) == int(bound.replace(",", ""))


def test_the_page_names_all_that_are_there() -> None:
    assert len(ROWS) > 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("half_open", 300_000),
        ("sessions", 20_000),
        ("line_without_end", 500_000_000),
        ("served_literal", 300_000_000),
        ("mailboxes", 300_000),
        ("deflate_bomb", 1 << 30),
        ("gzip_bomb", 1 << 30),
    ],
)
def test_memory_stays_within_the_stated_bound(tmp_path: Path, name: str, size: int) -> None:
    maker, _ = BOMBS[name]
    path = tmp_path / "bomb.pcap"
    maker(path, size)
    run = measure(path, 900)
    assert run.code in (0, 3), run.err
    assert run.peak_mib < STATED_MIB, f"{name}: {run.peak_mib} MiB"


def _made(tmp_path: Path, name: str, size: int) -> str:
    maker, _ = BOMBS[name]
    path = tmp_path / "bomb.pcap"
    maker(path, size)
    return str(path)


def test_a_session_that_is_too_long_is_cut_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MOST_BYTES", 20_000)
    with Capture(_made(tmp_path, "commands", 9000)) as opened:
        opened.load()
        (entry,) = opened.entries
        session = opened.session(entry.id)
        last = session.event(len(session) - 1)
        assert (last.kind, last.name) == ("close", conversation.LIMIT)
        assert session.size < 22_000
        assert not entry.complete
        assert opened.skipped[capture.TOO_LONG] == session.unread > 10


def test_a_session_of_too_many_steps_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MOST_STEPS", 500)
    with Capture(_made(tmp_path, "commands", 3000)) as opened:
        opened.load()
        (entry,) = opened.entries
        assert 500 < entry.steps < 1000
        assert opened.skipped[capture.TOO_LONG] > 0


def test_connections_beyond_the_last_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing, "MOST_CONNECTIONS", 10)
    with Capture(_made(tmp_path, "reused_port", 30)) as opened:
        opened.load()
        assert len(opened.entries) == 10
        assert opened.skipped[capture.TOO_LONG] == 20 * 7


def test_flows_beyond_the_last_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "MAX_FLOWS", 10)
    with Capture(_made(tmp_path, "sessions", 30)) as opened:
        opened.load()
        assert len(opened.entries) == 10
        assert opened.skipped[flows.BEYOND] == 20 * 10


def test_what_grows_may_wait_for_the_end_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _made(tmp_path, "half_open", 300)
    with Capture(path, everything=True) as calm:
        calm.load()
        expected = calm.entries
    monkeypatch.setattr(capture, "LIVE_BYTES", 50_000)
    with Capture(path, everything=True) as opened:
        while opened.advance(1 << 12):
            assert sum(read.size for read in opened._live.values()) < 60_000
        opened.finish()
        opened.advance()
        assert len(opened.entries) == len(expected)
