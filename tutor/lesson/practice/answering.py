"""Which command does this reply answer?"""

from __future__ import annotations

import random

from tutor.base import MASK
from tutor.lesson.practice.ground import Ground
from tutor.lesson.practice.model import Drill, Proof, Texts
from tutor.lesson.question import Option, Question
from tutor.protocols.events import Kind
from tutor.words import _

MOST_OPTIONS = 4
_FEWEST = 3
_LONGEST = 60
_LOOKED_AT = 16
"""Commands among which other options are looked for."""


def places(ground: Ground) -> list[int]:
    """Replies whose command is determined."""
    session = ground.session
    if session.protocol == "imap":
        return [i for i, at in ground.by_tag.items() if ground.tags[session.outline(at).tag] == 1]
    plain = ground.answered.items()
    return [i for i, at in plain if session.outline(at).kind is Kind.COMMAND]


def make(ground: Ground, index: int, texts: Texts, rng: random.Random) -> Drill | None:
    """The question about a reply; None where too few commands came before it."""
    session = ground.session
    imap = session.protocol == "imap"
    asked = ground.by_tag[index] if imap else ground.answered[index]
    right = _line(texts, asked)
    reply = texts.line(index)
    if not right or not reply or (MASK in right and imap and not _tag(right)):
        return None
    others = [at for at in ground.commands if at < index and at != asked]
    chosen = {right: asked}
    for at in rng.sample(others, min(len(others), _LOOKED_AT)):
        line = _line(texts, at)
        if line and len(chosen) < MOST_OPTIONS and not session.outline(at).anomalies:
            chosen.setdefault(line, at)
    if len(chosen) < _FEWEST:
        return None
    options = [Option(f"step-{at + 1}", text, line=True) for text, at in chosen.items()]
    answer = options[0]
    rng.shuffle(options)
    why = (
        _("A reply repeats the tag of its command. This command has another tag.")
        if imap
        else _("Each reply answers the oldest command that has none yet. This one had its reply.")
    )
    reasons = {option.key: why for option in options if option is not answer}
    hint = _("Look at the tag.") if imap else _("Replies come in the order of the commands.")
    question = Question(
        f"{session.id}-answers-{index + 1}",
        "choice",
        _("Which command does this line answer: {line}").format(line=reply[:_LONGEST]),
        tuple(options),
        answer,
        reasons,
        hint=hint,
    )
    spans = (session.event(index).span, session.event(asked).span)
    # the conversation would tell: it is shown once the answer is given
    upto = 0 if imap else index + 1
    proof = Proof(session.id, index, spans)
    return Drill(question, "answers", proof, upto, index if upto else None, index + 1)


def _line(texts: Texts, index: int) -> str:
    text = texts.line(index)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _tag(line: str) -> str:
    tag = line.partition(" ")[0]
    return "" if MASK in tag else tag
