"""What remains readable where bytes are missing, damaged, or no TLS at all."""

from __future__ import annotations

import re
import ssl

import pytest

from tests.protocols.tls.sessions import LOGIN, TALK, Session, certificate, observe, record
from tutor.base import CLIENT, SERVER, Direction, Role
from tutor.protocols.events import Anomaly, Kind
from tutor.protocols.tls import KeyLog, TlsObserver
from tutor.protocols.tls.decrypt import MOST_TRIES
from tutor.protocols.tls.openers import Aead13

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
Items = list[tuple[Direction, bytes | int]]
LINES = [(SERVER, b"line %d\r\n" % number) for number in range(20)]


def lines(version: ssl.TLSVersion) -> Session:
    return record([*TALK, *LINES], version=version)


def place(session: Session, direction: Direction, nth: int) -> int:
    return [at for at, item in enumerate(session.wire) if item[0] is direction][nth]


@pytest.mark.parametrize("version", [V12, V13])
def test_after_lost_records_the_next_ones_open(version: ssl.TLSVersion) -> None:
    session = lines(version)
    items: Items = list(session.wire)
    at = place(session, SERVER, -6)
    lost = sum(len(session.wire[each][1]) for each in range(at, at + 3))
    items[at : at + 3] = [(SERVER, lost)]
    seen = observe(items, session.keys)
    assert b"line 19\r\n" in seen.text(SERVER)
    assert seen.tls.facts.why_not is None
    (note,) = [piece for piece in seen.plaintext if piece.missing]
    gone = len(session.sent[SERVER]) - len(seen.text(SERVER))
    assert 0 < gone <= note.missing
    assert (note.direction, note.data) == (SERVER, b"")
    (gap,) = [event for event in seen.events if event.kind is Kind.GAP]
    assert gap.span.length == lost


@pytest.mark.parametrize("version", [V12, V13])
def test_a_gap_inside_a_record_costs_that_record_only(version: ssl.TLSVersion) -> None:
    session = record([(SERVER, b"x" * 5000), *LINES], version=version)
    at = next(each for each, item in enumerate(session.wire) if len(item[1]) > 5000)
    data = session.wire[at][1]
    items: Items = list(session.wire)
    items[at : at + 1] = [(SERVER, data[:2000]), (SERVER, 1448), (SERVER, data[3448:])]
    seen = observe(items, session.keys)
    assert seen.text(SERVER) == session.sent[SERVER].replace(b"x", b"")
    odd = [event for event in seen.events if event.anomalies]
    assert [event.anomalies for event in odd] == [(Anomaly.GAP_IN_LINE,)] * 2
    assert sum(event.span.length for event in odd) == len(data) - 1448


def test_a_gap_in_the_handshake_loses_no_mail() -> None:
    session = record(version=V13)
    at = place(session, SERVER, 0)
    data = session.wire[at][1]
    items: Items = list(session.wire)
    items[at : at + 1] = [(SERVER, data[:300]), (SERVER, 100), (SERVER, data[400:])]
    seen = observe(items, session.keys)
    assert [seen.text(each) for each in Direction] == list(session.sent)
    assert not any(piece.missing for piece in seen.plaintext)


def test_a_fragment_lost_in_a_long_certificate_is_not_glued_over() -> None:
    session = record(version=V13, identity=certificate("ec", names=1000))
    at = next(each for each, item in enumerate(session.wire) if len(item[1]) > 20_000)
    data = bytearray(session.wire[at][1])
    data[20_000] ^= 1
    items: Items = list(session.wire)
    items[at] = (SERVER, bytes(data))
    names = observe(items, session.keys).names(SERVER)
    place = names.index("handshake-fragment")
    assert names[place : place + 4] == [
        "handshake-fragment",
        "application-data",
        "CertificateVerify",
        "Finished",
    ]


