"""The one line in which a person types: a search, a file name."""

from __future__ import annotations

from collections.abc import Callable

from textual.binding import Binding
from textual.widgets import Input

from tutor.tui import motion


class Prompt(Input):
    """Hidden until asked; Enter gives the text, Escape closes."""

    BINDINGS = [Binding("escape", "give_up", show=False)]  # noqa: RUF012 - Textual's way

    def __init__(self) -> None:
        super().__init__(id="prompt", select_on_focus=False)
        self.cursor_blink = not motion.reduced()
        self._then: Callable[[str], None] | None = None
        self._typing: Callable[[str], None] | None = None

    def ask(
        self,
        words: str,
        then: Callable[[str], None],
        typing: Callable[[str], None] | None = None,
        value: str = "",
    ) -> None:
        """Ask; ``then`` gets what was typed, ``typing`` every state of it, "" when given up."""
        self._then, self._typing = then, typing
        self.placeholder = words
        self.value = value
        self.add_class("open")
        self.focus()

    def close(self) -> None:
        """Take it off."""
        self.remove_class("open")
        self.screen.set_focus(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Give every state of the text."""
        event.stop()
        if self._typing and self.has_class("open"):
            self._typing(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the text."""
        event.stop()
        self.close()
        if self._then:
            self._then(event.value)

    def action_give_up(self) -> None:
        """Close without a text."""
        self.close()
        if self._typing:
            self._typing("")
