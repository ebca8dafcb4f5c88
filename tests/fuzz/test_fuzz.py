"""A short run of each fuzz target, the same each time, and every input that once failed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.fuzz.harness import Keeper, guarded
from tests.fuzz.material import Material, Piece, Writer
from tests.fuzz.seeds import mutated, seeds
from tests.fuzz.targets import TARGETS
from tutor.base import CLIENT, SERVER

REGRESSIONS = sorted((Path(__file__).parent / "regressions").glob("*.bin"))
RUNS = 40


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_fails_in_a_short_run(name: str, request: pytest.FixtureRequest) -> None:
    luck = random.Random(name)
    known = seeds(name)
    assert known
    for seed in known:
        guarded(name, seed)
    for _ in range(RUNS * (10 if request.config.getoption("--slow") else 1)):
        guarded(name, mutated(luck.choice(known), luck))


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_failed_once_does_not_fail_again(path: Path) -> None:
    guarded(path.stem.partition("-")[0], path.read_bytes())


def test_talk_survives_being_written() -> None:
    talk: list[Piece] = [(CLIENT, b"a1 NOOP\r\n"), (SERVER, 700), (SERVER, b"x" * 300)]
    assert Material(Writer().pieces(talk).done()).pieces([]) == talk


def test_the_watchdog_names_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(data: bytes) -> None:
        while True:
            pass

    monkeypatch.setitem(TARGETS, "stuck", stuck)
    with pytest.raises(Exception, match="stuck took more than"):
        guarded("stuck", b"", 0.05)


def test_what_fails_is_kept_once_for_each_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: bytes) -> None:
        raise KeyError(data)

    monkeypatch.setitem(TARGETS, "broken", broken)
    keeper = Keeper(tmp_path)
    assert keeper.run("deflate", b"") is True
    assert [keeper.run("broken", data) for data in (b"long one", b"x", b"long two")] == [False] * 3
    (kept,) = tmp_path.glob("broken-*.bin")
    assert kept.read_bytes() == b"x"
    assert "KeyError" in kept.with_suffix(".txt").read_text("utf-8")
