"""What a ``do`` question must hold; that its solution is right, a test shows with a lab."""

from __future__ import annotations

from collections.abc import Collection

from tutor.findings import RULES
from tutor.lesson.document import Document, Path_
from tutor.lesson.fit import COLUMNS
from tutor.lesson.model import DoQuiz
from tutor.lesson.near import nearest
from tutor.protocols.imap.commands import COMMANDS as IMAP
from tutor.protocols.pop3.commands import COMMANDS as POP3
from tutor.protocols.smtp.commands import COMMANDS as SMTP

_VERBS: dict[str, Collection[str]] = {"imap": IMAP, "pop3": POP3, "smtp": SMTP}


def doing(item: DoQuiz, at: Path_, document: Document) -> None:
    """Commands and findings that there are; a solution that has them in their order, and fits."""
    known = _VERBS[item.protocol]
    for number, verb in enumerate(item.wants):
        if verb not in known:
            why = f"{item.protocol} has no command '{verb}'{nearest(verb, known)}"
            document.fault((*at, "wants", number), why)
    for rule in item.without:
        if rule not in RULES:
            document.fault((*at, "without"), f"'{rule}' is no finding{nearest(rule, RULES)}")
    for number, line in enumerate(item.show):
        if len(line) > COLUMNS:
            document.fault((*at, "show", number), f"more than {COLUMNS} columns")
    if all(verb in known for verb in item.wants):
        _in_order(item, at, document)


def _in_order(item: DoQuiz, at: Path_, document: Document) -> None:
    left = [line.upper() for line in item.show]
    for verb in item.wants:
        fits = [n for n, line in enumerate(left) if f" {verb} " in f" {line} "]
        if not fits:
            document.fault((*at, "show"), f"no line with {verb} where it is wanted")
            return
        left = left[fits[0] + 1 :]