def test_a_lost_change_of_keys_in_1_2() -> None:
    session = record(version=V12)
    at = place(session, CLIENT, 1)
    data = session.wire[at][1]
    change = data.index(b"\x14\x03\x03\x00\x01\x01")
    items: Items = list(session.wire)
    items[at : at + 1] = [(CLIENT, data[:change]), (CLIENT, 6), (CLIENT, data[change + 6 :])]
    assert observe(items).names(CLIENT)[1:4] == ["ClientKeyExchange", "", "encrypted-handshake"]
    seen = observe(items, session.keys)
    assert seen.names(CLIENT)[3] == "Finished"
    assert seen.text(CLIENT) == session.sent[CLIENT]


def test_a_gap_where_the_iv_is_not_authenticated() -> None:
    # TLS 1.0 with encrypt-then-MAC: the first block of the record behind the gap cannot be had
    session = record(
        [(SERVER, b"%d, one block or more of text\r\n" % number) for number in range(9)],
        version=ssl.TLSVersion.TLSv1,
        ciphers="ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
    )
    if not session.sent[SERVER]:
        pytest.skip("this OpenSSL refuses TLS 1.0")
    at = place(session, SERVER, -6)
    items: Items = list(session.wire)
    data = session.wire[at][1]
    first = 5 + int.from_bytes(data[3:5])  # OpenSSL sends an empty record before each one
    items[at : at + 1] = [(SERVER, first), (SERVER, data[first:])]
    seen = observe(items, session.keys)
    told = [piece.data for piece in seen.plaintext if piece.data]
    assert all(re.fullmatch(rb"\d, one block or more of text\r\n", each) for each in told)
    assert told[-1].startswith(b"8")
    assert any(piece.missing for piece in seen.plaintext)


def test_word_of_a_lost_command_comes_before_its_answer() -> None:
    session = record(version=V13)
    at = place(session, CLIENT, -2)  # LOGOUT
    items: Items = list(session.wire)
    items[at] = (CLIENT, len(session.wire[at][1]))
    seen = observe(items, session.keys)
    said = [(piece.direction, bool(piece.missing)) for piece in seen.plaintext]
    assert said[-2:] == [(CLIENT, True), (SERVER, False)]


def test_a_lost_server_hello_of_1_2_is_said() -> None:
    session = record(version=V12)
    items: Items = list(session.wire)
    at = place(session, SERVER, 0)
    items[at] = (SERVER, len(session.wire[at][1]))
    seen = observe(items, session.keys)
    assert seen.tls.facts.why_not == "the ServerHello was not captured"
    assert seen.tls.facts.version is None
    assert "encrypted-handshake" in seen.names(SERVER)


def test_a_lost_server_hello_of_1_3_does_not_matter() -> None:
    session = record(version=V13)
    items: Items = list(session.wire)
    at = place(session, SERVER, 0)
    items[at] = (SERVER, len(session.wire[at][1]))
    seen = observe(items, session.keys)
    assert [seen.text(each) for each in Direction] == list(session.sent)
    assert (seen.tls.facts.version, seen.tls.facts.cipher) == ("1.3", "TLS_AES_256_GCM_SHA384")


@pytest.mark.parametrize("version", [V12, V13])
def test_only_the_server_was_captured_and_the_key_log_is_tried(version: ssl.TLSVersion) -> None:
    session = record(version=version)
    half = [item for item in session.wire if item[0] is SERVER]
    seen = observe(half, record(version=version).keys | session.keys)
    assert seen.text(SERVER) == session.sent[SERVER]
    assert (seen.tls.facts.sni, seen.tls.facts.why_not) == (None, None)
    other = observe(half, record(version=version).keys)
    assert re.fullmatch(
        "the ClientHello was not captured, "
        "and no secret of the key log opens record [3-7] from the server",
        other.tls.facts.why_not or "",
    )
    assert other.text(SERVER) == b""


def test_a_key_log_for_another_version_has_nothing_to_try() -> None:
    half = [item for item in record(version=V13).wire if item[0] is SERVER]
    assert observe(half, record(version=V12).keys).tls.facts.why_not == (
        "the ClientHello cannot be read, and the key log has nothing to try without it"
    )


