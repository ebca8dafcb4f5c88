"""Help, and any other text over the screen: rows that scroll, and Escape."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from tutor.lesson.routes import routes
from tutor.render.lines import Seg
from tutor.tui import actions
from tutor.tui.actions import bindings
from tutor.tui.label import mark_word
from tutor.tui.paint import Row
from tutor.tui.screens.scrolling import Scrolling
from tutor.tui.widgets.bars import Title
from tutor.tui.widgets.panels import Chart
from tutor.words import _

_KEYS_WIDTH = 10
_TIME_WIDTH = 15


class TextScreen(Scrolling):
    """Rows under a title; scrolls."""

    room = "text"
    BINDINGS = bindings("text")

    def __init__(self, title: str, rows: Sequence[Row]) -> None:
        super().__init__()
        self._words = title
        self._text = list(rows)

    def body(self) -> list[Widget]:
        """One chart that takes all the room."""
        return [Chart(id="text")]

    def rows(self) -> list[Row]:
        """What is shown."""
        return self._text

    def renew(self) -> None:
        """Draw."""
        self.query_one(Title).say([Seg(self._words, "titlebar")])
        self.query_one(Chart).show(self._words, self.rows())


class Help(TextScreen):
    """All keys of a screen, and what the marks mean."""

    def __init__(self, room: str) -> None:
        super().__init__(_("Help"), [])
        self._room = room

    def rows(self) -> list[Row]:
        """Keys, then marks; in columns of two where there is room."""
        keys = [_key_row(action) for action in actions.of_room(self._room)]
        out: list[Row] = list(keys)
        if self._room == "player":
            out += [[], [Seg(_("While a question is open"), "title")]]
            out += [_key_row(action) for action in actions.of_room("question")]
        out += [[], [Seg(_("Marks"), "title")]]
        if self._room == "home":
            out += [_mark_row(glyph, word) for glyph, word in states()]
            out += [[], [Seg(_("Which lessons, for a timetable"), "title")]]
            return out + [_mark_row(time, numbers, _TIME_WIDTH) for time, numbers in routes()]
        out += [_mark_row(glyph, word) for glyph, word in marks()]
        return out


def states() -> list[tuple[str, str]]:
    """How far a lesson is: the four marks of the course."""
    return [
        ("○", _("new")),
        ("◐", _("in progress: it goes on where you were")),
        ("●", _("passed: played to the end, half of the quiz right or more")),
        ("◆", _("known: its quiz was passed without playing it")),
    ]


def marks() -> list[tuple[str, str]]:
    """Every mark of the conversation, and what it says."""
    return [
        ("->", _("the client speaks")),
        ("<-", _("the server speaks")),
        ("~> <~", _("the same, inside or part of TLS")),
        ("**", _("unexpected: explained beside it")),
        ("!!", f"{mark_word('!!', '')}: " + _("a secret that everybody on the way can read")),
        ("b64", f"{mark_word('b64', '')}: " + _("base64, which anybody turns back")),
        ("#", f"{mark_word('#', '')}: " + _("not sent itself, but it can be guessed from this")),
        ("~", f"{mark_word('~', '')}: " + _("inside TLS; shown with the keys")),
        ("··", f"{mark_word('··', '')}: " + _("inside TLS; only the size can be seen")),
    ]


def _key_row(action: actions.Action) -> Row:
    keys = action.shown.ljust(_KEYS_WIDTH)
    return [Seg(f" {keys} ", "key"), Seg(action.says(), "")]


def _mark_row(glyph: str, words: str, width: int = _KEYS_WIDTH) -> Row:
    return [Seg(f" {glyph.ljust(width)} ", "strong"), Seg(words, "")]
