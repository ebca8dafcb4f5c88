"""What all tests share: the corpus, if it is there, and the switch for slow tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tutor import words

ROOT = Path(__file__).resolve().parent.parent

# The same examples each time: a test that passed passes again. New ones are for ``make fuzz``.
for _name, _examples in (("laptop", 40), ("ci", 300)):
    settings.register_profile(
        _name,
        max_examples=_examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow", action="store_true", help="run the slow tests too, and search longer"
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("ci" if config.getoption("--slow") else "laptop")
    # a terminal's language must not change what tests read
    for name in ("WIRETUTOR_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "WIRETUTOR_PLAIN"):
        os.environ.pop(name, None)
    # nor may a picture be taken of something that moves
    os.environ["WIRETUTOR_REDUCED_MOTION"] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="slow: run with --slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def _state_in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the progress of whoever runs it."""
    monkeypatch.setenv("WIRETUTOR_STATE", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """A language that a test chooses is its own."""
    yield
    words.choose("en")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of captures made by others; tests that need it skip where it is not."""
    folder = Path(os.environ.get("WIRETUTOR_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (folder / "truth.json").is_file():
        pytest.skip("the corpus of other people's captures is not here (WIRETUTOR_CORPUS)")
    return folder
