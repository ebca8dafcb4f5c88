"""The screen: a Textual app over captures and lessons. ``run`` is all that commands need."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence


def run(
    *,
    lesson: str | None = None,
    capture: Sequence[str] | None = None,
    keys: Sequence[str] = (),
    ports: Mapping[int, str] | None = None,
    language: str | None = None,
    follow: bool = False,
) -> int:
    """Run the app and give its exit code.

    Args:
        lesson: id or folder of a lesson to begin with.
        capture: files for the session browser; with neither, the home screen opens.
        keys: paths of TLS key logs.
        ports: what a port speaks, where the user told.
        follow: the files are still being written.
        language: a tag such as ``pt-BR``; None leaves what was chosen.
        follow: the captures are still being written.

    Raises:
        WiretutorError: there is no such lesson, or it cannot be read.

    Without a terminal it starts nothing, says so on stderr and gives 2: Textual would never end.
    """
    from tutor import words

    if language is not None:
        words.choose(language)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say = words._("This needs a terminal; --plain gives the same as linear text.")
        sys.stderr.write(f"wiretutor: {say}\n")
        return 2
    # read by Textual when it is imported: a step is drawn at once, not at the next 60th of a second
    os.environ.setdefault("TEXTUAL_FPS", "240")
    opened = None
    if lesson is not None:
        from tutor.lesson.course import find
        from tutor.lesson.opening import open_lesson

        # what is wrong with a lesson is said before the screen is taken
        directory = find(lesson)
        opened = (directory, open_lesson(directory))
    from tutor.tui.app import WiretutorApp

    app = WiretutorApp(
        lesson=opened,
        files=tuple(capture or ()),
        keys=tuple(keys),
        ports=dict(ports or {}),
        follow=follow,
    )
    app.run()
    return app.return_code or 0
