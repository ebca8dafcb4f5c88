"""Two-sided talk in the shape of the wire, for properties.

Random bytes alone miss half of planted mistakes, because they hardly ever get past the first
byte of a line. So a talk here is made of scenes: a client's command and a server's answer, with
literals, SASL lines, IDLE, STARTTLS; and scenes that are wrong in the ways of real captures:
mistyped, unasked, out of order, cut short. Then noise is put in.
"""

from __future__ import annotations

import base64
from typing import TypeAlias

from hypothesis import strategies as st

from tutor.base import CLIENT, SERVER, Direction

Run: TypeAlias = tuple[Direction, bytes | int]
Talk: TypeAlias = list[Run]

ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\r\n", b"\n"])
TAGS = st.sampled_from([b"a1", b"a2", b"A003", b".", b"x-7", b"a1"])
WORDS = st.sampled_from(
    [b"alice", b"INBOX", b"s3cret", b"a(b", b'p"q', b"%", b"*", b"1:*", b"4", b"~"]
)
HELLO = b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + bytes(range(36))
"""The beginning of a ClientHello: the first bytes that are no text any more."""

NOISE = st.sampled_from(
    b'\r|\n|\r\n|\0|"|\\|(|)|{3}|{3}\r\n|{3+}\r\n|+ |* | |\xff|\xc3\xa9|~{0}\r\n|.|\x16'
    b"|{99999999999999999999}\r\n|a1 OK x\r\n|DONE\r\n|*\r\n|* BYE\r\n|BODY[|]|<0>|[|NIL".split(
        b"|"
    )
)
MESSAGES = st.sampled_from(
    [
        b"",
        b"\r\n",
        b"Subject: hi\r\n\r\nbody\r\n",
        b"From: a@example.org\r\nTo: b@example.net\r\nSubject: =?utf-8?q?=C3=A9?=\r\n\r\n.\r\n",
        b"no header at all",
        b"Subject: hi\n\na1 LOGIN mallory trick\r\n* BYE\r\n+ x\r\n{5}\r\n",
        b"\x16\x03\x01\x00\x05\x01hello",
        b"X: " + b"y" * 300 + b"\r\n\r\n" + bytes(range(256)),
    ]
)


def line(direction: Direction, text: bytes, end: bytes = b"\r\n") -> Run:
    """One line as a run."""
    return direction, text + end


@st.composite
def astring(draw: st.DrawFn, value: bytes | None = None) -> tuple[bytes, bytes | None]:
    """A value as atom, quoted or literal: what stands in the line, and the literal's bytes."""
    text = draw(WORDS) if value is None else value
    how = draw(st.sampled_from(["atom", "quoted", "literal", "literal+", "literal8"]))
    if how == "quoted":
        return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"', None
    if how == "literal":
        return b"{%d}" % len(text), text
    if how == "literal+":
        return b"{%d+}" % len(text), text
    if how == "literal8":
        return b"~{%d}" % len(text), text
    return text, None


@st.composite
def imap_command(draw: st.DrawFn, tag: bytes, verb: bytes, values: list[bytes | None]) -> Talk:
    """A command with its values; where a literal makes the client wait, the server says ``+``."""
    talk: Talk = []
    text = tag + b" " + verb
    for value in values:
        shown, literal = draw(astring(value))
        text += b" " + shown
        if literal is None:
            continue
        talk.append(line(CLIENT, text))
        if not shown.endswith(b"+}") and draw(st.integers(0, 9)):
            talk.append(line(SERVER, b"+ go on"))
        text = literal
    talk.append(line(CLIENT, text, draw(ENDS)))
    return talk


@st.composite
def imap_answer(draw: st.DrawFn, tag: bytes) -> Talk:
    """A tagged answer, right or wrong, or none."""
    status = draw(st.sampled_from([b"OK", b"OK", b"OK", b"NO", b"BAD", b"ok", b"BYE"]))
    code = draw(
        st.sampled_from(
            b"||[CAPABILITY IMAP4rev1 STARTTLS] |[ALERT] |[READ-WRITE] |[UIDNEXT 4] "
            b"|[COPYUID 1 2:3 4:5] |[X|[] |[BADCHARSET (a b)] ".split(b"|")
        )
    )
    talk = [line(SERVER, tag + b" " + status + b" " + code + b"done {5}", draw(ENDS))]
    return talk if draw(st.integers(0, 9)) else []


