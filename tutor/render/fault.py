"""What is said of a fault in the program itself: where it is, and nothing that was captured.

A traceback shows the text of an exception, and Textual's the variables too. Both may hold captured
bytes and secrets. So a person gets the kind of the fault and the places in the source; these are
enough to find it, and safe to send on.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from tutor.words import _

EXIT_CODE = 70
"""What the program leaves with (``EX_SOFTWARE`` of sysexits.h)."""

_MOST_PLACES = 12


def fault_lines(error: BaseException) -> list[str]:
    """The lines to print, the innermost place last."""
    kind = type(error).__name__
    places = [
        f"  {_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return [
        _("wiretutor: a fault in the program itself: {kind}").format(kind=kind),
        *places[-_MOST_PLACES:],
        _("Nothing that was captured is shown here. Please report these lines."),
    ]


def _short(path: str) -> str:
    """The last three names of a path: no home folder, no user."""
    return "/".join(Path(path).parts[-3:])
