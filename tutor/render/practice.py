"""A practice question on any output: the lines that it is asked about, and the words around it."""

from __future__ import annotations

from tutor.base import sanitise_bytes
from tutor.lesson.practice import Exercise, Score
from tutor.render.mask import Mask
from tutor.render.pseudonyms import Pseudonyms
from tutor.render.view import View
from tutor.session import Eye, Session, visible
from tutor.words import _, ngettext

_NAMES = {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP", "tls": "TLS"}


class Shown:
    """Gives lines and parts of one session (``tutor.lesson.practice.Texts``)."""

    def __init__(self, session: Session, *, masked: bool = True) -> None:
        self.masked = masked
        self._session = session
        self._view = View(session, masked=masked, eye=Eye.ENDPOINTS)
        self._mask = Mask(session)

    def line(self, index: int) -> str:
        """The first line of an event."""
        return self._view.lines(index, 1)[0].text

    def part(self, index: int, number: int) -> tuple[str, bool]:
        """A part of an event, and whether anything in it was masked."""
        event = self._session.event(index)
        if not self.masked:
            return sanitise_bytes(self._session.part(event, number)), False
        return self._mask.text(event, number)


def eye_of(exercise: Exercise) -> Eye:
    """Whose view the question needs: the ends', where it is about what TLS carried."""
    session, drill = exercise.session, exercise.drill
    inside = any(session.inside_tls(span.layer) for span in drill.proof.spans)
    return Eye.ENDPOINTS if inside else Eye.EVE


WHOLE = frozenset({"eve", "protects"})
"""Sorts of questions for which the whole session is looked at, from its beginning."""

MOST_WHOLE = 60
"""Steps of it that are shown."""


def context(exercise: Exercise, most: int) -> tuple[list[int], int, int]:
    """Indices of the events to show above a question, and how many are left out before, behind.

    They are the last ``most``; of a question about the whole session the first ``MOST_WHOLE``.
    """
    eye, drill = eye_of(exercise), exercise.drill
    end = min(drill.upto, len(exercise.session))
    seen = [i for i in range(end) if visible(exercise.session, i, eye)]
    if drill.sort in WHOLE:
        return seen[:MOST_WHOLE], 0, max(0, len(seen) - MOST_WHOLE)
    return seen[-most:], max(0, len(seen) - most), 0


def session_words(session: Session, file: str = "", names: Pseudonyms | None = None) -> str:
    """Which session it is: its number, its protocol, its ends."""
    ends = (session.client.address, session.server.address)
    client, server = map(names.host, ends) if names else ends
    words = _("Session {number}: {protocol}, {client} to {server}").format(
        number=session.id,
        protocol=_NAMES.get(session.protocol, session.protocol),
        client=client,
        server=f"{server}:{session.server.port}" if ":" not in server else server,
    )
    return f"{file} · {words}" if file else words


def score_words(score: Score) -> str:
    """The score in a sentence."""
    words = _("{right} of {asked} right.").format(right=score.right, asked=score.asked)
    if score.unknown:
        unknown = ngettext(
            "Not known yet: {n} question.", "Not known yet: {n} questions.", score.unknown
        )
        words += " " + unknown.format(n=score.unknown)
    return words


def seed_words(seed: int) -> str:
    """Which seed it was, and what it is good for."""
    return _("Seed {seed}: --seed {seed} asks the same again.").format(seed=seed)


def nothing_words(name: str) -> str:
    """There is nothing to ask."""
    return _(
        "{name}: nothing can be asked about it. A session is asked about where its beginning was"
        " captured, nothing is missing, and its mail can be read."
    ).format(name=name)
