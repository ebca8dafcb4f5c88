"""SASL dialogues: what each mechanism's lines tell (examples from the RFCs)."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.base import Role
from tutor.protocols.events import Anomaly, Attempt
from tutor.protocols.sasl import Exchange, Step, decode, describe


def b64(text: str | bytes) -> bytes:
    return base64.b64encode(text.encode() if isinstance(text, str) else text)


def steps(mechanism: str, *lines: bytes) -> list[Step]:
    exchange = Exchange(mechanism)
    return [exchange.respond(line) for line in lines]


def credential(mechanism: str, *lines: bytes) -> tuple[str, str | None, str | None] | None:
    """The one attempt of a dialogue: mechanism, name, secret."""
    found = [step.attempt for step in steps(mechanism, *lines) if step.attempt]
    assert len(found) < 2
    if not found:
        return None
    secret = found[0].secret
    return found[0].mechanism, found[0].username, secret.reveal() if secret else None


def ntlm(user: str, domain: str, proof: bytes = b"\x11" * 24) -> bytes:
    """A type 3 message ([MS-NLMP] 2.2.1.3) in UTF-16."""
    texts = [b"", proof, domain.encode("utf-16-le"), user.encode("utf-16-le"), b"", b""]
    fields, payload = b"", b""
    for text in texts:
        fields += struct.pack("<HHI", len(text), len(text), 64 + len(payload))
        payload += text
    return b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", 1) + payload


SCRAM_FIRST = b64("n,,n=us=2Cer,r=fyko+d2lbbFgONRv9qkxdawL")
SCRAM_FINAL = "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfc,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
DIGEST = (
    'charset=utf-8,username="ch\\"ris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",'
    'nc=00000001,cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com",'
    "response=d388dad90d4bbd760a152321f2143af7,qop=auth"
)
CRAM = "tim b913a602c7eda7a495b4e6e7334d3890"
OAUTH = "n,a=user@example.com,\1host=server.example.com\1port=143\1auth=Bearer vF9dft4qmT\1\1"


@pytest.mark.parametrize(
    ("mechanism", "lines", "expected"),
    [
        ("PLAIN", [b64("\0tim\0tanstaaftanstaaf")], ("PLAIN", "tim", "tanstaaftanstaaf")),
        ("plain", [b64("boss\0kurt\0x")], ("PLAIN", "kurt", "x")),
        # the name where the identity to act as belongs
        ("PLAIN", [b64("alice\0\0pw")], ("PLAIN", "alice", "pw")),
        ("PLAIN", [b64("\0alice\0")], ("PLAIN", "alice", "")),
        ("PLAIN", [b64("alice\0pw")], ("PLAIN", "alice", "pw")),
        ("PLAIN", [b64("pw")], ("PLAIN", None, "pw")),
        ("PLAIN", [b64("\0al\u00efce\0p\u00e4ss")], ("PLAIN", "al\u00efce", "p\u00e4ss")),
        ("PLAIN", [b64(b"\0alice\0p\xe4ss")], ("PLAIN", "alice", "p\u00e4ss")),
        ("PLAIN", [b"=", b64("\0a\0b")], ("PLAIN", "a", "b")),
        ("LOGIN", [b64("alice"), b64("pw")], ("AUTH LOGIN", "alice", "pw")),
        ("login", [b64("alice"), b""], ("AUTH LOGIN", "alice", "")),
        ("LOGIN", [b64(b"\x80\x81\xff"), b64("pw")], ("AUTH LOGIN", None, "pw")),
        ("LOGIN", [b"alice@example.org", b64("pw")], ("AUTH LOGIN", None, "pw")),
        ("LOGIN", [b64("alice")], None),
        ("CRAM-MD5", [b64(CRAM)], ("CRAM-MD5", "tim", CRAM)),
        ("CRAM-MD5", [b64("a b c0ffee")], ("CRAM-MD5", "a b", "a b c0ffee")),
        ("DIGEST-MD5", [b64(DIGEST), b""], ("DIGEST-MD5", 'ch"ris', DIGEST)),
        ("SCRAM-SHA-1", [SCRAM_FIRST], None),
        (
            "SCRAM-SHA-1",
            [SCRAM_FIRST, b64(SCRAM_FINAL), b""],
            ("SCRAM-SHA-1", "us,er", SCRAM_FINAL),
        ),
        ("SCRAM-SHA-256-PLUS", [b64(SCRAM_FINAL)], ("SCRAM-SHA-256-PLUS", None, SCRAM_FINAL)),
        (
            "XOAUTH2",
            [b64("user=someuser@example.com\1auth=Bearer ya29.vF9\1\1"), b""],
            ("XOAUTH2", "someuser@example.com", "ya29.vF9"),
        ),
        (
            "OAUTHBEARER",
            [b64(OAUTH), b64("\1")],
            ("OAUTHBEARER", "user@example.com", "vF9dft4qmT"),
        ),
        ("NTLM", [b64(b"NTLMSSP\0\1\0\0\0\7\2")], None),
        ("EXTERNAL", [b"="], ("EXTERNAL", None, "")),
        ("EXTERNAL", [b64("alice")], ("EXTERNAL", "alice", "")),
        ("ANONYMOUS", [b64("sirhc")], ("ANONYMOUS", "sirhc", "")),
        ("X-OWN", [b64("open sesame")], ("X-OWN", None, "open sesame")),
        ("GSSAPI", [b64(b"\x60\x82\xff"), b64("more")], ("GSSAPI", None, "YIL/")),
        ("PLAIN", [b"*"], None),
        ("LOGIN", [b"quit"], None),
        ("LOGIN", [b64("alice"), b"QUIT"], None),
        ("PLAIN", [b"not base64!"], None),
    ],
)
def test_what_a_dialogue_tells(
    mechanism: str, lines: list[bytes], expected: tuple[str, str | None, str | None] | None
) -> None:
    assert credential(mechanism, *lines) == expected


@pytest.mark.parametrize(("domain", "name"), [("LAB", "LAB\\alice"), ("", "alice")])
def test_ntlm_names_have_their_domain_and_the_response_is_whole(domain: str, name: str) -> None:
    message = b64(ntlm("alice", domain))
    assert credential("NTLM", message) == ("NTLM", name, message.decode())
    assert credential("GSS-SPNEGO", b64(b"wrapped" + ntlm("alice", domain))) is not None


@pytest.mark.parametrize("cut", range(12, 64))
def test_ntlm_cut_short_is_still_a_response(cut: int) -> None:
    found = credential("NTLM", b64(ntlm("alice", "LAB")[:cut]))
    assert found is not None
    assert found[2] is not None


@pytest.mark.parametrize(
    ("mechanism", "lines", "roles"),
    [
        ("PLAIN", [b64("\0a\0b")], [Role.RESPONSE]),
        ("LOGIN", [b64("a"), b64("b"), b64("c")], [Role.USER, Role.PASSWORD, Role.RESPONSE]),
        ("SCRAM-SHA-1", [SCRAM_FIRST, b64(SCRAM_FINAL)], [Role.USER, Role.RESPONSE]),
        ("XOAUTH2", [b64("user=a\1auth=Bearer b\1\1")], [Role.TOKEN]),
        ("EXTERNAL", [b64("alice")], [Role.AUTHZID]),
        ("ANONYMOUS", [b64("trace")], [Role.USER]),
        ("X-OWN", [b64("x")], [Role.RESPONSE]),
        ("PLAIN", [b"=", b"*"], [Role.ARGUMENT, Role.ARGUMENT]),
        ("LOGIN", [b"not base64!", b"nor this!"], [Role.RESPONSE, Role.PASSWORD]),
        ("LOGIN", [b64("\0alice\0secret")], [Role.RESPONSE]),
    ],
)
def test_roles_say_what_is_to_be_masked(
    mechanism: str, lines: list[bytes], roles: list[Role]
) -> None:
    assert [step.role for step in steps(mechanism, *lines)] == roles


def test_an_identity_to_act_as_is_kept_apart() -> None:
    (step,) = steps("PLAIN", b64("boss\0kurt\0x"))
    assert step.attempt is not None
    assert step.attempt.authzid == "boss"


def test_proofs_are_what_else_must_be_masked() -> None:
    (step,) = steps("CRAM-MD5", b64(CRAM))
    assert step.attempt is not None
    shown = {proof.reveal() for proof in step.attempt.proofs}
    assert shown == {b64(CRAM).decode(), CRAM.split()[1]}


def test_giving_up_is_told() -> None:
    assert [step.cancelled for step in steps("LOGIN", b"*")] == [True]
    assert [step.cancelled for step in steps("LOGIN", b" QUIT ")] == [True]
    assert [step.cancelled for step in steps("LOGIN", b"=", b"quite")] == [False, False]


@pytest.mark.parametrize(
    ("text", "plain", "fine"),
    [
        (b"cHc=", b"pw", True),
        (b"cHc", b"pw", False),
        (b"cHc= ", b"pw", False),
        (b"cHc===", b"pw", False),
        (b"c", None, False),
        (b"pass word", None, False),
    ],
)
def test_decode(text: bytes, plain: bytes | None, fine: bool) -> None:
    assert decode(text) == (plain, () if fine else (Anomaly.BAD_BASE64,))


def test_lost_bytes_make_the_secret_unknown() -> None:
    exchange = Exchange("LOGIN")
    exchange.respond(b64("alice"))
    assert exchange.lose() == Step(Role.PASSWORD, Attempt("AUTH LOGIN", "alice", None))
    assert exchange.lose() == Step(Role.RESPONSE)
    assert Exchange("SCRAM-SHA-1").lose().attempt is None  # its first line has no secret
    assert Exchange("ANONYMOUS").lose().attempt is None


def test_fields_for_a_person() -> None:
    assert describe("plain", b"boss\0kurt\0x") == [
        (Role.AUTHZID, "boss"),
        (Role.USER, "kurt"),
        (Role.PASSWORD, "x"),
    ]
    assert describe("LOGIN", b"alice", Role.USER) == [(Role.USER, "alice")]
    assert describe("SCRAM-SHA-1", b"r=1,s=QSXCR,i=4096", Role.CHALLENGE) == [
        (Role.CHALLENGE, "r=1,s=QSXCR,i=4096")
    ]
    assert describe("PLAIN", b"") == []
    assert describe("DIGEST-MD5", DIGEST.encode())[1] == (Role.USER, 'ch"ris')


def test_a_hostile_response_is_read_fast() -> None:
    for text in (b"a" * 500_000, b"p=" * 200_000, b"\1" * 500_000, b'"\\' * 200_000):
        for mechanism in ("DIGEST-MD5", "SCRAM-SHA-1", "XOAUTH2", "PLAIN", "NTLM"):
            assert describe(mechanism, text)


MECHANISMS = st.sampled_from(
    [
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "DIGEST-MD5",
        "NTLM",
        "SCRAM-SHA-1",
        "XOAUTH2",
        "OAUTHBEARER",
        "EXTERNAL",
        "GSSAPI",
        "X",
    ]
)
PIECES = st.sampled_from(
    [
        b"n,,n=a",
        b",r=1",
        b"c=biws",
        b",p=x",
        b"\0",
        b"\1",
        b"user=",
        b"auth=Bearer ",
        b"NTLMSSP\0",
        b"\3\0\0\0",
        b"username=",
        b'"',
        b"\\",
        b",",
        b"=",
        b" ",
        b"\xff",
        b"alice",
    ]
)
RESPONSES = st.one_of(
    st.binary(max_size=20),
    st.lists(PIECES, max_size=8).map(b"".join).map(b64),
    st.binary(max_size=90).map(lambda data: b64(b"NTLMSSP\0\3\0\0\0" + data)),
)


@given(MECHANISMS, st.lists(RESPONSES, max_size=4))
def test_nothing_raises_and_a_dialogue_has_one_secret(name: str, lines: list[bytes]) -> None:
    found = [step.attempt for step in steps(name, *lines) if step.attempt]
    assert len(found) <= 1
    for attempt in found:
        assert all(proof.reveal() for proof in attempt.proofs)
