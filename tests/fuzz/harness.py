"""Run one input through a target: what fails is kept as a file, once for each place in the code."""

from __future__ import annotations

import hashlib
import signal
import traceback
from pathlib import Path
from types import FrameType

from tests.fuzz.targets import TARGETS

SECONDS = 20.0
"""An input that takes longer has found something that is not linear."""


class TooSlow(Exception):  # noqa: N818 - no error of the program
    """The watchdog: a target did not come back in time."""


def guarded(name: str, data: bytes, seconds: float = SECONDS) -> None:
    """Run a target under the watchdog. Raises what it raises, or ``TooSlow``."""

    def bark(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"{name} took more than {seconds} s with an input of {len(data)} bytes")

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        TARGETS[name](data)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def place(error: BaseException) -> str:
    """Where it failed: the kind of error and the innermost lines of this project."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(f.filename).stem}.{f.name}" for f in frames if "/tutor/" in f.filename]
    theirs = [f"{Path(f.filename).stem}.{f.name}" for f in frames]
    reason = str(error)[:24] if isinstance(error, AssertionError) else ""
    if isinstance(error, TooSlow):
        return f"TooSlow {' '.join(ours[:3])}"
    return f"{type(error).__name__} {' '.join(ours[-2:] or theirs[-2:])} {reason}"


class Keeper:
    """Keeps the smallest input for each place in which something failed.

    Args:
        folder: where the inputs go: ``TARGET-HASH.bin`` and ``.txt`` with the traceback.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, int] = {}
        self.found: dict[str, Path] = {}

    def run(self, name: str, data: bytes) -> bool:
        """Run; give whether all was well."""
        try:
            guarded(name, data)
        except Exception as error:
            self._keep(name, data, error)
            return False
        return True

    def _keep(self, name: str, data: bytes, error: Exception) -> None:
        where = place(error)
        if len(data) >= self._known.get(where, 1 << 62):
            return
        self._known[where] = len(data)
        mark = hashlib.sha256(where.encode()).hexdigest()[:8]
        path = self._folder / f"{name}-{mark}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        told = "".join(traceback.format_exception(error))
        path.with_suffix(".txt").write_text(told, "utf-8", "backslashreplace")
        self.found[where] = path
