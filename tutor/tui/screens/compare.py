"""Sessions side by side, two or three, aligned by what a step is.

The first question is what is the same; marks come when it has been thought about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.widget import Widget

from tutor.lesson.compare import Moment, moments
from tutor.render import names
from tutor.render.lines import Seg
from tutor.render.missing import missing_words
from tutor.session import Session
from tutor.tui.actions import bindings
from tutor.tui.beside import NAMES, Side, sign
from tutor.tui.paint import Row, fit, width_of
from tutor.tui.playback import EYES
from tutor.tui.screens.base import Base, leave
from tutor.tui.widgets.bars import Footer, Title
from tutor.tui.widgets.panels import Chart, bar, count_words
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import chop, flow
from tutor.words import _

MOST = 3
"""Sessions side by side."""

_LABEL = 13
_MARK = 3
_GAP = "·"


def starts(rows: Sequence[Moment]) -> list[int]:
    """Numbers of the rows with which a group begins."""
    return [n for n, row in enumerate(rows) if n == 0 or row.first or rows[n - 1].key != row.key]


class Compare(Base):
    """Shows the rows; the marks come when the first question has been thought about.

    Args:
        sessions: two or three.
        labels: what stands above them.
        masked: whether secrets are masked.
        keys: the lesson's ``align``; None lets the sessions say.
        ask: the lesson's question; "" gives the usual one.
        then: called when the end was reached; None stays there.
        add: called to choose a third session; None where there is none to choose.
    """

    room = "compare"
    BINDINGS = bindings("compare")

    def __init__(
        self,
        sessions: Sequence[Session],
        labels: Sequence[str],
        *,
        masked: bool = True,
        keys: Sequence[str] | None = None,
        ask: str = "",
        then: Callable[[], None] | None = None,
        add: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.sides = [Side(*each) for each in zip(sessions, labels, strict=True)]
        self._masked = masked
        self._ask = ask
        self._then = then
        self._add = add
        self.all = moments(sessions, keys)
        self.rows = self.all
        self._eyes = EYES if any(side.tls for side in self.sides) else ("eve",)
        self.eye = "eve"
        self.marked = False

    def body(self) -> list[Widget]:
        """The question, the rows, the marked row in full, Eve's counts."""
        table = Table(self._row, id="pairs")
        table.header, table.count = self._header, len(self.rows)
        # a lesson's question is about the whole; without one what matters most is the login
        table.cursor = 0 if self._ask else self._first_login()
        return [Chart(id="ask"), table, Chart(id="pair"), Chart(id="counts")]

    def _first_login(self) -> int:
        """The first row in which a credential is sent; 0 where there is none."""
        sent = [side.logins() for side in self.sides]
        found = (
            number
            for number, row in enumerate(self.rows)
            if any(index in steps for index, steps in zip(row.sides, sent, strict=True))
        )
        return next(found, 0)

    # drawing

    def renew(self) -> None:
        """Draw all."""
        table = self.query_one("#pairs", Table)
        table.count = len(self.rows)
        table.renew()
        eye = _("eye: {who}").format(who=names.eye(self.eye))
        left = [Seg(_("Side by side"), "titlebar"), Seg("  ", "bar")]
        if self.rows is not self.all:
            left.append(Seg(_("only what differs"), "bar"))
        self.query_one(Title).say(left, [Seg(eye, "evebar")])
        self._draw_question()
        self._draw_row(table)
        self._draw_counts()

    def _draw_question(self) -> None:
        width = max(20, self.size.width - 2)
        if len(self.sides) == 2:
            asked = self._ask or _("What is the same in both?")
        else:
            asked = self._ask or _("What is the same in all three?")
        hint = _("Look first. Enter shows the marks.")
        marks = _("= same to this eye   ≠ not the same   + only one side has it")
        if len(self.sides) > 2:
            marks = _("= same to this eye   ≠ not the same   + not on all sides")
        row = [Seg(hint, "strong")] if not self.marked else [Seg(marks, "dim")]
        other = [Seg(self._eye_words(), "key")] if len(self._eyes) > 1 else []
        rows: list[Row] = []
        if width_of([Seg(asked, "")]) > width - 6:
            rows += flow(asked, width, "strong")
            asked = _("Question")
        if width_of(row) + width_of(other) + 3 <= width:
            rows.append([*row, Seg("   ", ""), *other])
        else:
            rows += [row, other] if other else [row]
        chart = self.query_one("#ask", Chart)
        chart.styles.height = len(rows) + 1
        chart.show(asked, rows)
        self.call_after_refresh(chart.renew)

    def _eye_words(self) -> str:
        """What ``v`` does next."""
        return {
            "eve": _("v: the ends' view"),
            "endpoints": _("v: both views"),
            "both": _("v: Eve's view"),
        }[self.eye]

    def _draw_counts(self) -> None:
        most = max(*(side.count for side in self.sides), 1)
        row: list[Seg] = []
        for name, side in zip(NAMES, self.sides, strict=False):
            row += [Seg(_("Eve {side}: ").format(side=name), "eve")]
            row += [Seg(f"{count_words(side.count)} ", "strong")]
            # three bars do not fit the smallest screen
            row += [*bar(side.count, most)] if len(self.sides) == 2 or self.size.width > 99 else []
            row += [Seg("    ", "")]
        self.query_one("#counts", Chart).show(_("What Eve knows at the end"), [row])

    def _draw_row(self, table: Table) -> None:
        self.query_one(Footer).call({"go_on": self._enter_does(table.cursor)})
        rows: list[Row] = []
        width = max(20, self.size.width - 6)
        row = self.rows[table.cursor] if self.rows else None
        lines = 2 if len(self.sides) == 2 or self.size.height > 30 else 1
        for number, index in enumerate(row.sides if row else ()):
            label = [Seg(f"{NAMES[number]}  ", "key")]
            for at, piece in enumerate(chop(self._cell(number, index, row), width)[:lines]):
                rows.append([*(label if at == 0 else [Seg("   ", "")]), *piece])
        chart = self.query_one("#pair", Chart)
        chart.styles.height = 1 + lines * len(self.sides)
        chart.show(_("This step"), rows)

    def _columns(self, width: int) -> int:
        count = len(self.sides)
        return max(10, (width - _LABEL - _MARK - 3 * (count - 1)) // count)

    def _header(self, width: int) -> Row:
        column = self._columns(width - 1)
        row: list[Seg] = [Seg(" " * (_LABEL + 1), "")]
        for at, side in enumerate(self.sides):
            row += _pad(fit([Seg(f"{NAMES[at]}  {side.label}", "title")], column), column)
            row.append(Seg(" │ " if at < len(self.sides) - 1 else "", "rule"))
        return row

    def _row(self, number: int, width: int) -> Row:
        shown = self.rows[number]
        column = self._columns(width)
        again = number > 0 and self.rows[number - 1].key == shown.key and not shown.first
        name = "" if again else names.row(shown.key)[: _LABEL - 1]
        row: list[Seg] = [Seg(name.ljust(_LABEL), "dim")]
        for side, index in enumerate(shown.sides):
            cell = self._cell(side, index, None if again else shown)
            row += _pad(fit(cell, column), column)
            row.append(Seg(" │ " if side < len(self.sides) - 1 else "", "rule"))
        sign = self.sign(shown) if self.marked else " "
        return [*row, Seg(f" {sign} ", "strong" if sign != "=" else "dim")]

    def _cell(self, side: int, index: int | None, row: Moment | None) -> list[Seg]:
        """A cell; where the side has nothing there, a gap, with its reason at a group's start."""
        if index is not None:
            return self.sides[side].cell(index, self.eye, masked=self._masked)
        whole = row is not None and self._lacks(side, row.key)
        reason = f"({missing_words(self.sides[side].session, row.key)})" if row and whole else _GAP
        return [Seg(f"   {reason}", "dim")]

    def _lacks(self, side: int, key: str) -> bool:
        """Whether a side has nothing of a kind at all."""
        return all(row.sides[side] is None for row in self.all if row.key == key)

    def sign(self, row: Moment) -> str:
        """``=``, ``≠`` or ``+`` for a row, as this eye sees it."""
        return sign(self.sides, row, self.eye)

    # keys

    def _move(self, way: int) -> None:
        table = self.query_one("#pairs", Table)
        table.move(way)
        self._draw_row(table)

    def _enter_does(self, cursor: int) -> str:
        """The footer's word for Enter; "" where the usual one says it."""
        if not self.marked:
            return _("marks")
        if cursor < (starts(self.rows) or [0])[-1]:
            return _("next part")
        return _("on with the lesson") if self._then else ""

    def action_go_on(self) -> None:
        """Show the marks, then go on group by group; from the last one go on."""
        cursor = self.query_one("#pairs", Table).cursor
        follows = next((n for n in starts(self.rows) if n > cursor), None)
        if not self.marked:
            self.marked = True
            self.renew()
        elif follows is not None:
            self._move(follows - cursor)
        else:
            self.finished()

    def finished(self) -> None:
        """The last row was reached."""
        if self._then is None:
            self.say(_("That is the end."))
            return
        leave(self)
        self._then()

    def action_back(self) -> None:
        """The start of this group, or of the one before."""
        cursor = self.query_one("#pairs", Table).cursor
        before = [n for n in starts(self.rows) if n < cursor]
        self._move((before or [0])[-1] - cursor)

    def action_eye(self) -> None:
        """Look with the next eye: Eve, the ends, both."""
        self.eye = self._eyes[(self._eyes.index(self.eye) + 1) % len(self._eyes)]
        if len(self._eyes) == 1:
            self.say(_("Nothing here is hidden: all eyes see the same."))
        self.renew()

    def action_differences(self) -> None:
        """Only the rows that differ to this eye, or all again; the marks are there from then on."""
        table = self.query_one("#pairs", Table)
        here = self.rows[table.cursor] if self.rows else None
        differing = [row for row in self.all if self.sign(row) != "="]
        if self.rows is not self.all:
            self.rows = self.all
        elif not differing:
            self.say(_("To this eye nothing differs."))
            return
        else:
            self.rows = differing
        self.marked = True
        table.cursor = self.rows.index(here) if here in self.rows else 0
        self.renew()

    def action_third(self) -> None:
        """Choose one more session to stand beside these."""
        if self._add is None or len(self.sides) == MOST:
            self.say(_("No other session can stand beside these."))
            return
        leave(self)
        self._add()

    def action_mask(self) -> None:
        """Mask secrets, or show them."""
        self._masked = not self._masked
        self.renew()

    def action_line_down(self) -> None:
        """Next row."""
        self._move(+1)

    def action_line_up(self) -> None:
        """Row before."""
        self._move(-1)

    action_scroll_down = action_line_down
    action_scroll_up = action_line_up

    def action_scroll_page_down(self) -> None:
        """Half a page down."""
        self._move(max(1, self.query_one("#pairs", Table).size.height // 2))

    def action_scroll_page_up(self) -> None:
        """Half a page up."""
        self._move(-max(1, self.query_one("#pairs", Table).size.height // 2))

    def action_scroll_top(self) -> None:
        """First row."""
        self._move(-len(self.rows))

    def action_scroll_end(self) -> None:
        """Last row."""
        self._move(len(self.rows))


def _pad(cell: list[Seg], width: int) -> list[Seg]:
    return [*cell, Seg(" " * max(0, width - width_of(cell)), "")]