def test_a_session_from_the_middle_on_is_tried_with_the_key_log() -> None:
    session = lines(V13)
    wire = session.wire[place(session, CLIENT, -2) :]
    seen = observe(wire, record(version=V13).keys | session.keys)
    for direction in Direction:
        assert seen.text(direction)
        assert session.sent[direction].endswith(seen.text(direction))
    assert seen.tls.facts.decrypted
    older = lines(V12)
    seen = observe(older.wire[place(older, CLIENT, -2) :], older.keys)
    assert seen.tls.facts.why_not == (
        "the handshake cannot be read, and the key log has nothing to try without it"
    )


def test_trying_a_large_key_log_is_bounded() -> None:
    session = lines(V13)
    wire = session.wire[place(session, CLIENT, -2) :]
    log = {("SERVER_TRAFFIC_SECRET_0", bytes([a, b]) * 16): bytes([a, b]) * 16 for a in range(9)
           for b in range(250)}  # fmt: skip
    seen = observe([item for item in wire if item[0] is SERVER] * 20, KeyLog(log))
    assert seen.tls._inside is not None
    assert seen.tls._inside.decryptor.tries_left >= -2000
    assert seen.tls.facts.why_not == (
        "the handshake was not captured, "
        "and no secret of the key log opens record 1 from the server"
    )


def test_a_session_that_starts_in_the_middle() -> None:
    session = lines(V12)
    begin = place(session, CLIENT, -2)
    seen = observe(session.wire[begin:])
    assert set(seen.names(SERVER)) == {"application-data", "alert/encrypted"}
    assert (seen.tls.facts.version, seen.tls.facts.cipher) == (None, None)
    # and in the middle of a record
    (direction, data), *rest = session.wire[begin:]
    seen = observe([(direction, data[9:] + data), *rest])
    first, second = [event for event in seen.events if event.span.direction is direction][:2]
    assert (first.kind, first.anomalies) == (Kind.UNPARSED, (Anomaly.BAD_TLS_RECORD,))
    assert second.name == "application-data"


def test_a_damaged_record_is_named_and_the_next_ones_open() -> None:
    session = lines(V13)
    at = place(session, SERVER, -5)
    items: Items = list(session.wire)
    data = bytearray(session.wire[at][1])
    data[-1] ^= 1
    items[at] = (SERVER, bytes(data))
    seen = observe(items, session.keys)
    (odd,) = [event for event in seen.events if event.anomalies]
    assert odd.anomalies == (Anomaly.UNDECRYPTABLE_RECORD,)
    assert b"line 19\r\n" in seen.text(SERVER)
    why = seen.tls.facts.why_not or ""
    assert re.fullmatch(r"record \d+ from the server failed its integrity check", why)


def test_after_a_gap_that_hides_too_much_it_says_so() -> None:
    session = record(version=V12)
    items: Items = list(session.wire)
    at = place(session, CLIENT, -2)
    items[at : at + 1] = [(CLIENT, 1448), (CLIENT, b"\x17\x03\x03\x00\x40" + bytes(64))]
    seen = observe(items, session.keys)
    why = seen.tls.facts.why_not or ""
    assert re.fullmatch(
        r"a gap in the capture: 1,448 bytes missing before record \d+ from the client", why
    )


def test_text_after_tls_is_named() -> None:
    session = record()
    seen = observe([*session.wire, (SERVER, b"* BYE in the clear\r\n")])
    (odd,) = [event for event in seen.events if event.kind is Kind.UNPARSED]
    assert odd.anomalies == (Anomaly.TEXT_AFTER_TLS,)
    assert [part.role for part in odd.parts] == [Role.UNPARSED]


