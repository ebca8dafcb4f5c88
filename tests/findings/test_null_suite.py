"""TLS that only signs: it is TLS, and everybody reads the password."""

from __future__ import annotations

import ssl

import pytest

from tests.protocols.tls.sessions import record
from tutor.base import Endpoint
from tutor.findings import CredentialFold, eve_facts, findings
from tutor.protocols.tls import KeyLog
from tutor.session import Conversation, Options, Session
from tutor.streams import Chunk, Opened


def play(*, keys: bool) -> Session:
    made = record(version=ssl.TLSVersion.TLSv1_2, ciphers="NULL-SHA256:@SECLEVEL=0", kind="rsa")
    ends = Endpoint("192.0.2.10", 50000), Endpoint("198.51.100.25", 993)
    conversation = Conversation(1, *ends, Options(keys=made.keys if keys else KeyLog()))
    conversation.take(Opened("open", (1, 2, 3), 1))
    offsets = [0, 0]
    for number, (way, data) in enumerate(made.wire, 4):
        conversation.take(Chunk(way, offsets[way], data, number, number))
        offsets[way] += len(data)
    conversation.finish()
    return conversation.session


@pytest.mark.parametrize("keys", [False, True])
def test_the_login_is_readable_with_and_without_keys(*, keys: bool) -> None:
    session = play(keys=keys)
    assert (session.protocol, session.security) == ("imap", "tls")
    fold = CredentialFold(session)
    fold.update()
    assert [each.strength for each in fold.found] == ["readable"]
    rules = {found.rule for found in findings(session)}
    assert {"weak-tls", "plaintext-credential"} <= rules
    assert "plaintext-on-tls-port" not in rules
    assert "password" in {fact.kind for fact in eve_facts(session)}
