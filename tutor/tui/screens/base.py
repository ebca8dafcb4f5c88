"""What all screens share: keys from the table, title, footer, notices, help, palette."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from tutor import words
from tutor.tui.widgets.bars import Footer, Note, Title, TooSmall

SMALLEST = (60, 16)
"""Columns and lines below which only a sentence is shown."""

WIDE = 100
"""Columns from which on panels stand beside each other."""


def leave(screen: Screen[None], words: str = "") -> None:
    """Take a screen off; the last one ends the app, and ``words`` stay on the terminal."""
    # the bottom of the stack is Textual's own empty screen
    if len(screen.app.screen_stack) <= 2:
        screen.app.exit(message=words or None)
    else:
        screen.app.pop_screen()


class Base(Screen[None]):
    """A screen of the app.

    Subclasses set ``room`` and ``BINDINGS = bindings(room)``, and give their widgets in ``body``.
    Textual calls a handler such as ``on_mount`` of each class by itself, the subclass's first: none
    of them calls the one above it.
    """

    room: ClassVar[str] = ""
    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """Title, body, notice, footer; and the sentence for tiny terminals."""
        yield Title()
        yield from self.body()
        yield Note()
        yield Footer(self.room)
        yield TooSmall()

    def body(self) -> list[Widget]:
        """The widgets between title and footer."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._measure()
        self.call_after_refresh(self.renew)

    def renew(self) -> None:
        """Draw everything for the state as it is; screens override it."""

    def grown(self) -> None:
        """What is shown here may have grown while it was shown: a live session."""

    @property
    def wide(self) -> bool:
        """Whether panels stand beside each other."""
        return self.size.width >= WIDE

    def say(self, notice: str) -> None:
        """Show a notice until the next key."""
        self.query_one(Note).say(notice)

    def on_resize(self, event: events.Resize) -> None:
        """Follow the terminal's size; nothing else changes."""
        self._measure()
        self.call_after_refresh(self.renew)

    def _measure(self) -> None:
        columns, lines = self.app.size
        self.set_class(columns < SMALLEST[0] or lines < SMALLEST[1], "tiny")
        self.set_class(columns >= WIDE, "wide")

    def on_screen_resume(self) -> None:
        """Come back from a screen above: language or theme may have changed."""
        if self.is_mounted:
            self._measure()
            self.call_after_refresh(self.renew)
            for bar in self.query(Footer):
                bar.renew()

    # what every screen can do

    def action_leave(self) -> None:
        """Go back one level."""
        leave(self)

    def leave_to(self, words: str) -> None:
        """Go back one level, and say so there."""
        leave(self, words)
        below = self.app.screen
        if words and isinstance(below, Base):
            below.call_after_refresh(below.say, words)

    def action_show_help(self) -> None:
        """Show all keys of this screen."""
        from tutor.tui.screens.help import Help

        self.app.push_screen(Help(self.room))

    def action_palette(self) -> None:
        """Find an action by name."""
        from tutor.tui.screens.palette import Palette

        self.app.push_screen(Palette(self.room), self._run)

    def _run(self, wanted: str | None) -> None:
        if wanted:
            self.call_later(self.run_wanted, wanted)

    async def run_wanted(self, wanted: str) -> None:
        """Do what the palette gave: an action's name, or a word such as ``step 7``."""
        word, _space, rest = wanted.partition(" ")
        if word == "theme":
            self.app.theme = rest
        elif word == "language":
            words.choose(rest)
            self.language_changed()
        elif word == "step":
            self.jump(int(rest))
        elif hasattr(self, f"action_{wanted}"):
            await self.run_action(wanted)
        else:
            await self.app.run_action(wanted)

    def jump(self, step: int) -> None:
        """Go to a step; only players can."""

    def language_changed(self) -> None:
        """Another language was chosen: draw everything again."""
        for bar in self.query(Footer):
            bar.renew()
        self.renew()
