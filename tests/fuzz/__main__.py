"""``make fuzz``: all targets, so many minutes in all, and one line for each.

::

    python -m tests.fuzz [--minutes 5] [--target NAME]
    python -m tests.fuzz --replay FILE

With atheris the search is guided by coverage, and what it found interesting stays in ``.fuzz/``
for the next time. Without it, hypothesis searches from the same seeds. Inputs that fail are kept
in ``.fuzz/crashes/``, the smallest for each place in the code; exit code 1 where there are any.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.harness import Keeper, guarded
from tests.fuzz.seeds import dictionary, seeds
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".fuzz"
_MOST_BYTES = 32_768
_DONE = re.compile(r"Done (\d+) runs")
_COVERAGE = re.compile(r"#(\d+)\s.*cov: (\d+).*corp: (\d+)")


def main() -> int:
    """Parse the command line and do it."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--target", choices=sorted(TARGETS))
    parser.add_argument("--replay", type=Path)
    chosen = parser.parse_args()
    if chosen.replay:
        return _replay(chosen.replay)
    names = [chosen.target] if chosen.target else list(TARGETS)
    seconds = max(2, round(chosen.minutes * 60 / len(names)))
    search = _guided if importlib.util.find_spec("atheris") else _hypothesis
    if search is _hypothesis:
        print("atheris is not installed here: hypothesis searches, without coverage")
    crashes = HOME / "crashes"
    before = set(crashes.glob("*.bin"))
    for name in names:
        print(f"{name:12} {search(name, seconds, crashes)}", flush=True)
    found = sorted(set(crashes.glob("*.bin")) - before)
    for path in found:
        last = path.with_suffix(".txt").read_text("utf-8").strip().splitlines()[-1]
        print(f"{path.relative_to(ROOT)}: {last[:120]}")
        print(f"  once more: make fuzz REPLAY={path.relative_to(ROOT)}")
    return int(bool(found))


def _replay(path: Path) -> int:
    """Run one kept input; its traceback is what a person wants to see."""
    name = path.name.partition("-")[0]
    guarded(name, path.read_bytes())
    print(f"{path}: {name} is content with it")
    return 0


def _corpus(name: str) -> Path:
    folder = HOME / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds(name):
        (folder / f"seed-{hashlib.sha256(seed).hexdigest()[:12]}").write_bytes(seed)
    return folder


def _guided(name: str, seconds: int, crashes: Path) -> str:
    words = HOME / "words.dict"
    folder = _corpus(name)
    words.write_text(dictionary(), "ascii")
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(folder), str(crashes)]
    limits = [f"-max_total_time={seconds}", f"-max_len={_MOST_BYTES}", "-rss_limit_mb=2048"]
    options = [f"-dict={words}", "-timeout=60", f"-artifact_prefix={crashes}/{name}-libfuzzer-"]
    crashes.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [*command, *limits, *options], cwd=ROOT, capture_output=True, text=True, errors="replace"
    )
    (HOME / f"{name}.log").write_text(done.stderr, "utf-8", "replace")
    seen = _COVERAGE.findall(done.stderr)
    runs = _DONE.search(done.stderr)
    count = int(runs[1]) if runs else int(seen[-1][0]) if seen else 0
    ended = "" if done.returncode == 0 else f", ended with code {done.returncode}"
    for odd in crashes.glob(f"{name}-libfuzzer-*"):  # out of memory, or stuck in C
        if odd.suffix not in (".bin", ".txt"):
            odd.rename(odd.with_suffix(".bin"))
            odd.with_suffix(".txt").write_text(done.stderr[-2000:], "utf-8", "replace")
    coverage, kept = (seen[-1][1], seen[-1][2]) if seen else ("?", "?")
    return f"{count} runs, coverage {coverage}, corpus {kept}, {_failed(name, crashes)}{ended}"


def _hypothesis(name: str, seconds: int, crashes: Path) -> str:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    from tests.fuzz.seeds import mutated

    keeper, count = Keeper(crashes), 0
    known = seeds(name)
    changed = st.builds(mutated, st.sampled_from(known), st.randoms(use_true_random=False))

    @settings(
        max_examples=200,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(changed, changed, st.binary(max_size=2000)))
    def once(data: bytes) -> None:
        nonlocal count
        count += 1
        if time.monotonic() < end:
            keeper.run(name, data)

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        once()
    return f"{count} runs, {_failed(name, crashes)}"


def _failed(name: str, crashes: Path) -> str:
    count = len(list(crashes.glob(f"{name}-*.bin")))
    return f"{count} failed" if count else "none failed"


if __name__ == "__main__":
    sys.exit(main())
