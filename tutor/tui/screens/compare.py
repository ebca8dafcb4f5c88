"""Two sessions side by side, aligned by what a step is; the first question is what is the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from textual.widget import Widget

from tutor.base import CLIENT
from tutor.findings import CredentialFold, eve_facts
from tutor.lesson.compare import align, carrier
from tutor.protocols.events import Event
from tutor.render import View
from tutor.render.lines import Seg
from tutor.session import Eye, Session
from tutor.tui import names
from tutor.tui.actions import bindings
from tutor.tui.paint import Row, fit, width_of
from tutor.tui.screens.base import Base, leave
from tutor.tui.widgets.bars import Footer, Title
from tutor.tui.widgets.panels import Chart, bar, count_words
from tutor.tui.widgets.table import Table
from tutor.tui.wrap import chop, flow
from tutor.words import _, ngettext

_LABEL = 13
_MARK = 3
_GAP = "·"


class Pair(NamedTuple):
    """One row: the event of each side, None where it has no such thing."""

    key: str
    left: int | None
    right: int | None


def pairs(left: Session, right: Session, keys: Sequence[str] | None) -> list[Pair]:
    """The rows of two sessions: groups by command, and in a group by what each event is."""
    made: list[Pair] = []
    for row in align(left, right, keys):
        a = [_sort(left, index) for index in row.left]
        b = [_sort(right, index) for index in row.right]
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        for what, a1, a2, b1, b2 in matcher.get_opcodes():
            mine, other = row.left[a1:a2], row.right[b1:b2]
            if what == "equal":
                made += [Pair(row.key, x, y) for x, y in zip(mine, other, strict=True)]
            else:
                made += [Pair(row.key, x, y) for x, y in zip_longest(mine, other)]
    return made


def _sort(session: Session, index: int) -> tuple[str, str]:
    event = session.event(index)
    return (event.kind.value, event.name)


def starts(rows: Sequence[Pair]) -> list[int]:
    """Numbers of the rows with which a group begins."""
    return [n for n, pair in enumerate(rows) if n == 0 or rows[n - 1].key != pair.key]


def first_login(left: Session, right: Session, rows: Sequence[Pair]) -> int:
    """The first row in which a credential is sent; 0 where there is none."""
    sent: list[set[int]] = []
    for session in (left, right):
        fold = CredentialFold(session)
        fold.update()
        sent.append({credential.step - 1 for credential in fold.found})
    found = (n for n, row in enumerate(rows) if row.left in sent[0] or row.right in sent[1])
    return next(found, 0)


class Compare(Base):
    """Shows the pairs; the marks come when the first question has been thought about.

    Args:
        left, right: the sessions.
        labels: what stands above them.
        masked: whether secrets are masked.
        keys: the lesson's ``align``; None lets the sessions say.
        ask: the lesson's question; "" gives the usual one.
        then: called when the end was reached; None stays there.
    """

    room = "compare"
    BINDINGS = bindings("compare")

    def __init__(
        self,
        left: Session,
        right: Session,
        labels: tuple[str, str],
        *,
        masked: bool = True,
        keys: Sequence[str] | None = None,
        ask: str = "",
        then: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.sessions = (left, right)
        self._labels = labels
        self._masked = masked
        self._ask = ask
        self._then = then
        self.pairs = pairs(left, right, keys)
        self._starts = starts(self.pairs)
        self._tls = any(self._eyes_differ(pair) for pair in self.pairs)
        self.eye = Eye.EVE
        self.marked = False
        self._counts = tuple(len(eve_facts(session)) for session in self.sessions)
        self._views: dict[tuple[int, bool, Eye], View] = {}

    def body(self) -> list[Widget]:
        """The question, the pairs, the marked pair in full, Eve's counts."""
        table = Table(self._row, id="pairs")
        table.header, table.count = self._header, len(self.pairs)
        # a lesson's question is about the whole; without one what matters most is the login
        table.cursor = 0 if self._ask else first_login(*self.sessions, self.pairs)
        return [Chart(id="ask"), table, Chart(id="pair"), Chart(id="counts")]

    # drawing

    def renew(self) -> None:
        """Draw all."""
        table = self.query_one("#pairs", Table)
        table.count = len(self.pairs)
        table.renew()
        eye = _("eye: {who}").format(who=names.eye(self.eye.value))
        left = [Seg(_("Side by side"), "titlebar"), Seg("  ", "bar")]
        self.query_one(Title).say(left, [Seg(eye, "evebar")])
        self._draw_question()
        self._draw_pair(table)
        self._draw_counts()

    def _draw_question(self) -> None:
        width = max(20, self.size.width - 2)
        asked = self._ask or _("What is the same in both?")
        hint = _("Look first. Enter shows the marks.")
        marks = _("= same to this eye   ≠ one is hidden   + only one side has it")
        row = [Seg(hint, "strong")] if not self.marked else [Seg(marks, "dim")]
        eye = _("v: the ends' view") if self.eye is Eye.EVE else _("v: Eve's view")
        other = [Seg(eye, "key")] if self._tls else []
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

    def _draw_counts(self) -> None:
        most = max(*self._counts, 1)
        row: list[Seg] = []
        for name, count in zip("AB", self._counts, strict=True):
            row += [Seg(_("Eve {side}: ").format(side=name), "eve")]
            row += [Seg(f"{count_words(count)} ", "strong"), *bar(count, most), Seg("    ", "")]
        self.query_one("#counts", Chart).show(_("What Eve knows at the end"), [row])

    def _draw_pair(self, table: Table) -> None:
        self.query_one(Footer).call({"go_on": self._enter_does(table.cursor)})
        rows: list[Row] = []
        width = max(20, self.size.width - 6)
        pair = self.pairs[table.cursor] if self.pairs else None
        for number, index in enumerate((pair.left, pair.right) if pair else ()):
            label = [Seg("AB"[number] + "  ", "key")]
            cell = self._cell(number, index) if index is not None else [Seg(_GAP, "dim")]
            for at, piece in enumerate(chop(cell, width)[:2]):
                rows.append([*(label if at == 0 else [Seg("   ", "")]), *piece])
        self.query_one("#pair", Chart).show(_("This step"), rows)

    def _columns(self, width: int) -> int:
        return max(10, (width - _LABEL - _MARK - 3) // 2)

    def _header(self, width: int) -> Row:
        column = self._columns(width - 1)
        cells = [f"{side}  {label}" for side, label in zip("AB", self._labels, strict=True)]
        row: list[Seg] = [Seg(" " * (_LABEL + 1), "")]
        for at, cell in enumerate(cells):
            row += _pad(fit([Seg(cell, "title")], column), column)
            row.append(Seg(" │ " if at == 0 else "", "rule"))
        return row

    def _row(self, number: int, width: int) -> Row:
        pair = self.pairs[number]
        column = self._columns(width)
        again = number > 0 and self.pairs[number - 1].key == pair.key
        name = "" if again else names.row(pair.key)[: _LABEL - 1]
        row: list[Seg] = [Seg(name.ljust(_LABEL), "dim")]
        for side, index in enumerate((pair.left, pair.right)):
            cell = self._cell(side, index) if index is not None else [Seg(f"   {_GAP}", "dim")]
            row += _pad(fit(cell, column), column)
            row.append(Seg(" │ " if side == 0 else "", "rule"))
        sign = self.sign(pair) if self.marked else " "
        return [*row, Seg(f" {sign} ", "strong" if sign != "=" else "dim")]

    def _cell(self, side: int, index: int) -> list[Seg]:
        session = self.sessions[side]
        view = self._view(side)
        event = session.event(index)
        if self.hidden(side, index):
            return self._block(session, index, event)
        line = view.lines(index, 1)[0]
        role = {"C": "client", "S": "server"}.get(line.side, "dim")
        safe = line.mark in ("~", "··")
        mark = [Seg(f"{line.mark} ", "safe" if safe else "mark")] if line.mark else []
        return [*mark, Seg(f"{line.arrow} ", role), *line.segments]

    def _block(self, session: Session, index: int, event: Event) -> list[Seg]:
        """What Eve sees of an event inside TLS: the size of what carried it."""
        arrow = Seg("~> " if event.span.direction is CLIENT else "<~ ", "arrow")
        carriers = carrier(session, index)
        before = session.event(index - 1) if index else event
        if before.span.layer and carriers == carrier(session, index - 1):
            # several lines in one record: its size counts once
            return [arrow, Seg("▒ " + _("in the same block") + " ▒", "shade"), Seg(" ··", "safe")]
        size = sum(session.event(number).span.length for number in carriers)
        words = ngettext("{n} byte", "{n} bytes", size).format(n=f"{size:,}")
        return [arrow, Seg(f"▒ {words} ▒", "shade"), Seg(" ··", "safe")]

    def hidden(self, side: int, index: int) -> bool:
        """Whether this eye sees a size where the ends see the event."""
        session = self.sessions[side]
        if self.eye is not Eye.EVE:
            return False
        return session.inside_tls(session.event(index).span.layer)

    def _eyes_differ(self, pair: Pair) -> bool:
        """Whether the ends see something in a row that Eve does not."""
        return any(
            index is not None and session.inside_tls(session.event(index).span.layer)
            for session, index in zip(self.sessions, (pair.left, pair.right), strict=True)
        )

    def sign(self, pair: Pair) -> str:
        """``=``, ``≠`` or ``+`` for a pair, as this eye sees it."""
        if pair.left is None or pair.right is None:
            return "+"
        return "=" if self.hidden(0, pair.left) == self.hidden(1, pair.right) else "≠"

    def _view(self, side: int) -> View:
        key = (side, self._masked, self.eye)
        if key not in self._views:
            session = self.sessions[side]
            self._views[key] = View(session, masked=self._masked, eye=self.eye)
        return self._views[key]

    # keys

    def _move(self, way: int) -> None:
        table = self.query_one("#pairs", Table)
        table.move(way)
        self._draw_pair(table)

    def _enter_does(self, cursor: int) -> str:
        """The footer's word for Enter; "" where the usual one says it."""
        if not self.marked:
            return _("marks")
        if cursor < (self._starts or [0])[-1]:
            return _("next part")
        return _("on with the lesson") if self._then else ""

    def action_go_on(self) -> None:
        """Show the marks, then go on group by group; from the last one go on."""
        cursor = self.query_one("#pairs", Table).cursor
        follows = next((n for n in self._starts if n > cursor), None)
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
            self.say(_("That is the end of both."))
            return
        leave(self)
        self._then()

    def action_back(self) -> None:
        """The start of this group, or of the one before."""
        cursor = self.query_one("#pairs", Table).cursor
        before = [n for n in self._starts if n < cursor]
        self._move((before or [0])[-1] - cursor)

    def action_eye(self) -> None:
        """Look with the other eye."""
        self.eye = Eye.ENDPOINTS if self.eye is Eye.EVE else Eye.EVE
        self.renew()

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
        self._move(-len(self.pairs))

    def action_scroll_end(self) -> None:
        """Last row."""
        self._move(len(self.pairs))


def _pad(cell: list[Seg], width: int) -> list[Seg]:
    return [*cell, Seg(" " * max(0, width - width_of(cell)), "")]
