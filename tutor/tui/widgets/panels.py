"""The panels under and beside the conversation: why, Eve's notebook, bytes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.geometry import Size

from tutor.base import Secret
from tutor.findings import EveFact
from tutor.render import names
from tutor.render.lines import Line, Seg
from tutor.tui.paint import Row, fit, justify, width_of
from tutor.tui.widgets.rows import Rows
from tutor.words import _, ngettext

_LEAST_VALUE = 4
"""Cells that Eve's line leaves of a value."""


def ruled(title: Row, right: Row, width: int) -> Row:
    """The line at the top of a panel: its title, a rule, and what stands at its right."""
    left = [Seg("── ", "rule"), *title, Seg(" ", "rule")]
    tail = [Seg(" ", "rule"), *right, Seg(" ─", "rule")] if right else []
    return justify(left, tail, width, Seg("─", "rule"))


class Panel(Rows):
    """Rows under a ruled title; scrolls by itself where a screen asks it to.

    Texts are flowed by the caller's ``make``, so that they follow the panel's width.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.title: Row = ()
        self.right: Row = ()
        self.skip = 0

    def content(self, width: int) -> list[Row]:
        """The rows under the title."""
        raise NotImplementedError

    def build(self, width: int, height: int) -> list[Row]:
        """Title and content; says how much is left below."""
        rows = self.content(width - 2)
        room = max(1, height - 1)
        self.skip = max(0, min(self.skip, len(rows) - room))
        shown = rows[self.skip : self.skip + room]
        left = len(rows) - self.skip - len(shown)
        out: list[Row] = [ruled(self.title, self.right, width)]
        out += [[Seg(" ", ""), *row] for row in shown]
        if left > 0:
            words = ngettext("{n} more line", "{n} more lines", left + 1).format(n=left + 1)
            out[-1] = [Seg(f" … {words}", "dim")]
        return out


class Why(Panel):
    """What the current step means, with the RFC's section."""

    def __init__(self) -> None:
        super().__init__(id="why")
        self._make: Sequence[tuple[str, str]] = ()
        self._cite: tuple[str, ...] = ()

    def show(
        self, title: str, right: str, texts: Sequence[tuple[str, str]], cite: Sequence[str]
    ) -> None:
        """Show texts, each with a heading (or ""), and citations such as ``RFC9051#6.2.3``."""
        self.title = [Seg(title, "title")]
        self.right = [Seg(right, "dim")] if right else []
        self._make, self._cite, self.skip = tuple(texts), tuple(cite), 0
        self.renew()

    def content(self, width: int) -> list[Row]:
        """The texts, flowed, and the citation at the right."""
        from tutor.tui.wrap import flow

        rows: list[Row] = []
        for heading, text in self._make:
            if heading:
                rows.append([Seg(heading, "strong")])
            rows += flow(text, width) if text else []
        if self._cite:
            words = [Seg(" · ".join(cited(cite) for cite in self._cite), "cite")]
            if rows and width_of(rows[-1]) + width_of(words) + 2 <= width:
                rows[-1] = justify(rows[-1], words, width)
            else:
                rows.append(justify([], fit(words, width), width))
        return rows


def cited(cite: str) -> str:
    """``RFC9051#6.2.3`` as people write it: ``RFC 9051 §6.2.3``."""
    name, _hash, section = cite.partition("#")
    number = name.removeprefix("RFC")
    return f"RFC {number} §{section}" if section else f"RFC {number}"


class Notebook(Panel):
    """Eve's notebook: what somebody who only listens knows by now."""

    def __init__(self) -> None:
        super().__init__(id="notebook")
        self._facts: list[EveFact] = []
        self._step = 0
        self._masked = True

    def show(self, facts: list[EveFact], step: int, *, masked: bool) -> None:
        """Show these facts; those of ``step`` are new."""
        self._facts, self._step, self._masked = facts, step, masked
        self.title = [Seg(_("Eve's notebook"), "eve")]
        self.right = [Seg(count_words(len(facts)), "strong")]
        self.renew()

    def content(self, width: int) -> list[Row]:
        """One fact a row, the newest first, so that what is new is always in sight."""
        rows: list[Row] = []
        secrets = names.known(self._facts)
        for fact in reversed(self._facts):
            new = fact.step == self._step
            sign = Seg("+ " if new else "  ", "eve")
            secret = isinstance(fact.value, Secret)
            words = [
                Seg(names.fact(fact.kind), "mark" if secret else "dim"),
                Seg(" ", ""),
                Seg(
                    names.value(fact, masked=self._masked, secrets=secrets), "strong" if new else ""
                ),
            ]
            glyph = [Seg(" !!", "mark")] if secret else []
            rows.append(justify([sign, *words], glyph, width))
        return rows


