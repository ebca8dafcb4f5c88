"""What Eve knows: each fact once, at the step that told her, and nothing from inside TLS."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import dialogue, manifest
from tests.findings.talks import HELLO, SEALED, Lines, opened
from tutor.base import CLIENT, SERVER, Secret
from tutor.capture import Capture
from tutor.findings import EveFact, eve_facts
from tutor.findings.eve import KINDS
from tutor.session import Session

ALWAYS = {"address": 2, "port": 1, "time": 1}


def plain(fact: EveFact) -> tuple[str, str]:
    return fact.kind, fact.value.reveal() if isinstance(fact.value, Secret) else fact.value


def learnt(port: int, lines: Lines) -> list[tuple[str, str, int]]:
    """Kind, value and step, but for the ends and the time."""
    facts = eve_facts(dialogue.play(port, lines))
    return [(*plain(fact), fact.step) for fact in facts if fact.kind not in ALWAYS]


def read(path: str | Path) -> list[Session]:
    with Capture(str(path)) as capture:
        capture.load()
        return [capture.session(entry.id) for entry in capture.entries]


# recordings

ENTRIES = manifest.recordings()


NAME_ALONE = {
    "imap-authenticate-cancelled.pcapng": {"alice@example.org"},
    "smtp-auth-cancelled.pcapng": {"alice@example.org"},
}
"""Where a name crossed and its secret did not: no login, and a fact all the same."""


CLIENT_CERTIFICATES = {"imap-tls12-client-certificate.pcapng"}
"""Where the client showed one too."""


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"] for entry in ENTRIES])
def test_logins_and_tls_are_known_as_far_as_they_crossed(entry: dict[str, Any]) -> None:
    """Against what the rig did, not against what we read."""
    for session, truth in zip(read(manifest.path(entry["file"])), entry["sessions"], strict=True):
        facts = eve_facts(session)
        known = [plain(fact) for fact in facts]
        assert len(known) == len(set(known))
        assert {kind for kind, _ in known} <= set(KINDS)
        counts = Counter(kind for kind, _ in known)
        assert ALWAYS.items() <= counts.items()
        open_ = [c for c in truth["credentials"] if c["strength"] != "protected"]
        names = {c["username"] for c in open_} | NAME_ALONE.get(entry["file"], set())
        assert {v for k, v in known if k == "username"} == names
        secrets = {v for k, v in known if k in ("password", "token", "response")}
        assert secrets == {c["secret"] for c in open_ if c["strength"] != "none"}
        tls = truth["tls"] or {}
        assert {v for k, v in known if k == "server-name"} == {s for s in [tls.get("sni")] if s}
        shown = tls.get("certificate") and tls["version"] != "1.3"
        both = 2 if entry["file"] in CLIENT_CERTIFICATES else 1
        assert counts["certificate"] == (both if shown else 0)
        if truth["security"] != "plaintext":
            allowed = {*ALWAYS, "protocol", "software", "server-name", "size", "certificate"}
            assert set(counts) <= allowed


SEALED_ONES = sorted(p.name for p in Path(manifest.path("x")).parent.glob("*.keys"))


@pytest.mark.parametrize("keys", SEALED_ONES)
def test_keys_change_nothing_for_who_has_none(keys: str, tmp_path: Path) -> None:
    source = next(Path(manifest.path(keys)).parent.glob(keys.removesuffix("keys") + "pcap*"))
    with_keys = read(source)
    shaken = [session for session in with_keys if session.tls and session.tls.version]
    # where the client refused the certificate, nothing was ever said inside
    opened = [session.tls is not None and session.tls.decrypted for session in shaken]
    assert all(opened) or "refused" in keys
    shutil.copy(source, tmp_path / source.name)
    without = read(tmp_path / source.name)
    for one, other in zip(with_keys, without, strict=True):
        assert [plain(f) for f in eve_facts(one)] == [plain(f) for f in eve_facts(other)]


COUNTED = {
    # counted by hand in the bytes: a name in the banner, INBOX, one message of three headers
    "imap-first-look.pcapng": {
        **ALWAYS,
        **dict.fromkeys(("software", "protocol", "username", "password", "mailbox"), 1),
        **dict.fromkeys(("sender", "recipient", "subject", "message"), 1),
    },
    "imap-first-look-tls.pcapng": {**ALWAYS, "server-name": 1, "protocol": 1, "size": 1},
    "imap-first-look-tls12.pcapng": {
        **ALWAYS,
        **dict.fromkeys(("server-name", "protocol", "size", "certificate"), 1),
    },
    "imap-first-look-starttls.pcapng": {
        **ALWAYS,
        "software": 1,
        "protocol": 2,
        "server-name": 1,
        "size": 1,
    },
    "smtp-submission-plain.pcapng": {
        **ALWAYS,
        **dict.fromkeys(("software", "protocol", "username", "password"), 1),
        "sender": 2,
        "recipient": 2,
        "subject": 1,
        "message": 1,
    },
    "smtp-relay-denied.pcapng": {
        **ALWAYS,
        **dict.fromkeys(("software", "protocol", "sender", "recipient"), 1),
    },
}


@pytest.mark.parametrize("name", COUNTED)
def test_the_count_is_what_a_person_counts(name: str) -> None:
    (session,) = read(manifest.path(name))
    assert Counter(fact.kind for fact in eve_facts(session)) == COUNTED[name]


def test_an_envelope_is_known_as_a_plain_search_of_the_bytes_finds_it() -> None:
    """Without our parsers: the addresses of MAIL and RCPT, in all SMTP in the clear."""
    seen = 0
    for entry in ENTRIES:
        for session in read(manifest.path(entry["file"])):
            if session.protocol != "smtp" or session.security != "plaintext":
                continue
            sent = session.layers[0].captured(CLIENT).decode("utf-8", "replace")
            known = {plain(fact) for fact in eve_facts(session)}
            for kind, verb in (("sender", "MAIL FROM"), ("recipient", "RCPT TO")):
                found = set(re.findall(rf"(?im)^{verb}:<([^>\r\n]+)>", sent))
                assert {(kind, address) for address in found} <= known
                seen += len(found)
    assert seen > 30


# what tells what


def test_a_name_is_known_before_its_secret_or_without_one() -> None:
    alice = ("username", "alice")
    pop3 = ["S: +OK\r\n", "C: USER alice\r\n", "S: +OK\r\n", "C: PASS pw\r\n"]
    assert learnt(110, pop3)[1:] == [(*alice, 3), ("password", "pw", 5)]
    assert learnt(110, pop3[:3])[1:] == [(*alice, 3)]
    smtp = ["S: 220 x\r\n", "C: AUTH LOGIN\r\n", "S: 334 VXNlcm5hbWU6\r\n", "C: YWxpY2U=\r\n"]
    assert learnt(25, smtp)[1:] == [(*alice, 5)]
    assert learnt(25, [*smtp, "S: 334 UGFzc3dvcmQ6\r\n", "C: *\r\n"])[1:] == [(*alice, 5)]
    assert learnt(25, [*smtp[:3], "C: QUIT\r\n"])[1:] == []
    imap = ["S: * OK\r\n", "C: a LOGIN alice {2}\r\n", "S: a NO no\r\n"]
    assert learnt(143, imap)[1:] == [(*alice, 3)]
    scram = ["S: * OK\r\n", "C: a AUTHENTICATE SCRAM-SHA-1 biwsbj1hbGljZSxyPWFiYw==\r\n"]
    assert learnt(143, scram)[1:] == [(*alice, 3)]
    assert learnt(143, ["S: * OK\r\n", "C: a LOGIN ali"])[1:] == [], "nobody knows how it goes on"


@pytest.mark.parametrize(
    ("talk", "kinds"),
    [
        (["C: a AUTHENTICATE ANONYMOUS c2lyaGM=\r\n"], ["username"]),
        (["C: a AUTHENTICATE EXTERNAL YWxpY2U=\r\n"], ["username"]),
        (["C: a AUTHENTICATE XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVyIHQBAQ==\r\n"], ["username", "token"]),
        (["C: a AUTHENTICATE PLAIN AGEAYg==\r\n"], ["username", "password"]),
        (["C: a AUTHENTICATE X-OWN c2VjcmV0\r\n"], ["response"]),
        (["C: a SELECT INBOX\r\n", "S: a OK\r\n", "C: b SELECT inbox\r\n"], ["mailbox"]),
        (['S: * LIST () "/" INBOX\r\n* LIST () "/" Sent\r\n'], ["mailbox", "mailbox"]),
        (['C: a LIST "" *\r\n'], []),
        (['C: a ID ("name" "Reader")\r\n', 'S: * ID ("name" "Keeper")\r\n'], ["software"] * 2),
    ],
)
def test_the_kinds_of_what_is_learnt(talk: Lines, kinds: list[str]) -> None:
    facts = learnt(143, ["S: * OK\r\n", *talk])
    assert [kind for kind, _, _ in facts if kind != "protocol"] == kinds


def test_what_is_refused_has_crossed_all_the_same() -> None:
    talk = [
        *("S: 220 x\r\n", "C: MAIL FROM:<>\r\n", "S: 250 ok\r\n"),
        *("C: RCPT TO:<b@example.org>\r\n", "S: 550 no\r\n"),
        *("C: RCPT TO:<b@example.org>\r\n", "S: 550 no\r\n"),
    ]
    assert learnt(25, talk) == [("protocol", "smtp", 2), ("recipient", "b@example.org", 5)]


@pytest.mark.parametrize(
    ("port", "lines", "facts"),
    [
        (993, [HELLO], [("protocol", "tls", 2), ("size", "52", 2)]),
        (993, [SEALED, SEALED], [("protocol", "tls", 2), ("size", "37", 2)]),
        (143, ["S: * 5 EXISTS\r\n"], [("protocol", "imap", 2)]),
        (143, ["C: a NOOP\r\n"], [("protocol", "imap", 2)]),
        (110, ["S: +OK\r\n"], [("protocol", "pop3", 2)]),
        (8080, ["C: GET / HTTP/1.1\r\n\r\n"], []),
    ],
)
def test_one_side_or_the_middle_tells_the_protocol(
    port: int, lines: Lines, facts: list[tuple[str, str, int]]
) -> None:
    assert learnt(port, lines) == facts


def test_nothing_from_inside_tls_is_known() -> None:
    inside = [
        "C: b LOGIN alice s3cret-word\r\n",
        "S: b OK in\r\n",
        "C: c FETCH 1 BODY[]\r\n",
        "S: * 1 FETCH (BODY[] {15}\r\nSubject: hi\r\n\r\n)\r\nc OK\r\n",
    ]
    before = ["S: * OK ready\r\n", "C: a STARTTLS\r\n", "S: a OK go\r\n"]
    session = opened(143, before, inside)
    assert session.tls
    assert session.tls.decrypted
    kinds = Counter(fact.kind for fact in eve_facts(session))
    assert kinds == {**ALWAYS, "protocol": 2, "server-name": 1, "size": 1}
    assert session.layers[0].captured(SERVER)
