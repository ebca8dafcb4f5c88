"""What does the server say next? The true line among lines that cannot stand there.

The outcome is never asked: whether a password was right is nothing one could predict. A wrong line
has another protocol's form, another command's tag, or a word or number that this command is never
answered with, whatever comes of it.
"""

from __future__ import annotations

import random

from tutor.base import MASK, SERVER, sanitise
from tutor.lesson.auto import auto_ask, auto_hint, auto_options
from tutor.lesson.practice.ground import Ground
from tutor.lesson.practice.model import Drill, Proof, Texts
from tutor.lesson.question import Option, Question
from tutor.protocols.events import Event, Kind
from tutor.words import _

MOST_WRONG = 3
_LONGEST = 60
_FEWEST = 3

_PLAIN_YES = frozenset({"CAPABILITY", "NOOP", "LOGOUT"})
"""Commands that are answered with OK, else BAD (RFC 9051 6.1)."""

_POP3_YES = frozenset({"STAT", "NOOP", "RSET"})
"""Commands whose only answer is +OK (RFC 1939 5)."""

_CODES = {
    "greeting": ("220",),
    "EHLO": ("250",),
    "HELO": ("250",),
    "LHLO": ("250",),
    "MAIL": ("250",),
    "RCPT": ("250", "251"),
    "DATA": ("354",),
    "message": ("250",),
    "BDAT": ("250",),
    "RSET": ("250",),
    "NOOP": ("250",),
    "QUIT": ("221",),
    "STARTTLS": ("220",),
    "AUTH": ("235", "334"),
}
"""Good replies to each command: RFC 5321 4.3.2, RFC 3030 2, RFC 3207 4, RFC 4954 4 and 6."""

_SPOKEN_OF = ("220", "221", "235", "250", "334", "354")

Wrong = dict[str, tuple[str, str]]


def places(ground: Ground) -> list[int]:
    """Events before which the next line is determined as to its form."""
    found = list(ground.answered)
    greeting = ground.greeting()
    if ground.session.protocol == "imap":
        alone = frozenset(ground.answered.values())
        found += [index for index in range(1, ground.count) if _goes_on(ground, index, alone)]
    return sorted(found if greeting is None else [*found, greeting])


def _goes_on(ground: Ground, index: int, alone: frozenset[int]) -> bool:
    """A continuation right behind the only command that is under way."""
    event = ground.session.outline(index)
    if event.kind is not Kind.CONTINUATION or event.anomalies or event.about == "IDLE":
        return False
    before = ground.session.outline(index - 1)
    return before.kind is Kind.COMMAND and index - 1 in alone and not before.anomalies


def make(ground: Ground, index: int, texts: Texts, rng: random.Random) -> Drill | None:
    """The question before an event; None where its true line cannot be shown as it is."""
    session = ground.session
    event = session.event(index)
    real = texts.line(index)
    if MASK in real or event.span.direction is not SERVER or not _usual(session.protocol, event):
        return None
    real = real if len(real) <= _LONGEST else f"{real[: _LONGEST - 3]}..."
    if session.protocol == "imap" and " " not in real.rstrip() and event.kind is Kind.REPLY:
        return None
    options, reasons = auto_options(session, index, real)
    if session.protocol == "smtp" and real[:3] in _SPOKEN_OF:
        reasons["right"] = _("250 says: done.") if real[:3] == "250" else _code(real[:3])
    wrong = {o.key: (sanitise(o.text), reasons[o.key]) for o in options[1:]}
    wrong.pop("other-code", None)  # which code is wrong hangs on the command: see below
    if "other-tag" in wrong and wrong["other-tag"][0].partition(" ")[0] in ground.tags:
        del wrong["other-tag"]
    wrong |= _more(ground, index, texts, event, real)
    names = [key for key, (text, _why) in wrong.items() if text != real]
    rng.shuffle(names)
    chosen: list[Option] = [options[0]]
    for key in names:
        if len(chosen) <= MOST_WRONG and wrong[key][0] not in {o.text for o in chosen}:
            chosen.append(Option(key, wrong[key][0], line=True))
    if len(chosen) < _FEWEST:
        return None
    rng.shuffle(chosen)
    asked = ground.answered.get(index)
    spans = (event.span,) if asked is None else (event.span, session.event(asked).span)
    kept = {o.key: reasons[o.key] if o.key in reasons else wrong[o.key][1] for o in chosen}
    name = f"{session.id}-predict-{index + 1}"
    question = Question(
        name,
        "choice",
        sanitise(auto_ask(session.protocol, event)),
        tuple(chosen),
        options[0],
        kept,
        hint=auto_hint(session.protocol),
    )
    proof = Proof(session.id, index, spans)
    return Drill(question, "predict", proof, index, after=index + 1)


