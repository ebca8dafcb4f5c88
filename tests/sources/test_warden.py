"""Whoever goes, the capturing program goes with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tutor.sources import warden

WARDEN = [sys.executable, "-I", "-S", str(Path(warden.__file__))]
SLEEPER = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):  # it may go between the two
        return False


def gone(number: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not alive(number):
            return True
        time.sleep(0.02)
    return False


pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")


def test_the_end_of_the_pipe_ends_the_program() -> None:
    with subprocess.Popen([*WARDEN, *SLEEPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as it:
        assert it.stdin
        assert it.stdout
        child = int(it.stdout.readline())
        assert alive(child)
        it.stdin.close()
        assert it.wait(10) == 128 + signal.SIGTERM
        assert gone(child)


def test_a_killed_owner_leaves_no_orphan() -> None:
    owner = (
        "import subprocess, sys, time;"
        "subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, start_new_session=True);"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", owner, *WARDEN, *SLEEPER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as it:
        assert it.stdout
        child = int(it.stdout.readline())
        os.killpg(it.pid, signal.SIGKILL)
        assert gone(child)


@pytest.mark.parametrize(
    ("ending", "code"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_it_ends_as_the_program_does(ending: str, code: int) -> None:
    command = [*WARDEN, sys.executable, "-c", ending]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as it:
        assert it.wait(20) == code


def test_a_program_that_is_not_there_is_said() -> None:
    done = subprocess.run(
        [*WARDEN, "/nowhere/tcpdump"], capture_output=True, text=True, check=False, timeout=20
    )
    assert done.returncode == 1
    assert "No such file" in done.stderr
    assert "Traceback" not in done.stderr
