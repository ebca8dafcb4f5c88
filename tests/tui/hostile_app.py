"""The app on hostile bytes, for a real terminal: ``python -m tests.tui.hostile_app CAPTURE``.

Every place that the bytes can reach is opened by keys that the test sends.
"""

from __future__ import annotations

import sys

from tutor.tui import run

if __name__ == "__main__":
    sys.exit(run(capture=[sys.argv[1], sys.argv[1]]))
