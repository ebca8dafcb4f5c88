"""The palette: type a part of an action's name, or ``step 7``; Enter does it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tutor.render.lines import Seg
from tutor.tui import actions, themes
from tutor.tui.paint import Row, justify
from tutor.tui.widgets.table import Table
from tutor.words import _


class Palette(ModalScreen[str | None]):
    """Gives the name of an action, ``step N`` (in a player), ``theme NAME``, or None.

    Args:
        room: whose actions are offered.
    """

    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("escape", "close", show=False),
        Binding("down,ctrl+n", "down", show=False, priority=True),
        Binding("up,ctrl+p", "up", show=False, priority=True),
    ]

    def __init__(self, room: str) -> None:
        super().__init__()
        self._offers = offers(room)
        self._steps = room == "player"
        self._shown = list(self._offers)

    def compose(self) -> ComposeResult:
        """An input above the list."""
        with Vertical(id="palette"):
            words = _("an action, or: step 7") if self._steps else _("an action")
            yield Input(placeholder=words, id="wanted")
            yield Table(self._row, id="offers")

    def on_mount(self) -> None:
        """Show all."""
        self.query_one(Input).focus()
        # with what has been typed until then
        self.call_after_refresh(lambda: self._filter(self.query_one(Input).value))

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        # by the words in the reader's language, or by the action's own name
        self._shown = [
            offer for offer in self._offers if wanted in f"{offer[1]} {offer[0]}".casefold()
        ]
        if self._steps and (step := step_wanted(wanted)):
            words = _("Go to step {n}").format(n=step)
            self._shown.insert(0, (f"step {step}", words, ""))
        table = self.query_one(Table)
        table.count, table.cursor = len(self._shown), 0
        table.renew()

    def _row(self, number: int, width: int) -> Row:
        _name, words, keys = self._shown[number]
        return justify([Seg(words, "")], [Seg(keys, "key")], width)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._filter(event.value)

    def on_input_submitted(self) -> None:
        """Do what is marked."""
        at = self.query_one(Table).cursor
        self.dismiss(self._shown[at][0] if at < len(self._shown) else None)

    def action_close(self) -> None:
        """Do nothing."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Next offer."""
        self.query_one(Table).move(1)

    def action_up(self) -> None:
        """Offer before."""
        self.query_one(Table).move(-1)


def step_wanted(text: str) -> int | None:
    """The number in ``step 7`` or ``7``; None where there is none."""
    word = text.removeprefix("step").removeprefix(_("step").casefold()).strip()
    return int(word) if word.isascii() and word.isdigit() and int(word) > 0 else None


def offers(room: str) -> list[tuple[str, str, str]]:
    """Name, words and keys of what the palette can do in a room."""
    found = [(action.name, action.says(), action.shown) for action in actions.of_room(room)]
    names = {
        "wt-dark": _("dark"),
        "wt-light": _("light, for a projector"),
        "wt-safe": _("safe for the colour-blind"),
        "wt-mono": _("monochrome"),
    }
    looks = [
        (f"theme {name}", _("Colours: {name}").format(name=names[name]), "")
        for name in themes.NAMES
    ]
    languages = [
        ("language en", "Language: English", ""),
        ("language pt-BR", "Idioma: português", ""),
    ]
    return [*found, *looks, *languages]
