"""Questions as the player shows them: options, and the reason for each answer.

``options: auto`` turns the real reply into what learners mistake it for: the other protocols' words
for the same thing, the untagged form, a wrong tag. Only the *form* is varied, never the outcome
(whether a password was right is nothing one could predict). The order is shuffled by the question's
own name, so it is the same each time, and for each learner.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tutor.base import Role, sanitise_bytes
from tutor.lesson.bind import Bound, line
from tutor.lesson.model import ChoiceQuiz, DecodeQuiz, PointQuiz, Quiz, Step
from tutor.lesson.reference import Reference
from tutor.protocols.events import Event, Kind
from tutor.session import Session
from tutor.words import _

RIGHT = "right"
MOST_OPTIONS = 5
_POINTLESS = frozenset({Role.SPACE, Role.CRLF, Role.ARGUMENT, Role.RECORD_HEADER})
_MOST_PART = 48


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose.

    Attributes:
        key: what ``Player.answer`` takes.
        text: what it says.
        line: whether the text is a line as on the wire.
        index, role: for pointing: the event and the role of its part.
    """

    key: str
    text: str
    line: bool = False
    index: int | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question. ``kind`` is ``choice``, ``point`` (options are parts) or ``decode`` (typed)."""

    id: str
    kind: str
    ask: str
    options: tuple[Option, ...]
    answer: Option
    reasons: Mapping[str, str]

    def option(self, key: str) -> Option | None:
        """The option with that key."""
        return next((option for option in self.options if option.key == key), None)

    def right(self, answer: str) -> bool:
        """Whether that answer is right; a typed one without regard to how blanks are set."""
        if self.kind == "decode":
            return _blanks(answer) == _blanks(self.answer.text)
        return answer == self.answer.key


def _blanks(text: str) -> list[str]:
    return text.replace("\0", " ").replace("\u2400", " ").split()


def prediction(bound: Bound, step: Step) -> Question:
    """The question before a step."""
    predict = step.predict
    assert predict is not None
    if predict.options == "auto":
        session, index = bound.session(step), bound.at[step.id]
        options, reasons = auto_options(session, index, line(session, index))
        answer = options[0]
    else:
        options = [Option(key, text) for key, text in predict.options.items()]
        reasons = {}
        answer = next(option for option in options if option.key == predict.answer)
    reasons = {**reasons, **predict.because}
    name = f"{bound.lesson.id}/{step.id}"
    return Question(step.id, "choice", predict.ask, shuffled(options, name), answer, reasons)


def quiz(bound: Bound, item: Quiz) -> Question:
    """A question of the quiz."""
    name = f"{bound.lesson.id}/{item.id}"
    match item:
        case ChoiceQuiz():
            options = [Option(key, text) for key, text in item.options.items()]
            answer = next(option for option in options if option.key == item.answer)
            mixed = shuffled(options, name)
            return Question(item.id, "choice", item.ask, mixed, answer, item.because)
        case PointQuiz():
            options, reasons = points(bound, item)
            mixed = shuffled(options, name)
            reasons = {**reasons, **item.because}
            return Question(item.id, "point", item.ask, mixed, options[0], reasons)
        case DecodeQuiz():
            typed = Option(item.id, item.answer, line=True)
            return Question(item.id, "decode", item.ask, (), typed, {})


def shuffled(options: list[Option], name: str) -> tuple[Option, ...]:
    """The options in an order that hangs on ``name`` alone."""
    mixed = list(options)
    random.Random(name).shuffle(mixed)  # noqa: S311 - an order for the eye, no secret
    return tuple(mixed)


# pointing


def part_of(bound: Bound, answer: str) -> tuple[Step, int, int] | None:
    """``login.password`` as (step, event index, part number); None where there is none."""
    name, _dot, role = answer.rpartition(".")
    step = next((step for step in bound.lesson.steps if step.id == name), None)
    if step is None or name not in bound.at:
        return None
    event = bound.event(step)
    number = next((n for n, part in enumerate(event.parts) if part.role.value == role), None)
    return None if number is None else (step, bound.at[name], number)


def points(bound: Bound, item: PointQuiz) -> tuple[list[Option], dict[str, str]]:
    """The right part first, then others, each text once.

    The others are what the author names in ``because``, then parts of the same line, then one of
    each other line of the recording that the lesson speaks of, then the rest.
    """
    found = part_of(bound, item.answer)
    assert found is not None
    step = found[0]
    others = [s for s in bound.lesson.steps if s.at.capture == step.at.capture and s is not step]
    named = [part for key in item.because if (part := part_of(bound, key)) is not None]
    parts = [(step, found[2]), *((part[0], part[2]) for part in named), *_parts(bound, step)]
    parts += [part for other in others for part in _parts(bound, other)[:1]]
    parts += [part for other in others for part in _parts(bound, other)[1:]]
    options: dict[str, Option] = {}
    for where, number in parts:
        option = _point(bound, where, number)
        options.setdefault(option.text, option)
    chosen = list(options.values())[:MOST_OPTIONS]
    reference = Reference.load(bound.language)
    reasons = {}
    for option in chosen[1:]:
        label = reference.role(option.role)
        name = label.name if label else option.role
        reasons[option.key] = _("That is something else: {part}.").format(part=name)
    return chosen, reasons


def _parts(bound: Bound, step: Step) -> list[tuple[Step, int]]:
    parts = enumerate(bound.event(step).parts)
    return [(step, n) for n, part in parts if part.role not in _POINTLESS]


def _point(bound: Bound, step: Step, number: int) -> Option:
    event = bound.event(step)
    part = event.parts[number]
    data = bound.session(step).part(event, number).split(b"\r\n", 1)[0]
    text = sanitise_bytes(data[:_MOST_PART])
    role = part.role.value
    return Option(f"{step.id}.{role}", text, line=True, index=bound.at[step.id], role=role)


# predictions made by themselves


def auto_options(session: Session, index: int, real: str) -> tuple[list[Option], dict[str, str]]:
    """The real line of an event, and what it is mistaken for, each with its reason."""
    event = session.event(index)
    if event.kind is Kind.CONTINUATION:
        event = replace(event, tag=_asked(session, index))
    wrong = _MAKERS[session.protocol](event, real) if session.protocol in _MAKERS else {}
    options = [Option(RIGHT, real, line=True)]
    reasons = {RIGHT: _right(session.protocol, event)}
    for key, (text, reason) in wrong.items():
        if text not in {option.text for option in options} and len(options) < MOST_OPTIONS:
            options.append(Option(key, text, line=True))
            reasons[key] = reason
    return options, reasons


def _asked(session: Session, index: int) -> str:
    """The tag of the command before an event."""
    before = (session.event(n) for n in range(index - 1, -1, -1))
    return next((event.tag for event in before if event.kind is Kind.COMMAND), "")


def _right(protocol: str, event: Event) -> str:
    if protocol == "imap" and event.kind is Kind.REPLY:
        return _("The line that ends a command begins with the command's own tag.")
    if protocol == "imap" and event.kind is Kind.CONTINUATION:
        return _("A plus sign means: go on, I am waiting for the rest.")
    return {
        "imap": _("In IMAP, a line that ends no command begins with a star."),
        "pop3": _("In POP3, an answer begins with +OK or -ERR, and nothing else."),
        "smtp": _("In SMTP, an answer begins with a number of three digits."),
    }.get(protocol, "")


Wrong = dict[str, tuple[str, str]]


def _imap(event: Event, real: str) -> Wrong:
    words = real.split(" ", 2)
    yes = "NO" not in words[:2] and "BAD" not in words[:2]
    rest = re.sub(r"^\[[^\]]*\] ?", "", words[2] if len(words) > 2 else "")
    pop3 = (f"{'+OK' if yes else '-ERR'} {rest}".strip(), _reason("pop3"))
    if event.kind is Kind.CONTINUATION:
        return {
            "tagged": (f"{event.tag or 'a1'} OK Ready", _reason("tagged")),
            "untagged": ("* OK Ready", _reason("untagged")),
            "smtp": ("334", _reason("smtp")),
        }
    if event.kind is Kind.REPLY:
        status = real.split(" ", 1)[1]
        return {
            "untagged": (f"* {status}", _reason("untagged")),
            "other-tag": (f"{_next_tag(event.tag)} {status}", _reason("other-tag")),
            "pop3": pop3,
            "smtp": (f"{'250' if yes else '550'} {rest}".strip(), _reason("smtp")),
        }
    return {
        "tagged": (f"a1 {real[2:]}", _reason("no-tag-yet")),
        "pop3": pop3,
        "smtp": (f"220 {rest}", _reason("smtp")),
    }


def _pop3(event: Event, real: str) -> Wrong:
    status, _blank, rest = real.partition(" ")
    yes = status == "+OK"
    word = "OK" if yes else "NO"
    code = ("220" if event.kind is Kind.GREETING else "250") if yes else "550"
    return {
        "untagged": (f"* {word} {rest}".strip(), _reason("imap-untagged")),
        "tagged": (f"a1 {word} {rest}".strip(), _reason("imap-tagged")),
        "smtp": (f"{code} {rest or word}", _reason("smtp")),
    }


def _smtp(event: Event, real: str) -> Wrong:
    rest = re.sub(r"^[245]\.[0-9.]+ ", "", real[4:])
    yes = event.name[:1] in "23"
    word = "OK" if yes else "NO"
    other = {"354": "250", "250": "354", "334": "250", "235": "250", "220": "250"}
    wrong = {
        "pop3": (f"{'+OK' if yes else '-ERR'} {rest}".strip(), _reason("pop3")),
        "untagged": (f"* {word} {rest}".strip(), _reason("imap-untagged")),
        "tagged": (f"a1 {word} {rest}".strip(), _reason("imap-tagged")),
    }
    if event.name in other:
        # the hyphen of a reply with more lines must not tell the right one
        code = f"{other[event.name]}{real[3:4] or ' '}"
        wrong["other-code"] = (f"{code}{rest}".strip(), _reason("other-code"))
    return wrong


_MAKERS = {"imap": _imap, "pop3": _pop3, "smtp": _smtp}


def _next_tag(tag: str) -> str:
    """The tag that comes after: the last number in it, one more."""
    match = re.search(r"([0-9]+)(?=[^0-9]*$)", tag)
    if match is None:
        return f"{tag}1"
    grown = str(int(match[1]) + 1).zfill(len(match[1]))
    return tag[: match.start()] + grown + tag[match.end() :]


def _reason(key: str) -> str:
    return {
        "untagged": _(
            "The star marks a line without a tag. The line that ends a command has its tag."
        ),
        "other-tag": _(
            "This tag belongs to no command that was sent. A reply repeats its command's tag."
        ),
        "tagged": _(
            "A tagged line would end the command. The server still waits for the rest of it."
        ),
        "no-tag-yet": _("A tag answers a command. This line answers none: it has a star."),
        "pop3": _("POP3 answers with +OK or -ERR. This is another protocol."),
        "smtp": _("A number of three digits is how SMTP answers. This is another protocol."),
        "imap-untagged": _("A line with a star is IMAP. This is another protocol."),
        "imap-tagged": _("A tag such as a1 is IMAP. This is another protocol."),
        "other-code": _("This is SMTP, but this number says something else here."),
    }[key]
