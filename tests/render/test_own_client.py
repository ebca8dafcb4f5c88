"""What is to be typed works when it is typed: each line is run where its program is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.lab.running import Running
from tutor.render.own_client import own_client

PROGRAMS = {
    "openssl": (4, "a LOGOUT\nQUIT\n"),
    "curl": (4, ""),
    "swaks": (2, ""),
    "mutt": (2, ""),
}


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with Running() as running:
        yield running


def typed(lab: Running, program: str) -> list[str]:
    """The lines of one program, each with what has to be typed before."""
    lines = [line for kind, line in own_client(lab.ready) if kind == "type"]
    found = []
    for number, line in enumerate(lines):
        if line.split()[0] == program:
            before = [each for each in lines[:number] if "=" in each.split()[0]]
            found.append("; ".join([*before, line]))
    return found


def test_it_can_be_copied_from_a_small_screen(lab: Running) -> None:
    for kind, line in own_client(lab.ready):
        assert kind == "say" or len(line) <= 79, line


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_has_its_lines(lab: Running, program: str) -> None:
    assert len(typed(lab, program)) == PROGRAMS[program][0]


@pytest.mark.parametrize("program", ["openssl", "curl", "swaks"])
def test_it_works_as_it_stands(lab: Running, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    lab.sessions()
    for line in typed(lab, program):
        done = subprocess.run(
            ["sh", "-c", line],
            input=PROGRAMS[program][1],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert "verify error" not in done.stdout + done.stderr
    sessions = lab.sessions(PROGRAMS[program][0])
    assert len(sessions) == PROGRAMS[program][0]
    if program != "openssl":
        assert all(session["credentials"][0]["accepted"] for session in sessions)


def test_mutt_works_as_it_stands(lab: Running) -> None:
    if shutil.which("mutt") is None or shutil.which("script") is None:
        pytest.skip("mutt, or script that gives it a terminal, is not installed")
    lab.sessions()
    for line in typed(lab, "mutt"):
        command = line.replace(" -f ", " -e 'set quit=yes; push <quit>' -f ")
        subprocess.run(
            ["script", "-qec", command, "/dev/null"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
            check=False,
            env={"TERM": "xterm", "PATH": "/usr/local/bin:/usr/bin:/bin"},
        )
    tls, clear = lab.sessions(2)
    assert (clear["security"], tls["security"]) == ("plaintext", "tls")
    assert clear["credentials"][0]["accepted"]
    assert tls["credentials"][0]["accepted"]
