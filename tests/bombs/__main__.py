"""Measure bombs: ``python -m tests.bombs [NAME...] [--ratios]``.

For each: how long ``wiretutor analyze --json`` took, its peak of memory, and what it said.
With ``--ratios`` at a quarter, half and the whole of the size: a ratio far above 2 is no line.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bombs.makers import BOMBS
from tests.bombs.measure import measure


def main() -> int:
    names = [word for word in sys.argv[1:] if not word.startswith("-")] or list(BOMBS)
    whole = next((int(word[8:]) for word in sys.argv if word.startswith("--scale=")), 1)
    parts = (4 * whole, 2 * whole, whole) if "--ratios" in sys.argv else (whole,)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bomb.pcap"
        for name in names:
            maker, size = BOMBS[name]
            shown = []
            for part in parts:
                maker(path, size // part)
                run = measure(path, 240)
                shown.append(f"{run.seconds:6.1f} s {run.peak_mib:5d} MiB")
                if run.code == -9:
                    break
            said = run.said()
            print(
                f"{name:26} {path.stat().st_size / 1e6:7.1f} MB  {' | '.join(shown)}  {said}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
