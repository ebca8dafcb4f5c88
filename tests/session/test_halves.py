"""Captures of one side, from the middle, with the start lost: what is still told, and what not."""

from __future__ import annotations

import pytest

from tests import manifest
from tests.session.test_conversation import first, runs
from tutor.base import CLIENT, SERVER, Direction
from tutor.protocols.registry import PORTS
from tutor.session import Conversation, Options, Session
from tutor.streams import Chunk, Gap, Opened


def replay(name: str, sides: tuple[Direction, ...], lose: int = 0) -> Session:
    """The first session of a recording: some sides only, the first runs of them lost."""
    ends = first(name)
    conversation = Conversation(1, ends.client, ends.server, Options())
    conversation.take(Opened("middle", (), 0))
    offsets = [0, 0]
    left = lose
    for number, (direction, data) in enumerate(runs(name)):
        if direction not in sides:
            continue
        if left:
            left -= 1
            conversation.take(Gap(direction, offsets[direction], len(data), number))
        else:
            conversation.take(Chunk(direction, offsets[direction], data, number + 1, number))
        offsets[direction] += len(data)
    conversation.finish()
    return conversation.session


STARTTLS = "imap-first-look-starttls.pcapng"
IMPLICIT = "imap-first-look-tls.pcapng"


@pytest.mark.parametrize("sides", [(CLIENT,), (SERVER,), (CLIENT, SERVER)])
def test_starttls_is_told_from_either_side(sides: tuple[Direction, ...]) -> None:
    session = replay(STARTTLS, sides)
    assert (session.protocol, session.security) == ("imap", "starttls")


@pytest.mark.parametrize("sides", [(CLIENT,), (SERVER,), (CLIENT, SERVER)])
@pytest.mark.parametrize("lose", [0, 1, 2])
def test_implicit_tls_is_told_even_where_its_start_is_lost(
    sides: tuple[Direction, ...], lose: int
) -> None:
    session = replay(IMPLICIT, sides, lose)
    assert (session.protocol, session.presumed, session.security) == ("tls", "imap", "tls")
    assert session.commands == 0


def test_a_login_on_the_client_side_alone_has_no_answer() -> None:
    from tutor.findings import credentials

    (found,) = credentials(replay("imap-first-look.pcapng", (CLIENT,)))
    assert found.accepted is None
    assert found.secret is not None


def test_every_recording_has_the_same_protocol_from_either_side() -> None:
    for entry in manifest.recordings():
        if not entry["sessions"] or entry["sessions"][0]["tls"]:
            continue
        if entry["file"] == "imap-bye.pcapng":
            continue  # its client speaks SMTP to an IMAP server: alone it looks like SMTP
        if first(entry["file"]).server.port not in PORTS:
            continue  # through a proxy: only the client's half says where to
        for side in {way for way, _ in runs(entry["file"])}:
            session = replay(entry["file"], (side,))
            assert session.protocol == entry["sessions"][0]["protocol"], entry["file"]
