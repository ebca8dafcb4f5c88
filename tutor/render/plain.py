"""A step in words, for ``--plain``: a screen reader says it line by line.

No marks, no box drawing, no escape sequence; who speaks, how it is protected and what it is stand
as words before the text.
"""

from __future__ import annotations

import textwrap

from tutor.base import MASK
from tutor.capture import Entry
from tutor.findings import Certainty
from tutor.lesson.reference import Explanation
from tutor.protocols.events import Kind
from tutor.render.entry_words import protocol_of, security_words
from tutor.render.view import View
from tutor.words import _

_WIDTH = 78
_INDENT = "    "

MOST_LINES = 40
"""Lines of one step; longer messages say how many lines were left out."""


def who(side: str) -> str:
    """The speaker in words."""
    return {"C": _("Client"), "S": _("Server")}.get(side, _("Connection"))


def protection_words(protection: str, *, masked: bool) -> str:
    """A protection in words, "" where there is nothing to say."""
    words = {
        "readable": _("readable password"),
        "encoded": _("password in base64, which anyone can decode"),
        "token": _("readable token"),
        "hashed": _("password not sent, but it can be guessed from this"),
        "salted": _("password not sent, and slow to guess from this"),
        "protected": _("password inside TLS"),
        "hidden": _("nothing readable"),
        "unknown": _("login of an unknown kind"),
    }.get(protection, "")
    if words and masked and protection != "hidden":
        return _("{words}, masked here").format(words=words)
    return words


def plain_step(view: View, index: int, most: int = MOST_LINES) -> list[str]:
    """The lines that say step ``index + 1``."""
    texts = plain_lines(view, index, most)
    first = view.lines(index, 1)[0]
    note = protection_words(view.protection(index), masked=view.masked)
    hidden = view.session.inside_tls(view.session.event(index).span.layer)
    inside = _(" inside TLS") if hidden else ""
    tail = f" ({note})" if note else ""
    head = _("Step {step}. {who}{inside}: {text}{tail}").format(
        step=first.step, who=who(first.side), inside=inside, text=texts[0], tail=tail
    )
    return [head.rstrip(), *(f"    {text}".rstrip() for text in texts[1:])]


def plain_entry(entry: Entry, named: str = "") -> str:
    """One session in a sentence: number, protocol, who talks to whom, protection."""
    ends = _("{client} to {server}").format(client=entry.client, server=entry.server)
    words = (plain_words(named), protocol_of(entry), ends, security_words(entry))
    said = ", ".join(filter(None, words))
    return _("Session {number}: {words}.").format(number=entry.id, words=said)


def plain_words(text: str) -> str:
    """Words of ours without what a screen reader spells out: an arrow, a dot between two."""
    to = _("to")
    return text.replace(" → ", f" {to} ").replace(" · ", ", ")


def heard(line: str) -> str:
    """A line of the table of ``analyze``: words for its arrow, its mask, its ellipsis."""
    words = line.replace(" -> ", " → ").replace(MASK, _("[hidden]")).replace(" …", ", ...")
    return plain_words(words)


def plain_lines(view: View, index: int, most: int = MOST_LINES) -> list[str]:
    """The text of an event as it is to be heard: a mask is a word, a tab a blank."""
    ours = view.session.event(index).kind is Kind.RECORD  # not captured, but made of what was
    heard = [
        line.text.replace(MASK, _("[hidden]")).replace("␉", " ") for line in view.lines(index, most)
    ]
    return [plain_words(text) for text in heard] if ours else heard


def plain_explanation(explanation: Explanation) -> list[str]:
    """A text of the reference, wrapped: its headline, then what it says."""
    head = _("Why: {name}").format(name=explanation.name)
    stop = "" if head.endswith(("?", "!", ".")) else "."
    said = " ".join(explanation.say.replace("**", "").split())
    return textwrap.wrap(
        f"{head}{stop} {said}",
        _WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
    )


def certainty_word(certainty: Certainty) -> str:
    """How sure a verdict is."""
    return {
        Certainty.OBSERVED: _("observed"),
        Certainty.INFERRED: _("inferred"),
        Certainty.CANNOT_TELL: _("cannot tell"),
    }[certainty]
