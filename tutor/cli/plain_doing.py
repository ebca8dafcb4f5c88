"""Typing the client's side to the lab, as linear text: line in, answers out, what is still wanted.

Lines come from a person or from a pipe; either way the next one is sent only when the server has
had its say. One letter alone is a command of ours, for no command of mail is as short; inside a
message every line is the message's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from tutor.capture.by_hand import ByHand, NoLab, closed, in_message
from tutor.cli.linear import Linear, fact_words
from tutor.findings import eve_facts
from tutor.lesson.doing import DONE, NOT_SO, Grade, Task, grade, tls_words
from tutor.lesson.reference import reference
from tutor.protocols.events import Kind
from tutor.render import View
from tutor.render.plain import plain_explanation, plain_step
from tutor.session import Eye, Session, visible
from tutor.words import _, ngettext

MOST_LINES = 14
"""Lines of one step."""


class PlainDoing(Linear):
    """One task, typed to a lab of its own.

    Args:
        task: what is to be done.
        hint: "" where there is none.
        source, target: lines come from here, text goes there.
        open_lab: makes the lab; a test gives another.
    """

    def __init__(
        self,
        task: Task,
        hint: str,
        source: TextIO,
        target: TextIO,
        open_lab: Callable[[str], ByHand] = ByHand,
    ) -> None:
        super().__init__(target)
        self._task = task
        self._hint = hint
        self._source = source
        self._open_lab = open_lab
        self._anew()
        self._explained: set[str] = set()

    def _anew(self) -> None:
        """Nothing was said of this connection yet."""
        self._steps = 0
        self._told: tuple[str, ...] = ()
        self._facts = 0
        self._secured = False

    def run(self) -> str | None:
        """Let it be done: the answer to the question, "" for "I do not know yet".

        None where there can be no lab on this machine; the reason was said.
        """
        try:
            with self._open_lab(self._task.protocol) as hand:
                hand.wait()
                hand.settle()
                return self._typed(hand)
        except NoLab as why:
            self._prose(str(why))
            self._prose(_("So this question is not asked, and does not count."))
            return None

    def _typed(self, hand: ByHand) -> str | None:
        self._prose(
            _("The lab is open. You are the client: each line goes to the server as you type it.")
        )
        self._prose(_keys())
        spoiled = False
        found = self._news(hand)
        while not found.right:
            line = self._read()
            message = hand.session is not None and in_message(hand.session)
            if not hand.running:
                raise NoLab(_("The lab has ended."))
            if line is None or (line == "." and not message):
                return NOT_SO if spoiled else ""
            if not message and self._command(line, hand, found):
                continue
            before = hand.said()
            hand.send(line)
            hand.settle(before)
            found = self._news(hand)
            spoiled |= found.spoiled
            if not found.right and self._over(hand, found):
                found = self._news(hand)
        self._prose(_("All of it is done."))
        return DONE

    def _over(self, hand: ByHand, found: Grade) -> bool:
        """Begin a new connection, where this one can come to nothing more."""
        session = hand.session
        if session is None or not (closed(session) or found.spoiled):
            return False
        gone = _("The server has closed the connection. A new one begins.")
        spoiled = _("What crossed cannot be taken back. A new connection begins.")
        self._prose(spoiled if found.spoiled else gone)
        self._anew()
        hand.connect()
        hand.settle()
        return True

    def _read(self) -> str | None:
        """The next line without its end; None where there is none."""
        if self._source.isatty():
            self._target.write(_("Client: "))
            self._target.flush()
        line = self._source.readline()
        return line.rstrip("\r\n") if line else None

    def _command(self, line: str, hand: ByHand, found: Grade) -> bool:
        match line.strip().lower():
            case "?" | "":
                self._told = ()
                self._checklist(found)
                self._prose(_keys())
            case "h":
                self._prose(self._hint or _("There is no hint here."))
            case "e":
                facts = eve_facts(hand.session) if hand.session else ()
                self._say(_("Eve's notebook:"), *(f"- {fact_words(fact)}" for fact in facts))
            case _:
                return False
        return True

    # what is said

    def _news(self, hand: ByHand) -> Grade:
        """Say what has crossed since the last time, and what is still wanted."""
        session = hand.session
        found = grade(session, self._task)
        if session is not None:
            self._crossed(session)
            self._eve(session)
        self._checklist(found)
        return found

    def _crossed(self, session: Session) -> None:
        view = View(session, masked=False, eye=Eye.ENDPOINTS)
        for index in range(self._steps, len(session)):
            if not visible(session, index, Eye.ENDPOINTS):
                continue
            if session.kind(index) is Kind.RECORD:
                self._tls()
                continue
            self._say(*plain_step(view, index)[:MOST_LINES])
            for explanation in reference().explain(session, index):
                if explanation.key not in self._explained:
                    self._explained.add(explanation.key)
                    self._say(*plain_explanation(explanation))
        self._steps = len(session)

    def _tls(self) -> None:
        if not self._secured:
            self._secured = True
            self._prose(tls_words())

    def _eve(self, session: Session) -> None:
        facts = eve_facts(session)
        if len(facts) > self._facts:
            count = ngettext("Eve knows {n} thing.", "Eve knows {n} things.", len(facts))
            new = ", ".join(map(fact_words, facts[self._facts :]))
            self._prose(count.format(n=len(facts)))
            self._prose(_("New: {facts}").format(facts=new))
            self._facts = len(facts)

    def _checklist(self, found: Grade) -> None:
        """How it stands with what is wanted, where that has changed."""
        lines = tuple(item.line() for item in found.items)
        if lines != self._told:
            self._say(_("What is wanted:"), *(f"- {line}" for line in lines))
            self._told = lines


def _keys() -> str:
    return _("A dot alone ends this. ? says what is wanted, h is a hint, e Eve's notebook.")