def count_words(count: int) -> str:
    """``6 facts``."""
    return ngettext("{n} fact", "{n} facts", count).format(n=count)


class EveLine(Rows):
    """The one line of Eve where the notebook has no room."""

    def __init__(self) -> None:
        super().__init__(id="eve-line")
        self._words = ""
        self._new: list[tuple[str, str, str]] = []

    def show(self, facts: list[EveFact], step: int, *, masked: bool) -> None:
        """Show the count, and what is new."""
        count = len(facts)
        words = ngettext("Eve knows {n} thing", "Eve knows {n} things", count)
        self._words = words.format(n=count) if count else _("Eve knows nothing yet")
        secrets = names.known(facts)
        self._new = [
            (
                names.fact(fact.kind),
                names.value(fact, masked=masked, secrets=secrets),
                " !!" if isinstance(fact.value, Secret) else "",
            )
            for fact in [fact for fact in facts if fact.step == step][:3]
        ]
        self.renew()

    def build(self, width: int, height: int) -> list[Row]:
        """One row; where it is too long the longest values are cut, and no mark."""
        values = [value for _kind, value, _mark in self._new]
        while (over := width_of(self._one(values)) - width) > 0:
            longest = max(values, key=cell_len, default="")
            size = cell_len(longest)
            if size <= _LEAST_VALUE:
                break
            cut = fit([Seg(longest, "")], max(_LEAST_VALUE, size - over))
            values[values.index(longest)] = "".join(seg.text for seg in cut)
        return [fit(self._one(values), width)]

    def _one(self, values: list[str]) -> Row:
        row = [Seg(f" {self._words}", "eve")]
        for (kind, _value, mark), value in zip(self._new, values, strict=True):
            said = " ".join(filter(None, (kind, value)))
            row += [Seg("  + ", "eve"), Seg(f"{said}{mark}", "strong")]
        return row


class HexPane(Panel):
    """The current step's bytes, sixteen a row; masked bytes stay hidden."""

    def __init__(self) -> None:
        super().__init__(id="hex")
        self._lines: list[Line] = []

    def show(self, lines: list[Line], packets: tuple[int, ...], size: int) -> None:
        """Show a dump that ``render`` made."""
        self._lines, self.skip = lines, 0
        words = ngettext("{n} byte", "{n} bytes", size).format(n=f"{size:,}")
        packet = names.packets(packets, 4)
        self.title = [Seg(_("Bytes"), "title")]
        self.right = [Seg(" · ".join(filter(None, (packet, words))), "dim")]
        self.renew()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as the dump, up to what the style sheet allows."""
        return 1 + max(1, len(self._lines))

    def renew(self) -> None:
        """Draw; the height follows the dump."""
        super().renew()
        self.refresh(layout=True)

    def content(self, width: int) -> list[Row]:
        """The dump."""
        return [list(line.segments) for line in self._lines]


class Chart(Panel):
    """Any rows that a screen hands over, under a title (end card, quiz verdicts)."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._rows: list[Row] = []

    def show(self, title: str, rows: Sequence[Row], right: str = "") -> None:
        """Show rows."""
        self.title = [Seg(title, "title")]
        self.right = [Seg(right, "dim")] if right else []
        self._rows = list(rows)
        self.renew()

    def content(self, width: int) -> list[Row]:
        """The rows as they are."""
        return self._rows


def bar(count: int, most: int, cells: int = 6) -> list[Seg]:
    """``[███   ]``: a count against the largest, never the only sign of it."""
    full = round(cells * count / most) if most else 0
    return [Seg(f"[{'█' * full}{' ' * (cells - full)}]", "eve")]
