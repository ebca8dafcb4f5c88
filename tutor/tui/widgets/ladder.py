"""The conversation as a ladder: client left, server right, the wire and its listener between.

What Eve can read crosses as text. Under TLS a shaded block crosses, as long as the record's size
suggests (logarithmic), with the size alone: that is what she sees. For the two ends the
text is there again, on a double line.
"""

from __future__ import annotations

import math

from textual.timer import Timer

from tutor.protocols.events import Event, Kind
from tutor.render import explain
from tutor.render.lines import Line, Seg
from tutor.render.view import View
from tutor.session import Eye
from tutor.tui import label, motion
from tutor.tui.paint import Row, add, fit, width_of
from tutor.tui.playback import Playback
from tutor.tui.widgets.conversation import Conversation
from tutor.words import _

_MARGIN = 2
_NOW_LINES = 40
_PAST_LINES = 1
_LONGEST = 16384
"""Bytes of the largest TLS record (RFC 8446 5.1): it fills the wire."""


class Ladder(Conversation):
    """Draws a playback as messages that cross between two ends.

    Attributes:
        share: how much of the current message has come; 1 when nothing moves.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.share = 1.0
        self._was: tuple[Playback | None, int] = (None, 0)
        self._timer: Timer | None = None

    def cross(self) -> None:
        """Let the current message cross the wire, where the place has moved on to it.

        Whoever is faster than that, a hand or a live session, sees each whole at once.
        """
        place = self.playback.place if self.playback else 0
        (playback, before), self._was = self._was, (self.playback, place)
        hurried = self._timer is not None
        self._still()
        same = playback in (None, self.playback)
        if hurried or not same or place <= before or motion.reduced():
            return
        self.share = 1 / motion.FRAMES
        self._timer = self.set_interval(motion.SECONDS, self._on)

    def _on(self) -> None:
        self.share += 1 / motion.FRAMES
        if self.share >= 1:
            self._still()
        self.renew()

    def _still(self) -> None:
        self.share = 1.0
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def head(self, width: int) -> list[Row]:
        """Who stands where."""
        if self.playback is None:
            return []
        client, server = self.playback.ends()
        edge = Seg(" " * _MARGIN, "")
        left = [edge, Seg(_("CLIENT"), "client"), Seg(f" {client}", "dim")]
        right = [Seg(_("SERVER"), "server"), Seg(f" {server}", "dim"), edge]
        middle = [Seg(_("the wire, and Eve who listens"), "eve")]
        room = width - width_of(left) - width_of(right)
        if room < width_of(middle) + 4:
            middle = []
        gap = room - width_of(middle)
        blank = Seg(" " * max(1, gap // 2), "")
        rest = Seg(" " * max(1, gap - gap // 2), "")
        return [[*left, blank, *middle, rest, *right]]

    def step_rows(self, index: int, width: int, *, now: bool) -> list[Row]:
        """The rows of one event."""
        assert self.playback is not None
        view = self.playback.view(index)
        event = view.session.event(index)
        lines = view.lines(index, _NOW_LINES if now else _PAST_LINES)
        inner = width - 2 * _MARGIN - 2
        rows: list[list[Seg]] = []
        if event.kind is Kind.RECORD:
            rows = [_record(view, index, event, lines[0], inner, now=now)]
        elif event.kind in (Kind.OPEN, Kind.CLOSE, Kind.GAP, Kind.CONFLICT):
            rows = [_between(f" {lines[0].text} ", "· ", inner, "dim")]
        else:
            rows = self._texts(view, index, lines, inner, now=now)
        if now and self.share < 1:
            from_left = lines[0].side != "S"
            rows = [
                list(motion.arrived(row, self.share, inner, from_left=from_left)) for row in rows
            ]
        return [_rungs(row, inner, now=now, first=at == 0) for at, row in enumerate(rows)]

    def _texts(
        self, view: View, index: int, lines: list[Line], inner: int, *, now: bool
    ) -> list[list[Seg]]:
        look = self.looked_at(lines) if now else ()
        mark = label.mark(lines[0], view.protection(index), wordy=now)
        line_char = "═" if view.session.inside_tls(view.session.event(index).span.layer) else "─"
        to_server = lines[0].side != "S"
        rows: list[list[Seg]] = []
        said: set[str] = set()
        for line in lines:
            room = inner - 10 - (width_of(mark) if not rows else 0)
            pieces = label.body(line, room, look, whole=now, found=self.found)
            for piece in pieces:
                text = list(piece) if now else fit(piece, room)
                if rows:
                    row = [Seg(" " * 6, ""), *text]
                else:
                    row = _arrow(text, mark, inner, line_char, to_server=to_server)
                rows.append(row)
                if now and (self.look is not None or len(pieces) == 1 or label.secret(piece)):
                    start = _start(row, text)
                    rows += label.label_rows(piece, start, inner, explain.role, said)
        return rows

    def ask_row(self, width: int) -> Row:
        """The answer that is still hidden."""
        inner = width - 2 * _MARGIN - 2
        # no arrow: who speaks next may be the question
        words = [Seg("── ", "rule"), Seg("? ", "warning"), self.more(), Seg(" ", "")]
        rest = Seg("─" * max(0, inner - width_of(words)), "rule")
        return _rungs([*words, rest], inner, now=True)


def _start(row: list[Seg], text: list[Seg]) -> int:
    """Cells before the text in its row."""
    at = 0
    for seg in row:
        if text and seg is text[0]:
            return at
        at += width_of([seg])
    return at


def _rungs(row: list[Seg], inner: int, *, now: bool, first: bool = False) -> Row:
    fill = Seg(" " * max(0, inner - width_of(row)), "")
    sign = Seg(" ▸" if now and first else " " * _MARGIN, "key")
    labelled = any(segment.role == "label" for segment in row)
    whole = [Seg("│", "rule"), *fit(row, inner), fill, Seg("│", "rule")]
    return [sign, *(add(whole, "now") if now and not labelled else whole)]


def _arrow(
    text: list[Seg], mark: list[Seg], inner: int, char: str, *, to_server: bool
) -> list[Seg]:
    role = "client" if to_server else "server"
    room = inner - width_of(text) - width_of(mark) - (7 if mark else 6)
    shaft = char * max(2, room)
    if to_server:
        tail = [*mark, Seg(f" {char}▶", role)] if mark else [Seg(f"{char}▶", role)]
        return [Seg(f"{char * 2} ", role), *text, Seg(f" {shaft}", role), *tail]
    head = [Seg(f"◀{char}", role), *mark, Seg(" ", "")] if mark else [Seg(f"◀{char}", role)]
    return [*head, Seg(f"{shaft} ", role), *text, Seg(f" {char}", role)]


def _between(words: str, char: str, inner: int, role: str) -> list[Seg]:
    left = max(0, inner - width_of([Seg(words, "")]))
    half = (char * inner)[: left // 2]
    rest = (char * inner)[: left - left // 2]
    return [Seg(half, role), Seg(words, "" if role == "dim" else role), Seg(rest, role)]


def _record(
    view: View, index: int, event: Event, line: Line, inner: int, *, now: bool
) -> list[Seg]:
    hidden = view.eye is Eye.EVE and view.protection(index) == "hidden"
    to_server = line.side != "S"
    if not hidden:
        words = [Seg(line.text, "strong" if now else "")]
        return _arrow(words, label.mark(line, "", wordy=now), inner, "═", to_server=to_server)
    share = math.log2(max(2, event.span.length)) / math.log2(_LONGEST)
    text = f" {line.text} "
    words_width = width_of([Seg(text, "")])
    length = max(0, int((inner - 14) * min(1.0, share)) - words_width)
    block = [
        Seg("▒" * (length // 2), "shade"),
        Seg(text, "strong" if now else ""),
        Seg("▒" * (length - length // 2), "shade"),
    ]
    mark = label.mark(line, "hidden", wordy=now)
    return _arrow(block, mark, inner, "─", to_server=to_server)
