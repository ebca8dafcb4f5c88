"""Starting is cheap: what is heavy is imported by the command that needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("textual", "scapy", "pydantic", "rich", "yaml", "cryptography")

CORE = (
    "tutor.base",
    "tutor.streams",
    "tutor.protocols.registry",
    "tutor.session",
    "tutor.findings",
)


def modules_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    return {name.partition(".")[0] for name in done.stderr.splitlines()}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "sys.argv = ['wiretutor', '--help']\n"
        "from tutor.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    loaded = modules_after(code)
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def test_version_imports_not_even_click() -> None:
    code = "sys.argv = ['wiretutor', '--version']\nfrom tutor.__main__ import main\nmain()"
    loaded = modules_after(code)
    assert "tutor" in loaded
    assert not loaded & {*HEAVY, "click"}


@pytest.mark.parametrize("room", CORE)
def test_the_core_runs_without_screen_disk_and_libraries(room: str) -> None:
    # not socket: the standard library's email package imports it for itself
    outside = {"textual", "rich", "scapy", "yaml", "pydantic", "click", "platformdirs"}
    assert not modules_after(f"import {room}") & outside