def test_noise_between_records_is_one_event() -> None:
    session = lines(V13)
    at = place(session, SERVER, -5)
    items: Items = [*session.wire[:at], (SERVER, b"\xff" * 99), *session.wire[at:]]
    seen = observe(items, session.keys)
    (odd,) = [event for event in seen.events if event.kind is Kind.UNPARSED]
    assert (odd.span.length, odd.anomalies) == (99, (Anomaly.BAD_TLS_RECORD,))
    assert seen.text(SERVER) == session.sent[SERVER]


def test_a_capture_that_ends_in_a_record() -> None:
    session = record()
    at = place(session, CLIENT, -2)
    items: Items = [*session.wire[:at], (CLIENT, session.wire[at][1][:20])]
    seen = observe(items, session.keys)
    assert seen.events[-1].anomalies == (Anomaly.TRUNCATED,)
    assert seen.events[-1].name == "application-data"
    assert seen.text(CLIENT) == LOGIN


def test_wrong_secrets_for_the_right_session_do_not_take_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = record([(SERVER, b"x" * 100)] * 3000)
    tried = []
    monkeypatch.setattr(Aead13, "open", lambda *args: tried.append(1))
    wrong = re.sub(rb"(?m)[0-9a-f]{8}$", b"00000000", session.keylog)
    seen = observe(session.wire, KeyLog.parse(wrong))
    assert not seen.plaintext
    assert not seen.tls.facts.decrypted
    assert len(tried) < MOST_TRIES + 10_000
    assert "failed its integrity check" in (seen.tls.facts.why_not or "")


def test_a_cipher_it_cannot_open_is_named() -> None:
    hello, choice = record(version=V12).wire[:2]
    aria = choice[1][: 44 + choice[1][43]] + b"\xc0\x5c" + choice[1][46 + choice[1][43] :]
    keys = KeyLog({("CLIENT_RANDOM", hello[1][11:43]): bytes(48)})
    sealed = (CLIENT, b"\x17\x03\x03\x00\x20" + bytes(32))
    seen = observe([hello, (SERVER, aria), (CLIENT, b"\x14\x03\x03\x00\x01\x01"), sealed], keys)
    assert seen.tls.facts.why_not == (
        "cipher TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256 is not supported"
    )


def test_offsets_begin_where_it_is_told() -> None:
    session = record()
    tls = TlsObserver(layer=2, start=(100, 2000))
    events = [event for way, data in session.wire for event in tls.feed(way, data)]
    starts = {event.span.direction: event.span.start for event in reversed(events)}
    assert starts == {CLIENT: 100, SERVER: 2000}
    assert {event.span.layer for event in events} == {2}


def test_a_damaged_header_costs_one_record_and_is_told() -> None:
    session = lines(V13)
    at = place(session, SERVER, -6)
    items: Items = list(session.wire)
    items[at] = (SERVER, b"\xff" + session.wire[at][1][1:])
    seen = observe(items, session.keys)
    said = [piece for piece in seen.plaintext if piece.direction is SERVER]
    (nth,) = [index for index, piece in enumerate(said) if piece.missing]
    assert (said[nth - 1].data, said[nth + 1].data) == (b"line 14\r\n", b"line 16\r\n")
    assert said[nth].missing == len(session.wire[at][1])
    assert said[nth].outer_end == said[nth + 1].outer_start
    assert seen.tls.facts.why_not is None


def test_a_record_that_vanishes_without_a_gap_is_told() -> None:
    session = lines(V13)
    at = place(session, SERVER, -6)
    items: Items = [*session.wire[: at - 1], (SERVER, b"\x18" * 50), *session.wire[at + 1 :]]
    seen = observe(items, session.keys)
    said = [piece for piece in seen.plaintext if piece.direction is SERVER]
    assert sum(bool(piece.missing) for piece in said) == 1


def test_noise_that_hides_nothing_is_no_loss() -> None:
    session = lines(V13)
    at = place(session, SERVER, -6)
    items: Items = [*session.wire[:at], (SERVER, b"\xff" * 99), *session.wire[at:]]
    assert not any(piece.missing for piece in observe(items, session.keys).plaintext)
