"""The mask on every mechanism: what a server, a message or a mistyped line says of the secret."""

from __future__ import annotations

import base64
import json

import pytest

from tests.dialogue import play
from tests.logins import LOGINS, PROTOCOLS, Login, Turn, b64, carry, lines
from tests.render.test_mask import hexes
from tutor.base import SERVER
from tutor.render import View
from tutor.render.json_report import dump, session_report
from tutor.render.plain import plain_step
from tutor.session import Eye, Session


def everything(session: Session) -> str:
    """All that is shown of a session while it is masked."""
    out = [dump(session_report(session))]
    for eye in Eye:
        view = View(session, eye=eye)
        for index in range(len(session)):
            out += [line.text for line in view.lines(index)]
            out += [*plain_step(view, index), hexes(view, index)]
    return "\n".join(out)


def needles(text: bytes) -> set[str]:
    """What of a secret may nowhere be seen."""
    found = {text.decode("latin-1"), text.hex(), base64.b64encode(text).decode().rstrip("=")}
    return {needle for needle in found if len(needle) > 4}


def echo(protocol: str, text: bytes) -> list[Turn]:
    """A server that says it all again."""
    head = {"imap": b"* NO you sent ", "pop3": b"-ERR you sent ", "smtp": b"550 you sent "}[
        protocol
    ]
    said = (text, b64(text), text.hex().encode(), json.dumps(text.decode("latin-1")).encode())
    plain = (b" ".join(part.splitlines()) for part in said)
    return [(SERVER, head + part.replace(b"\0", b" ") + b"\r\n") for part in plain]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "login", [row for row in LOGINS if row.expected and row.expected[2]], ids=lambda row: row.label
)
def test_no_secret_is_shown_though_the_server_echoes_it(protocol: str, login: Login) -> None:
    assert login.expected is not None
    secret = login.expected[2].encode()
    turns = [*carry(protocol, login, along=False), *echo(protocol, secret)]
    shown = everything(play(PROTOCOLS[protocol], lines(turns)))
    for needle in needles(secret):
        assert needle not in shown, needle
    for response in login.client:
        if response and response != b"alice" and secret in response:
            assert b64(response).decode() not in shown


MISTYPED = {
    "imap": [
        b"a LOGNI alice swordfish\r\n",
        b"login alice swordfish\r\n",
        b"a AUTHENTICATE PLIAN AGFsaWNlAHN3b3JkZmlzaA==\r\n",
        b"swordfish\r\n",
        b"a swordfish\r\n",
        b"a LOGIN alice swordfish swordfish\r\n",
        b'a LOGIN alice "swordfish\r\n',
    ],
    "pop3": [
        b"PASSW swordfish\r\n",
        b"USER alice swordfish\r\n",
        b"PAS swordfish\r\n",
        b"PASSswordfish\r\n",
        b"swordfish\r\n",
        b"PASS swordfish\r\n",
        b"AUTH PLIAN AGFsaWNlAHN3b3JkZmlzaA==\r\n",
        b"LOGIN alice swordfish\r\n",
    ],
    "smtp": [
        b"AUTH=PLAIN AGFsaWNlAHN3b3JkZmlzaA==\r\n",
        b"AUHT PLAIN AGFsaWNlAHN3b3JkZmlzaA==\r\n",
        b"AUTH PLIAN AGFsaWNlAHN3b3JkZmlzaA==\r\n",
        b"AUTH LOGIN alice swordfish\r\n",
        b"swordfish\r\n",
        b"PASS swordfish\r\n",
    ],
}
CASES = [(protocol, line) for protocol, typed in MISTYPED.items() for line in typed]


@pytest.mark.parametrize(("protocol", "line"), CASES)
def test_a_mistyped_login_is_hidden_also_where_the_server_repeats_it(
    protocol: str, line: bytes
) -> None:
    hello = {"imap": b"* OK hi\r\n", "pop3": b"+OK hi\r\n", "smtp": b"220 hi ESMTP\r\n"}[protocol]
    tag = line.split()[0]
    echoed = b" ".join(line.split())
    answer = {
        "imap": tag + b' BAD unknown command "' + echoed + b'"\r\n',
        "pop3": b"-ERR unknown command: " + echoed.upper() + b"\r\n",
        "smtp": b"500 5.5.1 unrecognized: '" + echoed + b"'\r\n",
    }[protocol]
    shown = everything(
        play(PROTOCOLS[protocol], [b"S: " + hello, b"C: " + line, b"S: " + answer])
    ).lower()
    assert "swordfish" not in shown
    assert "c3dvcmrmaxno" not in shown, "base64 of it"
    assert "agfsawnlahn3b3jkzmlzaa" not in shown
    assert b"swordfish".hex() not in shown


def test_a_secret_typed_for_the_name_is_hidden_in_the_name() -> None:
    talk = [
        b"S: +OK hi\r\n",
        b"C: USER swordfish\r\n",
        b"S: +OK\r\n",
        b"C: PASS swordfish\r\n",
        b"S: -ERR\r\n",
        b"C: USER alice\r\n",
        b"S: +OK\r\n",
        b"C: PASS swordfish\r\n",
        b"S: +OK in\r\n",
    ]
    assert "swordfish" not in everything(play(110, talk))


def test_a_secret_in_a_message_is_hidden() -> None:
    body = b"Subject: your password is swordfish\r\n\r\nIt is =73wordfish, c3dvcmRmaXNo.\r\n.\r\n"
    talk = [
        b"S: 220 hi ESMTP\r\n",
        b"C: AUTH PLAIN AGFsaWNlAHN3b3JkZmlzaA==\r\n",
        b"S: 235 in\r\n",
        b"C: VRFY swordfish\r\n",
        b"S: 252 swordfish?\r\n",
        b"C: MAIL FROM:<swordfish@example.org>\r\n",
        b"S: 250 ok\r\n",
        b"C: RCPT TO:<b@example.org>\r\n",
        b"S: 250 ok\r\n",
        b"C: DATA\r\n",
        b"S: 354 go\r\n",
        b"C: " + body,
        b"S: 250 ok swordfish\r\n",
    ]
    shown = everything(play(25, talk))
    assert "swordfish" not in shown
    assert "c3dvcmRmaXNo" not in shown
