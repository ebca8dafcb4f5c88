"""The end of a lesson: the score, what comes next, what Eve knows in each recording."""

from __future__ import annotations

from rich.cells import cell_len
from textual.widget import Widget

from tutor.lesson import confidence
from tutor.lesson.course import Card, cards
from tutor.lesson.player import EndCard, Player
from tutor.render.lines import Seg
from tutor.tui.actions import bindings
from tutor.tui.paint import Row, fit, width_of
from tutor.tui.screens.base import Base, leave
from tutor.tui.screens.scrolling import Scrolling
from tutor.tui.widgets.bars import Title
from tutor.tui.widgets.panels import Chart, bar, count_words
from tutor.tui.wrap import flow
from tutor.words import _, ngettext

_BAR = 20


class End(Scrolling):
    """The end card; everything on it is computed.

    Args:
        stages: the lesson's state machine, at its end.
        title: the lesson's number and title.
        back: which questions come back, in a sentence; "" for none.
    """

    room = "end"
    BINDINGS = bindings("end")

    def __init__(self, stages: Player, title: str, back: str = "") -> None:
        super().__init__()
        self._title_words = title
        self._back = back
        self._lesson = stages.bound.lesson
        self.card: EndCard = stages.end_card()

    def body(self) -> list[Widget]:
        """One chart."""
        return [Chart(id="end")]

    def renew(self) -> None:
        """Draw."""
        width = max(30, self.size.width - 4)
        self.query_one(Title).say([Seg(self._title_words, "titlebar")])
        rows: list[Row] = self._score(width)
        if self._lesson.principle:
            rows += [[], *flow(self._lesson.principle, width, "strong")]
        if follows := self._next(width):
            rows += [[], *follows]
        rows += [[], *self._notebooks(width)]
        self.query_one("#end", Chart).show(_("The end of this lesson"), rows)

    def _notebooks(self, width: int) -> list[Row]:
        rows: list[Row] = [[Seg(_("Eve's notebook"), "eve")]]
        most = max((book.count for book in self.card.notebooks), default=1)
        room = max(10, width - _BAR - 20)
        widest = min(room, max((cell_len(book.label) for book in self.card.notebooks), default=0))
        for book in self.card.notebooks:
            label = fit([Seg(f"  {book.label}", "strong")], widest + 2)
            blank = Seg(" " * (widest + 4 - width_of(label)), "")
            count = Seg(f" {count_words(book.count)}", "strong")
            rows.append([*label, blank, *bar(book.count, most, _BAR), count])
        return rows

    def _score(self, width: int) -> list[Row]:
        card = self.card
        words = _("{right} of {asked} predicted or answered right").format(
            right=card.right, asked=card.asked
        )
        row = [Seg(f"  {words}", "strong")]
        if card.unknown:
            unknown = ngettext(
                "{n} time 'I do not know yet'", "{n} times 'I do not know yet'", card.unknown
            )
            row.append(Seg(" · " + unknown.format(n=card.unknown), "dim"))
        state = _("Passed.") if card.passed else _("Not passed yet: play it again when you like.")
        lines = filter(None, (*confidence.said(card), self._back))
        said = [[Seg("  ", ""), *row] for line in lines for row in flow(line, width - 2)]
        return [row, *said, [Seg(f"  {state}", "good" if card.passed else "warning")]]

    def _next(self, width: int) -> list[Row]:
        follower = self.follower()
        if follower is None:
            return []
        words = _("Next: {number} {title} ({n} min)").format(
            number=follower.number, title=follower.title, n=follower.minutes
        )
        return [*flow(f"▸ {words}", width, "key")]

    def follower(self) -> Card | None:
        """The lesson that comes after this one."""
        shelf = list(cards())
        here = next((n for n, card in enumerate(shelf) if card.id == self._lesson.id), None)
        return shelf[here + 1] if here is not None and here + 1 < len(shelf) else None

    def action_go_on(self) -> None:
        """The next lesson; without one, back."""
        from tutor.tui.screens.lesson import lesson_screen

        follower = self.follower()
        if follower is None:
            self.action_leave()
            return
        app = self.app
        screen = lesson_screen(follower.directory)
        app.pop_screen()
        app.switch_screen(screen)

    def action_leave(self) -> None:
        """Close the card and the lesson."""
        self.app.pop_screen()
        player = self.app.screen
        if isinstance(player, Base):
            leave(player)
