"""Each answer once more, from the bytes alone: what it must be, without our observers."""

from __future__ import annotations

import base64
import re

from tests.lesson.practice.talk import Talk, streams, talk
from tutor.base import MASK, SERVER
from tutor.lesson.practice import Drill
from tutor.session import Session

GOOD = {
    "greeting": {"220"},
    **{
        verb: {"250"}
        for verb in ("EHLO", "HELO", "LHLO", "MAIL", "RSET", "NOOP", "message", "BDAT")
    },
    "RCPT": {"250", "251"},
    "DATA": {"354"},
    "QUIT": {"221"},
    "STARTTLS": {"220"},
    "AUTH": {"235", "334"},
}
"""RFC 5321 4.3.2, RFC 3207 4, RFC 4954 4, RFC 3030 2."""

ORDER = {
    "asks-tls": ("STARTTLS", "STLS"),
    "logs-in": ("LOGIN", "AUTHENTICATE", "PASS", "APOP", "AUTH"),
    "names": ("USER",),
    "opens": ("SELECT", "EXAMINE"),
    "reads": ("FETCH", "UID FETCH", "RETR"),
    "counts": ("STAT",),
    "deletes": ("DELE",),
    "from": ("MAIL",),
    "to": ("RCPT",),
    "sends": ("DATA",),
    "leaves": ("LOGOUT", "QUIT"),
}


def check(session: Session, drill: Drill) -> None:
    """Raise where the answer is not what the bytes say, or a wrong option could be right."""
    question = drill.question
    keys = [option.key for option in question.options]
    texts = [option.text for option in question.options]
    assert len(set(keys)) == len(keys)
    assert len(set(texts)) == len(texts)
    assert question.ask
    assert question.takes(question.answer.key if keys else question.answer.text)
    assert question.right(question.answer.key if keys else question.answer.text)
    if question.kind in ("choice", "point", "sort"):
        wrong = set(keys) - set(question.answer.key.split(","))
        assert all(question.reasons.get(key) for key in wrong)
    _CHECKS[drill.sort](session, drill)


def of_layer(session: Session, layer: int) -> Talk:
    # only the first layer with words in it has a greeting
    sealed = session.layers[layer].kind == "tls"
    return talk(session, layer, greets=not (sealed and session.security == "starttls"))


def raw(session: Session, drill: Drill, number: int = 0) -> bytes:
    return session.data(drill.proof.spans[number])


def line_of(session: Session, drill: Drill) -> bytes:
    return session.data(session.event(drill.proof.index).span).split(b"\n", 1)[0].rstrip(b"\r")


# predictions


def predict(session: Session, drill: Drill) -> None:
    span = drill.proof.spans[0]
    assert span.direction is SERVER
    assert drill.proof.index >= drill.upto, "the answer is on the screen"
    said = of_layer(session, span.layer)
    pair = said.answer(span.start)
    real = pair.line.split(b"\r\n", 1)[0].decode("utf-8", "replace")
    right = drill.question.answer.text
    assert real.startswith(right.removesuffix("...")) or not right.isascii(), (real, right)
    if len(drill.proof.spans) > 1:
        asked = drill.proof.spans[1]
        assert pair.command == asked.start
        # nothing else was under way: the next command came after this reply
        later = [at for at, _verb, _line in said.commands if at > asked.start]
        if later and pair.verb != "message":
            carried = session.packets_of(asked._replace(start=later[0], end=later[0] + 1))
            answered = session.packets_of(span)
            assert carried[0] >= answered[0], "pipelined"
    for option in drill.question.options:
        if option is not drill.question.answer:
            assert not may_stand(session.protocol, pair.verb, real, option.text), option


