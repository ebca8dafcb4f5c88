"""A lesson's comparison as linear text: each row side by side in words, and the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tutor.base import sanitise
from tutor.lesson.bind import Bound
from tutor.lesson.compare import Row, align, alike, carrier, uncommon, within
from tutor.render import View, names
from tutor.render.missing import missing_words
from tutor.render.plain import plain_lines
from tutor.session import Eye
from tutor.words import _

Views = Callable[[str, Eye], View]
"""The lines of one of the lesson's recordings, as somebody sees them."""


def compared(bound: Bound, view: Views, width: int) -> Iterator[str]:
    """The lines of a lesson's comparison, none wider than ``width`` where a side is quoted."""
    lesson, compare = bound.lesson, bound.lesson.compare
    assert compare is not None
    yield _("Side by side, as Eve sees it:")
    sides = compare.sides
    for row in align([bound.sessions[key] for key in sides], compare.align):
        yield f"{names.row(row.key)}:"
        for key, indices in zip(sides, row.sides, strict=True):
            label = lesson.captures[key].label or key
            yield f"  {label}: {_side(bound, view, key, row.key, indices, width)}"
        yield f"  {_difference(bound, sides, row)}"


def _side(
    bound: Bound, view: Views, key: str, what: str, indices: tuple[int, ...], width: int
) -> str:
    if not indices:
        reason = missing_words(bound.sessions[key], what)
        return _("nothing of the kind: {reason}").format(reason=reason)
    seen = carrier(bound.sessions[key], indices[0])
    text = plain_lines(view(key, Eye.EVE), seen[-1] if seen else indices[0], 1)[0]
    return text if len(text) <= width else _("{text} (cut here)").format(text=text[:width])


def _difference(bound: Bound, sides: tuple[str, ...], row: Row) -> str:
    """How the sides of a row differ, to Eve."""
    if not all(row.sides):
        return _("Difference: not on every side.")
    sessions = bound.sessions
    hidden = {
        sessions[key].inside_tls(sessions[key].event(indices[0]).span.layer)
        for key, indices in zip(sides, row.sides, strict=True)
    }
    if len(hidden) > 1:
        return _("Difference: what one side shows to Eve, another hides.")
    if True in hidden:
        return _("Hidden on every side.")
    own = [sessions[key] for key in sides]
    words = uncommon(own, row)
    if words:
        listed = ", ".join(map(sanitise, words))
        return _("Difference: {words}, not on every side.").format(words=listed)
    if all(alike(own, moment) for moment in within(own, row)):
        return _("The same on every side.")
    return _("Difference: other lines, or another answer.")
