"""Captures that somebody bent: whatever the bytes are, a report or one clear error comes out."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import manifest
from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.render import View
from tutor.render.json_report import dump, report
from tutor.session import Eye

NAMES = manifest.names()


@settings(max_examples=settings.get_profile("laptop").max_examples * 2)
@given(
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12)), max_size=30),
)
def test_nothing_but_a_capture_error_comes_out(
    name: str, changes: list[tuple[float, bytes]]
) -> None:
    data = bytearray(Path(manifest.path(name)).read_bytes())
    for where, noise in changes:
        at = int(where * (len(data) - 1))
        data[at : at + len(noise) // 2 + 1] = noise
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bent.pcapng"
        file.write_bytes(data)
        try:
            capture = Capture(str(file), everything=True)
        except CaptureError:
            return  # refused with one sentence: tests/cli looks at the words
        with capture:
            capture.load()
            assert "\n" not in dump(report(capture, reveal=True, digest=True))
            for entry in capture.entries:
                for eye in Eye:
                    view = View(capture.session(entry.id), eye=eye)
                    for index in range(len(view.session)):
                        assert view.lines(index)
                        view.hex(index)