def may_stand(protocol: str, verb: str, real: str, line: str) -> bool:
    """Whether a line could stand where ``real`` stands, as the RFCs have it."""
    word = line.partition(" ")[0]
    if protocol == "pop3":
        only_yes = verb in ("STAT", "NOOP", "RSET") and real.startswith("+OK")
        return (
            word == "+OK" or (word == "-ERR" and not only_yes) or (word == "+" and verb == "AUTH")
        )
    if protocol == "smtp":
        if not re.match(r"\d{3}([ -]|$)", line):
            return False
        assert real[:1] in "23", "an outcome is called wrong"
        assert verb in GOOD, "a code is called wrong without a ground"
        return line[:3] in GOOD[verb] or line[0] in "45"
    if verb == "greeting":
        return word == "*"
    if verb == "continuation":
        return word == "+"
    if word != real.partition(" ")[0]:
        return False
    status = line.split(" ")[1]
    assert real.split(" ")[1] == "OK", "an outcome is called wrong"
    return not (
        (status == "NO" and verb in ("CAPABILITY", "NOOP", "LOGOUT"))
        or (status == "BYE" and verb == "LOGOUT")
    )


def answers(session: Session, drill: Drill) -> None:
    reply, asked = drill.proof.spans
    said = of_layer(session, reply.layer)
    pair = said.answer(reply.start)
    assert pair.command == asked.start
    # the reply may have come in another layer's words than older commands: same layer only
    lines = [line for _at, _verb, line in said.commands]
    right = drill.question.answer.text.removesuffix("...").partition(MASK)[0]
    sent = next(line for at, _verb, line in said.commands if at == asked.start)
    assert sent.startswith(right.encode())
    if session.protocol == "imap":
        tag = pair.line.split(b" ")[0]
        assert sum(line.startswith(tag + b" ") for line in lines) == 1
        for option in drill.question.options:
            own = option.text.split(" ")[0] == tag.decode()
            assert own is (option is drill.question.answer)
    else:
        assert pair.verb != "message"


# parts


def _first(pattern: bytes, line: bytes) -> list[bytes]:
    match = re.match(pattern, line, re.IGNORECASE | re.DOTALL)
    return [group for group in match.groups() if group is not None] if match else []


def point(session: Session, drill: Drill) -> None:
    line = line_of(session, drill)
    server = drill.proof.spans[0].direction is SERVER
    role = drill.question.answer.role
    found = _PARTS[session.protocol, server][role]
    assert _first(found, line)[:1] == [raw(session, drill)], (role, line, raw(session, drill))
    assert [o.role for o in drill.question.options].count(role) == 1
    shown = drill.question.answer.text
    assert shown == MASK if role in ("password", "response") else shown.isprintable()
    assert drill.upto == drill.proof.index + 1


_PARTS: dict[tuple[str, bool], dict[str, bytes]] = {
    ("imap", False): {
        "tag": rb"(\S+) ",
        "verb": rb"\S+ ((?:UID )?\S+)",
        "user": rb'\S+ (?:AUTHENTICATE )?LOGIN "?([^" ]+)"?(?: |$)',
        "password": rb'\S+ LOGIN \S+ "?(.*?)"?$',
        "mailbox": rb"\S+ (?:SELECT|EXAMINE|CREATE|DELETE|SUBSCRIBE|UNSUBSCRIBE|STATUS|APPEND)"
        rb' (?:"([^"]*)"|([^ ]+))',
        "sequence": rb"\S+ (?:FETCH|STORE|COPY|MOVE|SEARCH|SORT) ([0-9:,*]+)",
        "literal-size": rb".*(\{\d+\+?\})$",
        "mechanism": rb"\S+ (?:AUTHENTICATE|COMPRESS) (\S+)",
    },
    ("imap", True): {
        "tag": rb"(\S+) ",
        "status": rb"\S+ (OK|NO|BAD|BYE|PREAUTH)",
        "text": rb"\S+ \S+ (?:\[[^\]]*\] )?(.*)$",
    },
    ("pop3", False): {
        "sequence": rb"(?:RETR|DELE|TOP|LIST|UIDL) (\d+)",
        "count": rb"TOP \d+ (\d+)",
        "mechanism": rb"AUTH (\S+)",
    },
    ("pop3", True): {
        "status": rb"(\+OK|-ERR)",
        "count": rb"\+OK (\d+) \d+",
        "sequence": rb"\+OK (\d+) \S+",
        "size": rb"\+OK \d+ (\d+)",
    },
    ("smtp", False): {
        "sender": rb"MAIL FROM: ?<([^>]*)>",
        "recipient": rb"RCPT TO: ?<([^>]*)>",
        "mechanism": rb"(?:AUTH|X-EXPS) (\S+)",
        "parameter": rb"(?:MAIL FROM|RCPT TO): ?<[^>]*> (\S+)$",
    },
    ("smtp", True): {"code": rb"(\d{3})"},
}


