"""Two copies of the same bytes that differ: what is still told of a login, and what not."""

from __future__ import annotations

import pytest

from tests import dialogue
from tutor.base import CLIENT, SERVER, Endpoint
from tutor.findings import credentials, findings
from tutor.session import Conversation
from tutor.streams import Chunk, Conflict, Opened

LINE = b"a1 LOGIN alice first-one\r\n"


def play(settled: bool, at: int, kept: bytes) -> Conversation:
    server = Endpoint(dialogue.SERVER_ADDRESS, 143)
    conversation = Conversation(1, dialogue.CLIENT_END, server)
    conversation.take(Opened("open", (1, 2, 3), 1))
    conversation.take(Chunk(SERVER, 0, b"* OK ready\r\n", 4, 2))
    conversation.take(Chunk(CLIENT, 0, LINE, 5, 3))
    conversation.take(Conflict(CLIENT, at, kept, b"x" * len(kept), 6, 4, settled))
    conversation.take(Chunk(SERVER, 12, b"a1 OK done\r\n", 7, 5))
    conversation.finish()
    return conversation


@pytest.mark.parametrize(
    ("settled", "word", "secret"),
    [(False, b"first-one", None), (True, b"first-one", "first-one"), (False, b"a1", "first-one")],
)
def test_an_unsettled_copy_of_the_secret_leaves_it_unknown(
    settled: bool, word: bytes, secret: str | None
) -> None:
    session = play(settled, LINE.index(word), word).session
    (found,) = credentials(session)
    assert (found.secret.reveal() if found.secret else None) == secret
    assert found.accepted is True
    assert "conflicting-retransmission" in {f.rule for f in findings(session)}