@st.composite
def _simple(draw: st.DrawFn) -> Talk:
    tag = draw(TAGS)
    verb = draw(
        st.sampled_from(
            b"NOOP|capability|LOGIN|SELECT|LIST|UID FETCH|FETCH|STATUS|SEARCH|STORE|LOGOUT|Xyz|COPY"
            b"|ID|ENABLE|uid  search|CLOSE|COMPRESS|UNAUTHENTICATE|RENAME|SETACL|UID".split(b"|")
        )
    )
    values: list[bytes | None] = [None] * draw(st.integers(0, 3))
    return draw(imap_command(tag, verb, values)) + draw(imap_answer(tag))


@st.composite
def _append(draw: st.DrawFn) -> Talk:
    tag = draw(TAGS)
    content = draw(MESSAGES)
    plus = draw(st.sampled_from([b"", b"+"]))
    head = tag + b" APPEND Sent (\\Seen) {%d%s}" % (len(content), plus)
    talk = [line(CLIENT, head)]
    if not plus:
        talk.append(line(SERVER, b"+ Ready"))
    return [*talk, line(CLIENT, content), *draw(imap_answer(tag))]


@st.composite
def _authenticate(draw: st.DrawFn) -> Talk:
    tag = draw(TAGS)
    mechanism = draw(
        st.sampled_from([b"PLAIN", b"LOGIN", b"CRAM-MD5", b"SCRAM-SHA-256", b"XOAUTH2", b"X", b""])
    )
    first = draw(st.sampled_from([b"", b"", b" =", b" AGFsaWNlAHMzY3JldA==", b" no base64!"]))
    talk = [line(CLIENT, tag + b" AUTHENTICATE " + mechanism + first)]
    for _ in range(draw(st.integers(0, 3))):
        challenge = draw(st.sampled_from([b"+", b"+ ", b"+ VXNlcm5hbWU6", b"+ <1@x>"]))
        talk.append(line(SERVER, challenge))
        answer = draw(
            st.sampled_from(
                [
                    *(b"", b"*", b"QUIT", b"a1 NOOP", b"=", base64.b64encode(b"alice")),
                    *(base64.b64encode(b"\0alice\0s3cret"), base64.b64encode(b"alice 0123abcd")),
                ]
            )
        )
        talk.append(line(CLIENT, answer, draw(ENDS)))
    return talk + draw(imap_answer(tag))


@st.composite
def _idle(draw: st.DrawFn) -> Talk:
    tag = draw(TAGS)
    talk = [line(CLIENT, tag + b" IDLE"), line(SERVER, b"+ idling")]
    for news in draw(st.lists(_untagged(), max_size=2)):
        talk += news
    talk.append(line(CLIENT, draw(st.sampled_from([b"DONE", b"done", b"a9 NOOP", b""]))))
    return talk + draw(imap_answer(tag))


@st.composite
def _untagged(draw: st.DrawFn) -> Talk:
    content = draw(MESSAGES)
    size = b"{%d}\r\n" % len(content)
    data = draw(
        st.sampled_from(
            [
                b"* 3 EXISTS",
                b"* CAPABILITY IMAP4rev1 AUTH=PLAIN",
                b"* OK [UIDVALIDITY 7] fine {4}",
                b"* FLAGS (\\Seen \\*)",
                b'* LIST (\\HasNoChildren) "/" "Entw&APw-rfe"',
                b"* LIST () NIL " + size + content,
                b"* STATUS INBOX (MESSAGES 2 UNSEEN 1)",
                b"* SEARCH 1 2 3",
                b"* 1 FETCH (FLAGS (\\Seen) UID 4 BODY[] " + size + content + b")",
                b"* 1 FETCH (BODY[HEADER] "
                + size
                + content
                + b" BODY[TEXT] "
                + size
                + content
                + b")",
                b"* 1 FETCH (BODY[]<5> " + size + content + b" RFC822.SIZE 9)",
                b'* 1 FETCH (ENVELOPE ("d" "s" (("n" NIL "m" "h")) NIL NIL ((NIL NIL "b" "c"))))',
                b"* 1 FETCH (RFC822 "
                + size
                + content
                + b" ENVELOPE (NIL "
                + size
                + content
                + b"))",
                b'* ID ("name" "Dovecot" "version" NIL)',
                b"* BYE bye",
                b"* WHATEVER (x",
                b"*",
                b"no such line",
                b"+ out of the blue",
            ]
        )
    )
    return [line(SERVER, data, draw(ENDS))]


