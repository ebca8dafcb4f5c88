"""The app: themes, the first screen, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen
from textual.worker import WorkerFailed

from tutor.render.fault import EXIT_CODE, fault_lines
from tutor.tui import motion, themes

if TYPE_CHECKING:
    from tutor.lesson.bind import Bound

_STYLES = Path(__file__).parent / "styles" / "app.tcss"
_PATIENCE = 5.0
"""Seconds that leaving may take after a signal."""


class WiretutorApp(App[int]):
    """The one app; screens do the rest.

    Args:
        lesson: folder of a lesson to begin with, and the lesson, opened.
        files: captures to browse; with neither, the home screen opens.
        keys: paths of TLS key logs.
        ports: what a port speaks, where the user told.
        follow: the files are still being written.
        present: sessions and lessons open before a class.
        first_screen: makes the first screen, where it is another than those.
    """

    CSS_PATH = _STYLES
    TITLE = "wiretutor"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        *,
        lesson: tuple[Path, Bound] | None = None,
        files: tuple[str, ...] = (),
        keys: tuple[str, ...] = (),
        ports: Mapping[int, str] | None = None,
        follow: bool = False,
        present: bool = False,
        first_screen: Callable[[], Screen[None]] | None = None,
    ) -> None:
        first = themes.first_theme()
        # with NO_COLOR Textual greys colours, unless it is told to use the terminal's own
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._failed = False
        self.lesson_wanted = lesson
        self.files = files
        self.keys = keys
        self.ports = dict(ports or {})
        self.follow = follow
        self.present = present
        self._make_first = first_screen
        if motion.reduced():
            self.animation_level = "none"
        for theme in themes.textual_themes():
            self.register_theme(theme)
        self.theme = first

    def on_mount(self) -> None:
        """Show the first screen, and take the signals that end the app."""
        self._take_signals()
        self.push_screen(self._first_screen())

    def _handle_exception(self, error: Exception) -> None:
        """End on a fault of ours: Textual would print variables, with captured bytes in them."""
        if self._failed:
            return  # the first one is told; what comes while the app closes follows from it
        self._failed = True
        self._return_code = EXIT_CODE
        cause = error.error if isinstance(error, WorkerFailed) else error
        self.panic(Text("\n".join(fault_lines(cause))))
        self._exception = error  # for a test that drives the app
        self._exception_event.set()

    def _first_screen(self) -> Screen[None]:
        if self._make_first:
            return self._make_first()
        if self.files:
            from tutor.tui.screens.browser import Browser

            return Browser(
                self.files,
                keys=self.keys,
                ports=self.ports,
                follow=self.follow,
                presenting=self.present,
            )
        if self.lesson_wanted is not None:
            from tutor.tui.screens.lesson import lesson_screen, presented_lesson

            opens = presented_lesson if self.present else lesson_screen
            return opens(*self.lesson_wanted)
        from tutor.tui.screens.home import Home

        return Home(presenting=self.present)

    def _told_to_end(self, code: int) -> None:
        """Leave; at the latest after a few seconds, whatever holds us.

        Where the terminal is gone, Textual may wait for ever to write its last words to it.
        """
        last = threading.Timer(_PATIENCE, os._exit, (code,))
        last.daemon = True  # who ends sooner does not wait for it
        last.start()
        self.exit(None, code)

    def _take_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # not every system has all of them
            if number is None:
                continue
            try:
                loop.add_signal_handler(number, self._told_to_end, 128 + number)
            except (NotImplementedError, RuntimeError, ValueError):  # not the main thread
                return