def _usual(protocol: str, event: Event) -> bool:
    """Whether the line is what such a command is answered with: some servers do otherwise."""
    if protocol != "smtp" or event.name[:1] not in "23":
        return True
    about = "greeting" if event.kind is Kind.GREETING else event.about
    return about not in _CODES or event.name in _CODES[about]


# what else cannot stand there


def _more(ground: Ground, index: int, texts: Texts, event: Event, real: str) -> Wrong:
    if event.kind is Kind.CONTINUATION:
        return {}
    if ground.session.protocol == "imap":
        return {} if event.kind is Kind.GREETING else _imap(ground, index, texts, event, real)
    return _pop3(event, real) if ground.session.protocol == "pop3" else _smtp(event, real)


def _imap(ground: Ground, index: int, texts: Texts, event: Event, real: str) -> Wrong:
    tag, _blank, rest = real.partition(" ")
    status, _blank, text = rest.partition(" ")
    found: Wrong = {"plus": (f"+ {text}".strip(), _("A plus asks for more. It ends no command."))}
    earlier = [at for at in ground.commands if at < ground.by_tag[index]]
    old = texts.line(earlier[-1]).partition(" ")[0] if earlier else ""
    if old and old != tag and MASK not in old:
        reason = _("This tag belongs to an earlier command, which has had its answer.")
        found["earlier-tag"] = (f"{old} {rest}", reason)
    if status == "OK" and event.about in _PLAIN_YES:
        reason = _("{command} is answered with OK. It has nothing that could be refused with NO.")
        found["no"] = (f"{tag} NO {text}".strip(), reason.format(command=event.about))
    if event.about == "LOGOUT":
        reason = _("BYE always comes behind a star. It ends the connection, not the command.")
        found["bye"] = (f"{tag} BYE {text}".strip(), reason)
    return found


def _pop3(event: Event, real: str) -> Wrong:
    status, _blank, text = real.partition(" ")
    found: Wrong = {}
    if event.kind is Kind.REPLY and event.about != "AUTH":
        reason = _("In POP3 a plus alone asks for more of a login. This is no login of that kind.")
        found["plus"] = (f"+ {text}".strip(), reason)
    if status == "+OK" and event.about in _POP3_YES and event.state == "TRANSACTION":
        reason = _("{command} has only one answer: +OK.").format(command=event.about)
        found["err"] = (f"-ERR {text}".strip(), reason)
    return found


def _smtp(event: Event, real: str) -> Wrong:
    good = _CODES.get("greeting" if event.kind is Kind.GREETING else event.about, ())
    if real[:3] not in good:
        return {}
    # all but the number stays: nothing else must tell which one came
    return {
        f"code-{code}": (f"{code}{real[3:]}", _code(code))
        for code in _SPOKEN_OF
        if code not in good
    }


def _code(code: str) -> str:
    """What a reply code says (RFC 5321 4.2.3, RFC 4954 6)."""
    return {
        "220": _("220 greets, or says that TLS may begin."),
        "221": _("221 says that the server closes the connection. It answers QUIT."),
        "235": _("235 says that a login was accepted. It answers AUTH."),
        "250": _("250 says: done. It does not fit here."),
        "334": _("334 asks for the next line of a login. It answers AUTH."),
        "354": _("354 says: send the message now. It answers DATA."),
    }[code]
