"""Graded by what crossed the wire: whether a session holds what a ``do`` question asks for.

Pure: it looks at a session's events and verdicts, typed by hand or recorded, and knows no lab.
A command counts once it was answered with yes: IMAP's tagged OK, POP3's +OK, SMTP's 2xx (after
DATA the one that follows the message).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from tutor.base import CLIENT, sanitise
from tutor.findings import findings
from tutor.lesson.reference import Reference, reference
from tutor.protocols.events import Event, Kind
from tutor.session import Session
from tutor.words import _

DONE = "done"
"""What ``Player.answer`` takes for a task that was done right."""

NOT_SO = "not-so"
"""The same for one that was done, with something in it that must not be there."""

_UPGRADE = {"imap": "STARTTLS", "pop3": "STLS", "smtp": "STARTTLS"}
_BRACKETS = str.maketrans("", "", "<>")
_TYPED = frozenset({Kind.COMMAND, Kind.RESPONSE, Kind.MESSAGE})


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done.

    Attributes:
        protocol: ``imap``, ``pop3`` or ``smtp``.
        wants: commands that must cross in this order, each answered with yes.
        tls: whether STARTTLS (STLS) must be used.
        without: names of verdicts that must not come.
        contains: texts that the client must have sent; letter case, blanks and angle brackets do
            not count.
        show: one way to do it, line by line.
    """

    protocol: str
    wants: tuple[str, ...]
    tls: bool = False
    without: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    show: tuple[str, ...] = ()

    def commands(self) -> tuple[str, ...]:
        """``wants``, and the command that brings TLS where that is wanted."""
        upgrade = _UPGRADE[self.protocol]
        return self.wants if not self.tls or upgrade in self.wants else (upgrade, *self.wants)


class Mark(Enum):
    """How it stands with one thing that is wanted."""

    OPEN = "open"
    DONE = "done"
    KEPT = "kept"  # what must not come has not come
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is wanted, or must not be, and a sentence on how it stands."""

    mark: Mark
    words: str

    def line(self) -> str:
        """Both in words: no glyph says it alone."""
        told = {
            Mark.OPEN: _("to do: {what}"),
            Mark.DONE: _("done: {what}"),
            Mark.KEPT: _("kept: {what}"),
            Mark.WRONG: _("not so: {what}"),
        }
        return told[self.mark].format(what=self.words)


@dataclass(frozen=True, slots=True)
class Grade:
    """How far it is done.

    Attributes:
        wanted: commands and texts that are wanted, in order.
        avoided: verdicts that must not come; once one has, only a new session can be right.
    """

    wanted: tuple[Item, ...]
    avoided: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All of it."""
        return self.wanted + self.avoided

    @property
    def complete(self) -> bool:
        """Whether all that is wanted was done."""
        return all(item.mark is Mark.DONE for item in self.wanted)

    @property
    def spoiled(self) -> bool:
        """Whether something came that must not."""
        return any(item.mark is Mark.WRONG for item in self.avoided)

    @property
    def right(self) -> bool:
        """Whether all was done as it should be."""
        return self.complete and not self.spoiled


@dataclass(slots=True)
class _Said:
    """A command that crossed, and the status that ended it; "" while it is not answered."""

    name: str
    tag: str
    answer: str = ""

    @property
    def yes(self) -> bool:
        return self.answer in ("OK", "+OK") or self.answer.startswith("2")


def grade(session: Session | None, task: Task, words: Reference | None = None) -> Grade:
    """Judge what has crossed so far; None where nothing has.

    Args:
        session: typed by hand, or recorded.
        task: what is asked for.
        words: what verdicts are called; the reference in the language in use where None.
    """
    said = list(_commands(session)) if session else []
    sent = _sent(session) if session else ""
    wanted = [*_wanted(task, said, session), *(_text(text, sent) for text in task.contains)]
    found = {finding.rule for finding in findings(session)} if session else set()
    known = words or reference()
    avoided = tuple(_verdict(rule, rule in found, known) for rule in task.without)
    return Grade(tuple(wanted), avoided)


