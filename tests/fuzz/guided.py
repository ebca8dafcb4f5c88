"""One target under atheris: ``python -m tests.fuzz.guided TARGET FOLDER CRASHES [libFuzzer...]``.

A process of its own for each target, because libFuzzer ends its process.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tutor"]):
    from tests.fuzz import targets  # noqa: F401 - imported here, so that it is instrumented

from tests.fuzz.harness import Keeper


def main() -> None:
    """Fuzz until libFuzzer's own limits are reached."""
    name, folder, crashes, *options = sys.argv[1:]
    keeper = Keeper(Path(crashes))

    def once(data: bytes) -> None:
        keeper.run(name, data)

    atheris.Setup([sys.argv[0], folder, *options], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