def decode(session: Session, drill: Drill) -> None:
    data = raw(session, drill)
    plain = base64.b64decode(data, validate=True)
    fields = plain.split(b"\0")
    answer = drill.question.answer.text.encode()
    shown = re.search(r"(\S+?)(•*)\?$", drill.question.ask)
    assert shown is not None
    if len(fields) == 3:
        assert answer == fields[1] or (not shown[2] and answer == fields[2])
    else:
        assert answer == plain
    assert data.decode().startswith(shown[1])
    if shown[2]:
        bits = len(shown[1]) * 6
        assert bits <= (len(plain) - len(fields[2])) * 8, "a bit of the password is shown"


# whole sessions


def protects(session: Session, drill: Drill) -> None:
    client, server = streams(session, 0)
    answer = drill.question.answer.key
    if client[:1] in (b"\x16", b"\x80"):
        assert answer == "tls"
        return
    asks = re.search(rb"(?m)^(\S+ )?(STARTTLS|STLS)\r?\n(\x16\x03)", client, re.IGNORECASE)
    says = re.search(rb"(?m)^(\S+ OK|\+OK|220)[^\n]*\r?\n\x16\x03", server)
    assert answer == ("starttls" if asks and says else "plaintext")
    if answer == "plaintext":
        assert not re.search(rb"(?m)^\x16\x03", client)


def eve(session: Session, drill: Drill) -> None:
    both = streams(session, 0)
    starts = [re.search(rb"(?m)^(?:\x16\x03|\x80.\x01)", data) for data in both]
    clear = [data[: at.start()] if at else data for data, at in zip(both, starts, strict=True)]
    shut = [data[at.start() :] if at else b"" for data, at in zip(both, starts, strict=True)]
    text = clear[0] + b"\n" + clear[1]
    opens = session.security != "tls" and session.protocol != "tls"
    verbs = {verb for _at, verb, _line in of_layer(session, 0).commands} if opens else set()
    known = drill.question.answer.key.split(",")
    traces = {
        "address": True,
        "time": True,
        "username": bool(verbs & {"LOGIN", "AUTHENTICATE", "AUTH", "USER", "APOP"}),
        "password": bool(verbs & {"LOGIN", "AUTHENTICATE", "AUTH", "PASS"}),
        "sender": bool(re.search(rb"(?i)from|envelope", text)),
        "recipient": bool(re.search(rb"(?i)rcpt|to:|envelope|cc:", text)),
        "subject": bool(re.search(rb"(?i)subject|envelope", text)),
        "message": bool(verbs & {"DATA", "BDAT", "RETR", "TOP", "FETCH", "UID FETCH", "APPEND"}),
        "mailbox": session.protocol == "imap"
        and bool(verbs & {"SELECT", "EXAMINE", "LIST", "STATUS", "APPEND", "CREATE"}),
        "server-name": bool(re.search(rb"\x00\x00..\x00..\x00.[ -~]", shut[0], re.DOTALL)),
        "certificate": b"\x30\x82" in shut[1] and b"\x55\x04" in shut[1],
    }
    for option in drill.question.options:
        assert traces[option.key] is (option.key in known), option.key


def order(session: Session, drill: Drill) -> None:
    places: list[tuple[int, int, str]] = []
    for layer in range(len(session.layers)):
        sealed = session.layers[layer].kind == "tls"
        if layer and not sealed:
            continue
        if layer == 0 and session.security == "tls":
            continue
        said = of_layer(session, layer)
        places += [(layer, at, verb) for at, verb, _line in said.commands]
    ends = (-1, -1)
    for key in drill.question.answer.key.split(","):
        if key == "greets":
            assert ends == (-1, -1)
            continue
        fits = [(layer, at) for layer, at, verb in places if verb in ORDER[key]]
        assert fits
        assert fits[0] > ends, key
        ends = fits[-1]
    assert drill.upto == 0


_CHECKS = {
    "predict": predict,
    "point": point,
    "answers": answers,
    "decode": decode,
    "protects": protects,
    "eve": eve,
    "order": order,
}
