"""The wheel, installed outside the checkout, has lessons and captures and nothing private."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import manifest
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    code = (
        "import os, sys; os.chdir(sys.argv[1]);"
        "from hatchling.build import build_wheel; print(build_wheel(sys.argv[2]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(out)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_what_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"tutor/captures/{name}" for name in manifest.names()} <= names
    assert "tutor/captures/MANIFEST.yaml" in names
    assert "tutor/lessons/reference/imap.pt-BR.yaml" in names
    assert any(name.endswith("first-look/lesson.yaml") for name in names)
    assert "tutor/py.typed" in names
    assert not [name for name in names if "rig" in name or name.startswith(("tests/", "docs/"))]
    recordings = {n.rpartition("/")[2] for n in names if n.startswith("tutor/captures/")}
    known = set(manifest.names()) | {"MANIFEST.yaml"}
    assert {n for n in recordings if not n.endswith(".keys")} == known


def test_a_capture_that_nobody_listed_does_not_ship(wheel: Path) -> None:
    assert wheel.stat().st_size < 12 << 20


def test_it_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(site), "WIRETUTOR_STATE": str(tmp_path)}

    def run(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tutor", *args],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=elsewhere,
            env=environment,
            input="\n" * 300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "First look" in run("--plain")
    assert str(site) in run_path(environment, elsewhere)
    assert "LOGIN" in run("learn", "first-look", "--plain")
    assert "hold" in run("lesson", "check")


def run_path(environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "import tutor; print(tutor.__file__)"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        timeout=60,
    )
    return done.stdout
