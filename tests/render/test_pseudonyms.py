"""Pseudonyms: the same name, the same word; and no real name of a session is ever shown."""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import manifest
from tests.sources import wire
from tutor.base import Secret
from tutor.capture import Capture
from tutor.findings import EveFact, eve_facts
from tutor.protocols.registry import VERBS
from tutor.render import View
from tutor.render.pseudonyms import Pseudonyms
from tutor.session import Eye, Session

CLIENT, SERVER = ("10.20.30.40", 50001), ("10.20.30.50", 143)


def test_a_name_keeps_its_pseudonym_however_it_is_written() -> None:
    names = Pseudonyms()
    assert names.host("10.0.0.1") == "host-A"
    assert names.host("[10.0.0.1]") == "host-A"
    assert names.host("mail.corp.test") == "host-B"
    assert names.host("MAIL.corp.test.") == "host-B"
    assert names.user("maria") == "user-1"
    assert names.user('"Maria"') == "user-1"
    assert names.user("<maria@mail.corp.test>") == "user-1@host-B"
    assert names.user("CORP\\maria") == "host-C\\user-1"
    assert names.host("[IPv6:2001:db8::1]") == names.host("2001:db8::1") == "host-D"
    assert names.mailbox("INBOX") == "INBOX"
    assert names.mailbox("*") == "*"
    assert names.mailbox('"Maria e Ana"') == "mailbox-1"


def test_letters_go_on_after_z() -> None:
    names = Pseudonyms()
    given_ = [names.host(f"h{n}") for n in range(54)]
    assert given_[25:28] == ["host-Z", "host-AA", "host-AB"]
    assert given_[52] == "host-BA"
    assert len(set(given_)) == 54


@given(st.lists(st.text(min_size=1), max_size=12))
def test_two_names_never_share_one_pseudonym(texts: list[str]) -> None:
    names = Pseudonyms()
    found: dict[str, str] = {}
    for text in texts:
        plain = text.strip(" \t\r\n<>[]()\"'").casefold().removeprefix("ipv6:").rstrip(".")
        assert found.setdefault(plain, names.host(text)) == names.host(text)
    assert len(set(found.values())) == len(found)


def shown(session: Session, names: Pseudonyms) -> Iterator[str]:
    """All that can be seen of a session under pseudonyms."""
    for eye in Eye:
        view = View(session, masked=False, eye=eye, names=names)
        for index in range(len(session)):
            yield from (line.text for line in view.lines(index))
            yield from (line.text for line in view.hex(index))
    for fact in eve_facts(session):
        told = names.fact(fact)
        yield "" if isinstance(told.value, Secret) else told.value


ENVELOPE = (
    b'* 1 FETCH (ENVELOPE (NIL "Herzzeit" (("Ingeborg" NIL "ingeborg" "klinik.test")) NIL NIL'
    b' (("Paul" NIL "paul" "celan.test")) NIL NIL NIL "<77@imap.klinik.test>")'
    b" BODY[HEADER.FIELDS (SUBJECT)] {19}\r\nSubject: Herzzeit\r\n)\r\n"
)
MESSAGE = (
    b"Received: from ingeborgs-pc.klinik.test\r\nFrom: Ingeborg\r\nSubject: Herzzeit\r\n\r\n"
    b"Lieber Paul\r\n.\r\n"
)

TALK: list[tuple[str, bytes]] = [
    ("s", b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] imap.klinik.test Klinik Ingeborg ready\r\n"),
    ("c", b"a1 LOGIN ingeborg geheim77\r\n"),
    ("s", b"a1 OK Welcome Ingeborg Bachmann, last login from 10.20.30.99\r\n"),
    ("c", b'a2 SELECT "Briefe Celan"\r\n'),
    ("s", b"* FLAGS (\\Seen Celan)\r\n* 3 EXISTS\r\n"),
    ("s", b"a2 OK [READ-WRITE] Briefe Celan selected\r\n"),
    ("c", b"a3 FETCH 1 (ENVELOPE BODY[HEADER.FIELDS (SUBJECT)])\r\n"),
    ("s", ENVELOPE),
    ("s", b"a3 OK Fetched for ingeborg\r\n"),
    ("c", b"a4 SEARCH FROM paul TEXT Herzzeit\r\n"),
    ("s", b"* SEARCH 1\r\na4 NO [REFERRAL imap://ingeborg@imap2.klinik.test/] moved\r\n"),
    ("c", b"ingeborg LOGOUT\r\n"),
    ("s", b"* BYE Ingeborg\r\ningeborg OK bye\r\n"),
]