def _text(text: str, sent: str) -> Item:
    there = _flat(text) in sent
    told = _("“{text}” crossed") if there else _("“{text}” has not crossed yet")
    return Item(Mark.DONE if there else Mark.OPEN, told.format(text=sanitise(text)))


def _verdict(rule: str, came: bool, words: Reference) -> Item:
    entry = words.finding(rule)
    told = _("not wanted, and it came: {name}") if came else _("so far without: {name}")
    return Item(Mark.WRONG if came else Mark.KEPT, told.format(name=entry.name if entry else rule))


def _wanted(task: Task, said: list[_Said], session: Session | None) -> Iterator[Item]:
    first = 0
    lacking = ""
    for name in task.commands():
        places = [n for n, one in enumerate(said) if _is(one.name, name)]
        fits = [n for n in places if n >= first and said[n].yes]
        if fits and not lacking:
            first = fits[0] + 1
            yield _done(name, said[fits[0]], task, session)
            continue
        last = said[places[-1]] if places else None
        if last is None:
            yield Item(Mark.OPEN, _("{what} has not crossed yet").format(what=name))
        elif not last.answer:
            told = _("{what} crossed; it is not answered yet")
            yield Item(Mark.OPEN, told.format(what=name))
        elif not last.yes:
            told = _("{what} crossed, but the server said {answer}")
            yield Item(Mark.WRONG, told.format(what=name, answer=sanitise(last.answer)))
        else:
            told = _("{what} crossed too early: first {before}")
            yield Item(Mark.WRONG, told.format(what=name, before=lacking or _before(task, name)))
        lacking = lacking or name


def _done(name: str, one: _Said, task: Task, session: Session | None) -> Item:
    begun = session is not None and session.tls is not None and session.tls.version is not None
    if task.tls and name == _UPGRADE[task.protocol] and not begun:
        return Item(Mark.OPEN, _("{what} was granted; TLS is not there yet").format(what=name))
    return Item(Mark.DONE, f"{name} ({sanitise(one.answer)})")


def _before(task: Task, name: str) -> str:
    names = task.commands()
    return names[max(0, names.index(name) - 1)]


def _is(name: str, wanted: str) -> bool:
    """``UID FETCH`` is a FETCH, too."""
    return wanted in (name, name.removeprefix("UID "))


def _commands(session: Session) -> Iterator[_Said]:
    """The commands that crossed, in order, with what ended each."""
    open_: list[_Said] = []
    made: list[_Said] = []
    for index in range(len(session)):
        event = session.outline(index)
        if event.kind is Kind.COMMAND:
            made.append(_Said(event.name, event.tag))
            open_.append(made[-1])
        elif event.kind is Kind.REPLY:
            one = next((one for one in open_ if _answers(event, one)), None)
            # SMTP's 3xx says: go on, I am waiting for the rest
            if one is not None and not event.name.startswith("3"):
                one.answer = event.name
                open_.remove(one)
    yield from made


def _answers(event: Event, one: _Said) -> bool:
    if one.tag:
        return event.tag == one.tag
    return event.about == one.name or (event.about == "message" and one.name == "DATA")


def _sent(session: Session) -> str:
    """All that the client's end has said, as the two ends see it."""
    events = (session.outline(index) for index in range(len(session)))
    said = (e for e in events if e.kind in _TYPED and e.span.direction is CLIENT)
    return _flat(b"".join(session.data(event.span) for event in said).decode("utf-8", "replace"))


def _flat(text: str) -> str:
    """Without what servers do not insist on: case, blanks, the brackets around an address."""
    return "".join(text.split()).translate(_BRACKETS).casefold()


def tls_words() -> str:
    """Said when TLS begins."""
    return _(
        "The server agreed, and TLS begins. Nobody can type TLS: your end does that by itself."
        " What you type now crosses encrypted."
    )