@st.composite
def _starttls(draw: st.DrawFn) -> Talk:
    tag = draw(TAGS)
    talk = [line(CLIENT, tag + b" STARTTLS")]
    if draw(st.integers(0, 4)) == 0:
        talk.append(line(CLIENT, b"x9 LOGIN alice s3cret"))
    talk += draw(imap_answer(tag))
    if draw(st.booleans()):
        talk += [(CLIENT, HELLO), (SERVER, HELLO.replace(b"\x01\x00\x00", b"\x02\x00\x00"))]
    return talk


@st.composite
def _junk(draw: st.DrawFn) -> Talk:
    direction = draw(st.sampled_from([CLIENT, SERVER]))
    text = draw(st.one_of(st.binary(max_size=12), st.lists(NOISE, max_size=4).map(b"".join)))
    return [line(direction, text, draw(ENDS))] if text else []


def _imap_scenes() -> st.SearchStrategy[Talk]:
    return st.one_of(
        _simple(), _simple(), _append(), _authenticate(), _idle(), _untagged(), _starttls(), _junk()
    )


_GREETINGS: list[Talk] = [
    [line(SERVER, b"* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.")],
    [line(SERVER, b"* PREAUTH hello")],
    [line(SERVER, b"* BYE too busy")],
    [],
]


@st.composite
def imap_talk(draw: st.DrawFn) -> Talk:
    """A whole IMAP conversation: greeting, scenes, noise, perhaps one side only."""
    talk = list(draw(st.sampled_from(_GREETINGS)))
    for scene in draw(st.lists(_imap_scenes(), min_size=1, max_size=7)):
        talk += scene
    talk = draw(noisy(talk))
    return draw(one_sided(talk))


# -- what can be done to any talk ---------------------------------------------------------------


@st.composite
def noisy(draw: st.DrawFn, talk: Talk) -> Talk:
    """Put noise into some runs, and let some neighbours change places."""
    out = list(talk)
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        at = draw(st.integers(0, max(0, len(out) - 1)))
        if not out or isinstance(out[at][1], int):
            continue
        direction, data = out[at]
        assert isinstance(data, bytes)
        cut = draw(st.integers(0, len(data)))
        skip = draw(st.sampled_from([0, 0, 1, 3]))
        out[at] = (direction, data[:cut] + draw(NOISE) + data[cut + skip :])
        if at and draw(st.booleans()):
            out[at - 1], out[at] = out[at], out[at - 1]
    return out


@st.composite
def one_sided(draw: st.DrawFn, talk: Talk) -> Talk:
    """Now and then a capture holds one direction only."""
    side = draw(st.sampled_from([None] * 8 + [CLIENT, SERVER]))
    return talk if side is None else [run for run in talk if run[0] is side]


@st.composite
def cut(draw: st.DrawFn, talk: Talk) -> Talk:
    """The same bytes in the same order, in other pieces."""
    out: Talk = []
    for direction, data in talk:
        if isinstance(data, int):
            out.append((direction, data))
            continue
        places = draw(st.lists(st.integers(0, len(data)), max_size=4).map(sorted))
        for start, end in zip([0, *places], [*places, len(data)], strict=True):
            out.append((direction, data[start:end]))
    return out


@st.composite
def gappy(draw: st.DrawFn, talk: Talk) -> Talk:
    """The same talk, of which one to three ranges were not captured."""
    out = list(talk)
    for _ in range(draw(st.integers(1, 3))):
        places = [i for i, (_, data) in enumerate(out) if isinstance(data, bytes) and data]
        if not places:
            break
        at = draw(st.sampled_from(places))
        direction, data = out[at]
        assert isinstance(data, bytes)
        start = draw(st.integers(0, len(data) - 1))
        end = draw(st.integers(start + 1, len(data)))
        pieces: Talk = [
            (direction, data[:start]),
            (direction, end - start),
            (direction, data[end:]),
        ]
        out[at : at + 1] = [piece for piece in pieces if piece[1]]
    return out
