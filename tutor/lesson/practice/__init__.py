"""Practice from any recording: questions whose answer is determined, and stands in its bytes.

``gather(captures, texts, seed, count)`` makes them; each has a ``Proof``: the session, the event
and the bytes that hold the answer. ``Round`` asks them one after another.
"""

from tutor.lesson.practice.drawing import MOST_COUNT, draw, new_seed, opened
from tutor.lesson.practice.gather import Exercise, gather
from tutor.lesson.practice.model import SORTS, Drill, Proof, Texts
from tutor.lesson.practice.round import Round, Score

__all__ = [
    "MOST_COUNT",
    "SORTS",
    "Drill",
    "Exercise",
    "Proof",
    "Round",
    "Score",
    "Texts",
    "draw",
    "gather",
    "new_seed",
    "opened",
]
