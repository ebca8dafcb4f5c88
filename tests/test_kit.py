"""The folder for a USB stick: made for this machine, installed from it without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.stage import ROOT

MAKE = ROOT / "docs" / "kit" / "make.py"
INSTALL = ROOT / "docs" / "kit" / "install.sh"


@pytest.mark.slow
def test_what_the_kit_installs_plays_the_course(tmp_path: Path) -> None:
    kit, target = tmp_path / "kit", tmp_path / "app"
    command = [sys.executable, str(MAKE), str(kit), "--here", "--no-handouts"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if "no wheels for this machine" in made.stderr:
        pytest.skip("the wheels can be fetched with a network only")
    assert made.returncode == 0, made.stderr
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    install = ["sh", str(kit / "install.sh"), str(target)]
    subprocess.run(install, check=True, env=offline, timeout=300)
    app = [str(target / "bin" / "wiretutor")]
    checked = subprocess.run(
        [*app, "lesson", "check"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "all claims hold" in checked.stdout
    analysed = subprocess.run(
        [*app, "analyze", str(kit / "captures" / "imap-first-look.pcapng")],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert "IMAP" in analysed.stdout


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    command = [sys.executable, str(MAKE), str(tmp_path)]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert made.returncode == 2
    assert "not empty" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    install = ["sh", str(INSTALL), str(tmp_path)]
    installed = subprocess.run(install, capture_output=True, text=True, check=False, timeout=60)
    assert installed.returncode == 1
    assert "is there already" in installed.stderr
    assert (tmp_path / "mine").read_text() == "mine"
