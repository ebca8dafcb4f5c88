"""Every mechanism on every protocol: whole, byte by byte, one side only, cut off, with a hole."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.dialogue import CLIENT_END, SERVER_ADDRESS
from tests.logins import LOGINS, PROTOCOLS, Login, Turn, carry
from tutor.base import CLIENT, SERVER, Direction, Endpoint
from tutor.findings import Credential, credentials
from tutor.session import Conversation, Session
from tutor.streams import Chunk, Gap, Opened

WAYS = [
    pytest.param(protocol, login, along, id=f"{protocol}-{login.label}-{'=' if along else '+'}")
    for protocol in PROTOCOLS
    for login in LOGINS
    for along in ((True, False) if login.first else (False,))
]
SOME_FAST = [
    way if number % 4 == 0 else pytest.param(*way.values, id=way.id, marks=pytest.mark.slow)
    for number, way in enumerate(WAYS)
]
"""All ways, one in four of them in every run."""


Piece = tuple[Direction, bytes | int]


def session(protocol: str, turns: Sequence[Piece]) -> Session:
    """The session that the turns make; a number in place of bytes is a hole of that length."""
    conversation = Conversation(1, CLIENT_END, Endpoint(SERVER_ADDRESS, PROTOCOLS[protocol]))
    conversation.take(Opened("open", (1, 2, 3), 1))
    offsets = {CLIENT: 0, SERVER: 0}
    for number, (who, data) in enumerate(turns, 4):
        if isinstance(data, int):
            conversation.take(Gap(who, offsets[who], data, number))
            offsets[who] += data
        else:
            conversation.take(Chunk(who, offsets[who], data, number, number))
            offsets[who] += len(data)
    conversation.finish()
    return conversation.session


def told(found: Sequence[Credential]) -> list[tuple[object, ...]]:
    return [
        (c.mechanism, c.username, c.secret.reveal() if c.secret else None, c.strength, c.accepted)
        for c in found
    ]


def expected(login: Login, accepted: bool | None) -> list[tuple[object, ...]]:
    return [] if login.expected is None else [(*login.expected, accepted)]


def bytewise(turns: Sequence[Turn]) -> list[Turn]:
    return [(who, data[at : at + 1]) for who, data in turns for at in range(len(data))]


@pytest.mark.parametrize(("protocol", "login", "along"), WAYS)
def test_the_login_is_read(protocol: str, login: Login, along: bool) -> None:
    for accepted in (True, False):
        if accepted and login.expected is None:
            continue
        turns = carry(protocol, login, along=along, accepted=accepted)
        for cut in (turns, bytewise(turns)):
            assert told(credentials(session(protocol, cut))) == expected(login, accepted)


@pytest.mark.parametrize(("protocol", "login", "along"), WAYS)
def test_the_client_alone_tells_it_without_the_answer(
    protocol: str, login: Login, along: bool
) -> None:
    if login.label == "login-password-first":
        return  # the prompts alone tell the order
    alone = [turn for turn in carry(protocol, login, along=along) if turn[0] is CLIENT]
    assert told(credentials(session(protocol, alone))) == expected(login, None)


@pytest.mark.parametrize(("protocol", "login", "along"), SOME_FAST)
def test_what_is_cut_off_or_has_a_hole_tells_nothing_wrong(
    protocol: str, login: Login, along: bool
) -> None:
    turns = carry(protocol, login, along=along, accepted=login.expected is not None)
    single = bytewise(turns)
    start = len(turns[0][1])
    for at in range(start, len(single), 11):
        right_or_nothing(login, session(protocol, single[:at]))
        who = single[at][0]
        hole = next((n for n in range(at, len(single)) if single[n][0] is not who), at + 3)
        end = min(at + 3, hole)
        holed: list[Piece] = [*single[:at], (who, end - at), *single[end:]]
        right_or_nothing(login, session(protocol, holed))


def right_or_nothing(login: Login, found: Session) -> None:
    for credential in credentials(found):
        if login.label == "login-password-first":
            continue  # where a prompt is lost, its answer is taken in the usual order
        assert login.expected is not None
        mechanism, username, secret, _strength = login.expected
        # without the command the challenge tells the mechanism; these two have those of others
        assert credential.mechanism == mechanism or mechanism in ("MSN", "CRAM-SHA1")
        assert credential.username in (username, None)
        assert credential.secret is None or credential.secret.reveal() == secret