SMTP: list[tuple[str, bytes]] = [
    ("s", b"220 imap.klinik.test ESMTP Klinik Ingeborg\r\n"),
    ("c", b"EHLO ingeborgs-pc.klinik.test\r\n"),
    ("s", b"250-imap.klinik.test greets ingeborgs-pc.klinik.test [10.20.30.99]\r\n"),
    ("s", b"250-SIZE 1000\r\n250 AUTH LOGIN PLAIN\r\n"),
    ("c", b"AUTH LOGIN\r\n"),
    ("s", b"334 VXNlcm5hbWU6\r\n"),
    ("c", base64.b64encode(b"ingeborg") + b"\r\n"),
    ("s", b"334 UGFzc3dvcmQ6\r\n"),
    ("c", base64.b64encode(b"geheim77") + b"\r\n"),
    ("s", b"235 2.7.0 Hello ingeborg\r\n"),
    ("c", b"MAIL FROM:<ingeborg@klinik.test> SIZE=200\r\n"),
    ("s", b"250 2.1.0 <ingeborg@klinik.test> Ok\r\n"),
    ("c", b"RCPT TO:<paul@celan.test>\r\n"),
    ("s", b"250 Ok\r\n"),
    ("c", b"DATA\r\n"),
    ("s", b"354 go ahead\r\n"),
    ("c", MESSAGE),
    ("s", b"250 queued as 77@imap.klinik.test\r\n"),
    ("c", b"VRFY paul\r\n"),
    ("s", b"252 paul\r\n"),
]

POP3: list[tuple[str, bytes]] = [
    ("s", b"+OK <1896.697170952@imap.klinik.test>\r\n"),
    ("c", b"APOP ingeborg c4c9334bac560ecc979e58001b3e22fb\r\n"),
    ("s", b"+OK ingeborg has 1 message\r\n"),
    ("c", b"CAPA\r\n"),
    ("s", b"+OK\r\nUSER\r\nSASL PLAIN\r\nIMPLEMENTATION Klinik-POP3\r\n.\r\n"),
    ("c", b"UIDL\r\n"),
    ("s", b"+OK\r\n1 1700000000.V1I77.imap.klinik.test\r\n.\r\n"),
    ("c", b"RETR 1\r\n"),
    ("s", b"+OK\r\nFrom: Paul Celan <paul@celan.test>\r\n\r\nHerzzeit\r\n.\r\n"),
]

REAL = (
    "ingeborg", "bachmann", "klinik", "paul", "celan", "herzzeit", "briefe", "geheim77",
    "10.20.30", "aW5nZWJvcmc".lower(), "imap2",
)  # fmt: skip


@pytest.mark.parametrize(
    ("talk", "port"), [(TALK, 143), (SMTP, 25), (POP3, 110)], ids=["imap", "smtp", "pop3"]
)
def test_no_real_name_is_shown_wherever_it_comes_back(
    talk: list[tuple[str, bytes]], port: int, tmp_path: Path
) -> None:
    file = tmp_path / "x.pcap"
    file.write_bytes(wire.pcap(wire.conversation(CLIENT, (SERVER[0], port), talk)))
    with Capture(str(file)) as capture:
        capture.load()
        text = "\n".join(shown(capture.session(1), Pseudonyms()))
    for real in REAL:
        assert real not in text.casefold(), real
    assert "user-1" in text


def test_what_an_imap_server_says_is_still_to_be_read(tmp_path: Path) -> None:
    file = tmp_path / "x.pcap"
    file.write_bytes(wire.pcap(wire.conversation(CLIENT, SERVER, TALK)))
    with Capture(str(file)) as capture:
        capture.load()
        session = capture.session(1)
        view = View(session, names=Pseudonyms())
        lines = [line.text for i in range(len(session)) for line in view.lines(i)]
    assert "* 3 EXISTS" in lines
    assert "a1 LOGIN user-1 ••••••••" in lines
    assert 'a2 SELECT "mailbox-1"' in lines
    assert "a3 FETCH 1 (ENVELOPE BODY[HEADER.FIELDS (SUBJECT)])" in lines
    assert any(line.startswith("* 1 FETCH (ENVELOPE (NIL") for line in lines)


def test_what_is_shown_is_still_the_protocol(tmp_path: Path) -> None:
    file = tmp_path / "x.pcap"
    file.write_bytes(wire.pcap(wire.conversation(CLIENT, (SERVER[0], 25), SMTP)))
    with Capture(str(file)) as capture:
        capture.load()
        session = capture.session(1)
        view = View(session, names=Pseudonyms())
        lines = [line.text for i in range(len(session)) for line in view.lines(i)]
    text = "\n".join(lines)
    assert "EHLO host-" in text
    assert "MAIL FROM:<user-1@host-C> SIZE=200" in text
    assert "AUTH LOGIN" in text
    assert "334 VXNlcm5hbWU6" in text
    assert re.search(r"\(message, \d+ bytes\)", text)


ENTRIES = [entry for entry in manifest.recordings() if manifest.secrets(entry)]


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"] for entry in ENTRIES])
def test_no_recording_shows_a_name_of_its_sessions(entry: dict[str, Any]) -> None:
    with Capture(manifest.path(entry["file"])) as capture:
        capture.load()
        names = Pseudonyms()
        for each in capture.entries:
            session = capture.session(each.id)
            text = "\n".join(shown(session, names)).casefold()
            for fact in eve_facts(session):
                for real in _real(fact):
                    assert real not in text, (fact.kind, real)


