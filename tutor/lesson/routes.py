"""Ways through the course for a timetable: which lessons fill ten minutes, or fifty, or more."""

from __future__ import annotations

from tutor.words import _

ROUTES: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((0,),),
    ((0, 9, 14),),
    ((0, 1, 6, 7), (9, 10, 12, 14)),
    ((0, 1, 2, 3), (4, 6, 7, 8), (9, 10, 12, 13), (14, 16, 17)),
)
"""The numbers of the lessons of each route, by sitting."""


def routes() -> list[tuple[str, str]]:
    """For each route how long it takes and which lessons it has, in words."""
    times = (
        _("10 minutes"),
        _("50 minutes"),
        _("2 x 50 minutes"),
        _("4 x 50 minutes"),
    )
    return [
        (time, " | ".join(", ".join(map(str, sitting)) for sitting in sittings))
        for time, sittings in zip(times, ROUTES, strict=True)
    ]
