"""What a question is, which answers it takes, and what it says to each.

An answer is a string, so that it can be kept: for a choice the key of the option, for typed words
the text, for an order all keys in their order (``a,b,c``), for sorting the keys of what Eve knows
(``username,password``, or ``NOTHING``), for what is done by hand ``DONE`` or ``NOT_SO``. "" is
never an answer: it stands for "I do not know yet". ``LEFT_OUT`` stands for a question that could
not be asked on this machine.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from tutor.lesson.doing import DONE, NOT_SO, Task
from tutor.words import _

NOTHING = "none"
"""The answer to a sorting question in which nothing is put on Eve's side; no kind of fact."""

LEFT_OUT = "left-out"
"""In place of an answer where a question cannot be asked on this machine; it does not count."""

CHOSEN = frozenset({"choice", "point", "confidence"})
"""Kinds of questions that are answered with one of their options."""

TYPED = frozenset({"decode", "type"})
"""Kinds of questions that are answered with words typed in."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, or one item to order or to sort.

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
    """A question.

    Attributes:
        id: of the step or the quiz item.
        kind: ``choice``, ``point`` (options are parts), ``decode`` and ``type`` (typed),
            ``order`` (options are to be put in order), ``sort`` (options are kinds of Eve's facts),
            ``do`` (typed to the lab).
        ask: the question.
        options: what there is to choose, to order, to sort; none for what is typed.
        answer: the right answer: its key (for what is typed the text) is right.
        reasons: what is said to an answer, by its key; by the word typed in, folded; for ``sort``
            by the item.
        accept: other words that are right, for ``type``.
        hint: help on request, "" where there is none.
        task: what is to be done, for ``do``.
    """

    id: str
    kind: str
    ask: str
    options: tuple[Option, ...]
    answer: Option
    reasons: Mapping[str, str]
    accept: tuple[str, ...] = ()
    hint: str = ""
    task: Task | None = None

    def option(self, key: str) -> Option | None:
        """The option with that key."""
        return next((option for option in self.options if option.key == key), None)

    def takes(self, answer: str) -> bool:
        """Whether that is an answer to this question at all, right or wrong."""
        keys = [option.key for option in self.options]
        match self.kind:
            case "decode" | "type":
                return bool(answer.strip())
            case "order":
                return sorted(answer.split(",")) == sorted(keys)
            case "sort":
                given = listed(answer)
                return bool(answer) and len(given) == len(set(given)) and set(given) <= set(keys)
            case "do":
                return answer in (DONE, NOT_SO)
            case _:
                return answer in keys

    def right(self, answer: str) -> bool:
        """Whether that answer is right; a typed one without regard to how blanks are set."""
        match self.kind:
            case "decode":
                return _blanks(answer) == _blanks(self.answer.text)
            case "type":
                return folded(answer) in {folded(w) for w in (self.answer.text, *self.accept)}
            case "sort":
                return set(listed(answer)) == set(listed(self.answer.key))
            case _:
                return answer == self.answer.key

    def reason(self, answer: str) -> str:
        """What is said to an answer ("" for "I do not know yet"); "" where nothing is to say."""
        if answer == LEFT_OUT:
            return _("There is no lab on this machine, so this question does not count.")
        match self.kind:
            case "do":
                return _("Something crossed that must not.") if answer == NOT_SO else ""
            case "order":
                return "" if not answer else self._first_wrong(answer)
            case "sort":
                return "" if not answer else self._misplaced(answer)
            case "type":
                return self.reasons.get(folded(answer), "")
            case "decode":
                return ""
            case _:
                found = self.reasons.get(answer) or self.reasons.get(self.answer.key) or ""
                return found or ("" if not answer or self.right(answer) else _("Not this one."))

    def solution(self) -> tuple[str, ...]:
        """The right answer in words, a line each."""
        texts = {option.key: option.text for option in self.options}
        match self.kind:
            case "order":
                keys = self.answer.key.split(",")
                return tuple(f"{n}. {texts[key]}" for n, key in enumerate(keys, 1))
            case "sort":
                known = listed(self.answer.key)
                sides = (
                    (_("Eve knows: {items}."), [t for k, t in texts.items() if k in known]),
                    (
                        _("Eve does not know: {items}."),
                        [t for k, t in texts.items() if k not in known],
                    ),
                )
                return tuple(words.format(items=", ".join(items)) for words, items in sides)
            case "do" if self.task:
                return self.task.show
            case _:
                return (self.answer.text,)

    def _first_wrong(self, answer: str) -> str:
        pairs = zip(answer.split(","), self.answer.key.split(","), strict=True)
        for place, (given, real) in enumerate(pairs, 1):
            option = self.option(real)
            if given != real and option is not None:
                words = _("Place {n} is the first that is wrong. It belongs to: {item}")
                return words.format(n=place, item=option.text)
        return ""

    def _misplaced(self, answer: str) -> str:
        given, real = set(listed(answer)), set(listed(self.answer.key))
        lines = []
        for option in self.options:
            if (option.key in given) != (option.key in real):
                known = _("{item}: Eve knows it.")
                words = known if option.key in real else _("{item}: Eve does not know it.")
                said = words.format(item=option.text)
                lines.append(f"{said} {self.reasons.get(option.key, '')}".strip())
        return "\n".join(lines)


def listed(answer: str) -> list[str]:
    """The keys of an answer that has several; none of ``NOTHING``."""
    return [] if answer in ("", NOTHING) else answer.split(",")


def folded(text: str) -> str:
    """A typed word without regard to case and blanks."""
    return "".join(text.split()).casefold()


def _blanks(text: str) -> list[str]:
    return text.replace("\0", " ").replace("\u2400", " ").split()


def shuffled(options: list[Option], name: str) -> tuple[Option, ...]:
    """The options in an order that hangs on ``name`` alone: the same for each learner."""
    mixed = list(options)
    random.Random(name).shuffle(mixed)  # noqa: S311 - an order for the eye, no secret
    return tuple(mixed)


def disordered(options: list[Option], name: str) -> tuple[Option, ...]:
    """The options shuffled, and never in the order in which they came."""
    mixed = shuffled(options, name)
    return (*mixed[1:], mixed[0]) if list(mixed) == options else mixed
