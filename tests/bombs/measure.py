"""Run ``wiretutor analyze --json`` on a file in a process of its own, and weigh it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MIB = 1024  # ru_maxrss is in KiB


@dataclass(frozen=True)
class Run:
    """What a run cost (processor time; a busy machine changes nothing), and what came out."""

    seconds: float
    peak_mib: int
    code: int
    out: str
    err: str

    def report(self) -> dict[str, Any]:
        """The JSON object that it printed."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[0])
        return found

    def said(self) -> str:
        """In one line: sessions, what was skipped, how it failed."""
        if not self.out.strip():
            return f"EXIT {self.code} {self.err.strip().splitlines()[-1:]}"
        report = self.report()
        commands = sum(each["commands"] for each in report["sessions"])
        return (
            f"{len(report['sessions'])} sessions, {commands} commands, skipped "
            f"{report['skipped']}, {report['file']['damaged']}, out {len(self.out)}"
        )


def measure(path: Path, seconds: float, *options: str) -> Run:
    """Analyse a file; it is ended after so many seconds, which is code -9."""
    command = [sys.executable, "-m", "tutor", "analyze", str(path), "--json", *options]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, stdout=out, stderr=err)
        cpu, peak, status = _wait(child.pid, time.monotonic() + seconds)
        child.returncode = status
        out.seek(0)
        err.seek(0)
        said = out.read().decode(), err.read().decode()
        return Run(cpu, peak, status, *said)


def _wait(pid: int, until: float) -> tuple[float, int, int]:
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            cpu = usage.ru_utime + usage.ru_stime
            return cpu, usage.ru_maxrss // _MIB, os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(pid, 9)
            until = float("inf")
        time.sleep(0.02)