def _real(fact: EveFact) -> Iterator[str]:
    """The names in a fact that nothing else could be."""
    if fact.kind not in ("address", "username", "sender", "recipient", "server-name", "subject"):
        return
    value = fact.value.reveal() if isinstance(fact.value, Secret) else fact.value
    for word in {value, value.partition("@")[0]}:
        # a subject may be a word of the protocol, such as the flag
        if len(word) > 3 and word.casefold() != "draft" and word.upper().encode() not in VERBS:
            yield word.casefold()


NAMES = st.from_regex(r"[b-df-hj-np-tv-z]{3}q[b-df-hj-np-tv-z]{3,6}", fullmatch=True)
"""Words that no protocol has: all consonants, with a q."""
SPELLINGS = st.sampled_from([str.lower, str.upper, str.title])
SLOTS: dict[str, tuple[int, list[tuple[str, str]]]] = {
    "smtp": (
        25,
        [
            ("s", "220 {0}.test ESMTP {0}"), ("c", "EHLO {0}"), ("s", "250-{0}"),
            ("s", "250-{0}.test Hello {0} [10.9.8.7]"), ("s", "250 HELP"),
            ("c", "MAIL FROM:<{0}@{0}.test> AUTH=<{0}>"), ("s", "250 2.1.0 {0}... Sender ok"),
            ("c", "RCPT TO:<@{0}:{0}@{0}.test>"), ("s", "550 5.1.1 {0}: no such user here"),
            ("c", "VRFY {0}"), ("s", "252 {0} <{0}@{0}.test>"), ("c", "EXPN {0}"),
            ("s", "550-{0}"), ("s", "550 {0}"), ("c", "{0}"), ("s", "500 {0}?"),
            ("c", "XCLIENT NAME={0} LOGIN={0}"), ("s", "220 {0}"), ("c", "HELO {0}"),
        ],
    ),
    "imap": (
        143,
        [
            ("s", "* OK [CAPABILITY IMAP4rev1] {0} ready"), ("c", 'a1 ID ("name" "{0}")'),
            ("s", '* ID ("name" "{0}" "host" "{0}")'), ("s", "a1 OK {0}"),
            ("c", "a2 LOGIN {0} {0}{0}"), ("s", "* OK [ALERT] {0}, your quota"),
            ("s", "a2 OK [REFERRAL imap://{0}@{0}/] {0}"), ("c", 'a3 LIST "" "{0}/%"'),
            ("s", '* LIST (\\HasNoChildren) "/" "{0}/Briefe"'), ("s", "a3 OK {0}"),
            ("c", 'a4 STATUS "{0}" (MESSAGES)'), ("s", '* STATUS "{0}" (MESSAGES 3)'),
            ("c", "a5 SEARCH FROM {0} KEYWORD {0}"), ("s", "* SEARCH 1"),
            ("c", "a6 STORE 1 +FLAGS ({0})"), ("s", "* 1 FETCH (FLAGS ({0} \\Seen))"),
            ("c", "a7 GETACL {0}"), ("s", "* ACL {0} {0} lrs"), ("s", '* NAMESPACE (("{0}" "/"))'),
            ("c", "{0} NOOP"), ("s", "{0} OK {0}"), ("c", "a8 X{0} {0}"), ("s", "a8 BAD {0}"),
            ("s", "* {0} {0}"), ("s", "* OK [{0}] {0}"),
            ("c", "a9 FETCH 1 (BODY[HEADER.FIELDS (X-{0})])"), ("s", "a9 NO [X{0} {0}] {0}"),
        ],
    ),
    "pop3": (
        110,
        [
            ("s", "+OK {0} <1.2@{0}>"), ("c", "USER {0}"), ("s", "+OK {0}"), ("c", "PASS {0}{0}"),
            ("s", "+OK [{0}] {0}"), ("c", "{0}"), ("s", "-ERR {0}"), ("c", "UIDL 1"),
            ("s", "+OK 1 {0}"), ("c", "XTND XLST {0}"), ("s", "-ERR {0}"), ("c", "LAST {0}"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("protocol", SLOTS)
@settings(max_examples=25, deadline=None)
@given(name=NAMES, spelled=SPELLINGS, data=st.data())
def test_a_name_is_never_shown_wherever_it_stands(
    protocol: str, name: str, spelled: Callable[[str], str], data: st.DataObject
) -> None:
    port, slots = SLOTS[protocol]
    left_out = data.draw(st.sets(st.integers(1, len(slots) - 1), max_size=6))
    kept = [slot for at, slot in enumerate(slots) if at not in left_out]
    talk = [(side, f"{line.format(spelled(name))}\r\n".encode()) for side, line in kept]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.pcap"
        file.write_bytes(wire.pcap(wire.conversation(CLIENT, (SERVER[0], port), talk)))
        with Capture(str(file)) as capture:
            capture.load()
            text = "\n".join(shown(capture.session(1), Pseudonyms())).casefold()
    code = base64.b64encode(name.encode()).decode().rstrip("=").casefold()
    assert name not in text
    assert code not in text
