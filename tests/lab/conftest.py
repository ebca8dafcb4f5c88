"""One open lab for many tests: it takes most of a second to make its certificates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.running import Running


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    with Running() as running:
        yield running


@pytest.fixture
def lab(running: Running) -> Running:
    running.turn("honest")
    return running
