"""Questions about a server's line that make themselves: what it is mistaken for, and why not.

The other protocols' words for the same thing, the untagged form, a wrong tag, a wrong code. Only
the *form* is varied, never the outcome: whether a password was right is nothing one could predict.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tutor.lesson.question import Option
from tutor.protocols.events import Event, Kind
from tutor.session import Session
from tutor.words import _

RIGHT = "right"
MOST_OPTIONS = 5


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


def auto_ask(protocol: str, event: Event) -> str:
    """What is asked before a reply: its form."""
    if event.kind is Kind.GREETING:
        return _("The connection is open. How does the server greet?")
    if event.kind is Kind.CONTINUATION:
        return _("The server wants the rest. How does it say so?")
    if protocol == "imap":
        command = f"{event.tag} {event.about}".strip()
        return _("Which line ends {command}?").format(command=command)
    if event.about == "message":
        return _("The message has been sent. Which form has the server's answer?")
    return _("Which form has the server's answer to {command}?").format(command=event.about)


def auto_hint(protocol: str) -> str:
    """Help with the form of a reply that gives no answer away; "" for another protocol."""
    return {
        # RFC 9051 2.2.2, RFC 1939 3, RFC 5321 4.2.1
        "imap": _("A line of an IMAP server begins with a tag, a star or a plus. Which fits here?"),
        "pop3": _("POP3 has one word for yes and one for no. It has no tags and no numbers."),
        "smtp": _("SMTP answers with three digits. The first says: 2 yes, 3 go on, 4 or 5 no."),
    }.get(protocol, "")


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
        "pop3": _("In POP3, the line that answers a command begins with +OK or -ERR."),
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
        # neither the hyphen of a reply with more lines nor an enhanced code may tell the right one
        code = f"{other[event.name]}{real[3:4] or ' '}"
        wrong["other-code"] = (f"{code}{real[4:]}".strip(), _reason("other-code"))
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
