"""A step in words, for ``--plain``: a screen reader says it line by line.

No marks, no box drawing, no escape sequence; who speaks, how it is protected and what it is stand
as words before the text.
"""

from __future__ import annotations

import textwrap

from tutor.base import MASK
from tutor.findings import Certainty
from tutor.lesson.reference import Explanation
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
    lines = view.lines(index, most)
    texts = [line.text.replace(MASK, _("[hidden]")) for line in lines]
    first = lines[0]
    note = protection_words(view.protection(index), masked=view.masked)
    hidden = view.session.inside_tls(view.session.event(index).span.layer)
    inside = _(" inside TLS") if hidden else ""
    tail = f" ({note})" if note else ""
    head = _("Step {step}. {who}{inside}: {text}{tail}").format(
        step=first.step, who=who(first.side), inside=inside, text=texts[0], tail=tail
    )
    return [head.rstrip(), *(f"    {text}".rstrip() for text in texts[1:])]


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
