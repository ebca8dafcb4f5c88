"""What has been said of a capture on a line-by-line output: each thing once, as it comes."""

from __future__ import annotations

from collections.abc import Callable

import click

from tutor.capture import Capture, Entry
from tutor.findings import Certainty
from tutor.lesson.reference import reference
from tutor.render import View
from tutor.render.lookups import lookup_line
from tutor.render.plain import certainty_word, plain_entry, plain_explanation, plain_step
from tutor.render.skipped import skipped_lines
from tutor.session import Session
from tutor.words import _


class Said:
    """What has been said already: each step once, and each explanation where it first applies.

    Args:
        capture: what is read.
        reveal: whether secrets are shown.
        brief: without explanations.
        named: who talks to whom in a session, in words; "" where that is not known.
    """

    def __init__(
        self,
        capture: Capture,
        *,
        reveal: bool,
        brief: bool,
        named: Callable[[Entry], str] = lambda _entry: "",
    ) -> None:
        self._named = named
        self._capture = capture
        self._reveal = reveal
        self._reference = None if brief else reference()
        self._explained: set[str] = set()
        self._steps: dict[int, int] = {}
        self._found: dict[int, int] = {}
        self._last = 0

    def news(self) -> None:
        """Say what has come since the last call."""
        for entry in self._capture.entries:
            if entry.steps > self._steps.get(entry.id, 0):
                self._say(entry)

    def end(self) -> None:
        """Say what can be told only now that all is read."""
        for line in skipped_lines(self._capture):
            click.echo(line)
        if self._reference:
            for verdict in self._capture.findings:
                numbers = ", ".join(map(str, verdict.sessions))
                where = _("sessions {numbers}").format(numbers=numbers)
                self._finding(where, verdict.rule, verdict.certainty)

    def _say(self, entry: Entry) -> None:
        session = self._capture.session(entry.id)
        view = View(session, masked=not self._reveal)
        if entry.id != self._last:
            click.echo(plain_entry(entry, self._named(entry)))
            self._last = entry.id
            for lookup in self._capture.lookups_before(entry.id):
                click.echo(lookup_line(lookup))
        for index in range(self._steps.get(entry.id, 0), entry.steps):
            for line in plain_step(view, index):
                click.echo(line)
            self._explain(session, index)
        self._steps[entry.id] = entry.steps
        if self._reference:
            for finding in entry.findings[self._found.get(entry.id, 0) :]:
                where = _("step {n}").format(n=finding.step)
                self._finding(where, finding.rule, finding.certainty)
            self._found[entry.id] = len(entry.findings)

    def _explain(self, session: Session, index: int) -> None:
        if self._reference is None:
            return
        for explanation in self._reference.explain(session, index):
            if explanation.key not in self._explained:
                self._explained.add(explanation.key)
                for line in plain_explanation(explanation):
                    click.echo(line)

    def _finding(self, where: str, rule: str, certainty: Certainty) -> None:
        told = self._reference.finding(rule) if self._reference else None
        words = _("Finding, {where}: {rule} ({certainty})").format(
            where=where, rule=told.name if told else rule, certainty=certainty_word(certainty)
        )
        click.echo(words)
