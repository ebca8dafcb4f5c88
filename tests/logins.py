"""Logins as each mechanism's specification has them, carried by all three protocols.

A ``Login`` says what a client and a server tell each other, decoded, and what a listener must learn
from it. ``carry`` writes it down as the lines of a session of a protocol.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.base import CLIENT, SERVER, Direction

PROTOCOLS = {"imap": 143, "pop3": 110, "smtp": 25}
"""The protocols and their ports."""

Turn = tuple[Direction, bytes]
Told = tuple[str, str | None, str, str]
"""Mechanism, name, secret and strength."""


def b64(text: str | bytes) -> bytes:
    """The base64 of bytes, or of text in UTF-8."""
    return base64.b64encode(text.encode() if isinstance(text, str) else text)


@dataclass(frozen=True, slots=True)
class Login:
    """One login.

    Attributes:
        label: names the case in the list of tests.
        mechanism: as sent.
        client: the client's responses, decoded.
        server: the server's challenges, decoded: before each response, and at the end.
        expected: mechanism, name, secret and strength in the clear; None where no secret crosses.
        first: whether the first response may be sent along with the command.
    """

    label: str
    mechanism: str
    client: tuple[bytes, ...]
    server: tuple[bytes, ...]
    expected: Told | None
    first: bool = True


def ntlm(user: str, domain: str, *, wide: bool = True, old: bool = False, v2: bool = True) -> bytes:
    """Message 3 of [MS-NLMP] 2.2.1.3; ``old``: without session key and flags, as Windows 95 did."""
    coding = "utf-16-le" if wide else "latin-1"
    proof = b"\x21" * (52 if v2 else 24)
    texts = [b"\x11" * 24, proof, *(t.encode(coding) for t in (domain, user, "PC"))]
    texts += [] if old else [b""]
    base = 52 if old else 64
    fields, payload = b"", b""
    for text in texts:
        fields += struct.pack("<HHI", len(text), len(text), base + len(payload))
        payload += text
    flags = b"" if old else struct.pack("<I", 1 if wide else 2)
    return b"NTLMSSP\0" + struct.pack("<I", 3) + fields + flags + payload


NTLM_1 = b"NTLMSSP\0\1\0\0\0\7\x82\x08\0" + bytes(16)
NTLM_2 = b"NTLMSSP\0\2\0\0\0" + bytes(12) + b"\1\x02\0\0" + b"\x37" * 8 + bytes(16)
SPNEGO = b"\xa1\x81\xc0\x30\x81\xbd\xa2\x81\xba\x04\x81\xb7"
DIGEST = (
    'username="alice",realm="example.org",nonce="OA6MG9tEQGm2hh",cnonce="OA6MHXh6VqTrRk",'
    'nc=00000001,qop=auth,digest-uri="imap/example.org",charset=utf-8,'
    "response=d388dad90d4bbd760a152321f2143af7"
)
ASK_DIGEST = b'realm="example.org",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess'
CRAM = "alice b913a602c7eda7a495b4e6e7334d3890"
FINAL = "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfc,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
ASK_SCRAM = b"r=fyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=4096"
SIGNATURE = b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ="
TOKEN = "ya29.vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg"
BEARER = f"n,a=al=2Cice@example.org,\1host=h\1port=143\1auth=Bearer {TOKEN}\1\1".encode()
XOAUTH2 = f"user=alice@example.org\1auth=Bearer {TOKEN}\1\1".encode()
REFUSAL = b'{"status":"401","schemes":"bearer","scope":"https://mail.example.org/"}'


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _scram() -> Iterator[Login]:
    for name in ("SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-512"):
        for plus in ("", "-PLUS"):
            mechanism = f"SCRAM-{name}{plus}"
            head = b"p=tls-exporter,," if plus else b"n,,"
            said = (head + b"n=al=2Cice=3D,r=fyko+d2lbbFgONRv9qkxdawL", FINAL.encode(), b"")
            told = (mechanism, "al,ice=", FINAL, "salted")
            yield Login(mechanism, mechanism, said, (b"", ASK_SCRAM, SIGNATURE), told)
    flags = (b"y,a=boss,n=alice,r=abcdefgh", FINAL.encode(), b"")
    told = ("SCRAM-SHA-1", "alice", FINAL, "salted")
    yield Login("scram-authzid", "scram-sha-1", flags, (b"", ASK_SCRAM, SIGNATURE), told)
    yield Login("scram-half", "SCRAM-SHA-1", flags[:1], (b"",), None)


def _ntlm() -> Iterator[Login]:
    kinds = {
        "v2": ntlm("alice", "LAB"),
        "v1": ntlm("alice", "LAB", v2=False),
        "oem": ntlm("alice", "LAB", wide=False),
        "old": ntlm("alice", "LAB", wide=False, old=True),
        "old-wide": ntlm("alice", "LAB", old=True),
    }
    for label, message in kinds.items():
        told = ("NTLM", "LAB\\alice", _text(message), "hashed")
        yield Login(f"ntlm-{label}", "NTLM", (NTLM_1, message), (b"", NTLM_2), told)
    bare = ntlm("alice", "")
    told = ("NTLM", "alice", _text(bare), "hashed")
    yield Login("ntlm-no-domain", "NTLM", (NTLM_1, bare), (b"", NTLM_2), told)
    # an announcement in words, and no message 1 along with the command
    yield Login(
        "ntlm-words", "ntlm", (NTLM_1, bare), (b"NTLM supported", NTLM_2), told, first=False
    )
    yield Login("ntlm-half", "NTLM", (NTLM_1,), (b"",), None)
    wrapped = SPNEGO + kinds["v2"]
    said = (b"\x60\x48" + NTLM_1, wrapped)
    told = ("GSS-SPNEGO", "LAB\\alice", _text(wrapped), "hashed")
    yield Login("spnego-ntlm", "GSS-SPNEGO", said, (b"", SPNEGO + NTLM_2), told)
    told = ("MSN", "LAB\\alice", _text(kinds["v1"]), "hashed")
    yield Login("msn", "MSN", (NTLM_1, kinds["v1"]), (b"", NTLM_2), told)


def _plain() -> Iterator[Login]:
    cases = {
        "plain": (b"\0alice\0correct-horse", "alice", "correct-horse"),
        "plain-authzid": (b"boss\0alice\0correct-horse", "alice", "correct-horse"),
        "plain-name-in-authzid": (b"alice\0\0correct-horse", "alice", "correct-horse"),
        "plain-no-first-nul": (b"alice\0correct-horse", "alice", "correct-horse"),
        "plain-nul-behind": (b"\0alice\0correct-horse\0", "alice", "correct-horse"),
        "plain-four-nuls": (b"\0alice\0correct-horse\0\0", "alice", "correct-horse"),
        "plain-empty-password": (b"\0alice\0", "alice", ""),
        "plain-empty-name": (b"\0\0correct-horse", "", "correct-horse"),
        "plain-latin-1": (b"\0andr\xe9\0p\xe4sswort", "andré", "pässwort"),
        "plain-utf-8": ("\0andré\0pässwort".encode(), "andré", "pässwort"),
        "plain-blanks": (b"\0alice\0 a b ", "alice", " a b "),
    }
    for label, (said, name, secret) in cases.items():
        yield Login(label, "PLAIN", (said,), (b"",), ("PLAIN", name, secret, "encoded"))
    said = b"\0alice\0correct-horse\0client-1"
    told = ("PLAIN-CLIENTTOKEN", "alice", "correct-horse", "encoded")
    yield Login("plain-clienttoken", "PLAIN-CLIENTTOKEN", (said,), (b"",), told)
    told = ("SECURID", "alice", "123456", "encoded")
    yield Login("securid", "SECURID", (b"\0alice\x00123456\x007777",), (b"",), told)


def _login() -> Iterator[Login]:
    prompts = {
        "": (b"Username:", b"Password:"),
        "-user-name": (b"User Name\0", b"Password\0"),
        "-german": ("Benutzername für Köln:".encode("latin-1"), b"Kennwort:"),
        "-portuguese": ("Usuário:".encode(), b"Senha:"),
        "-both-in-one": (b"Username:", b"Password for user alice:"),
        "-odd": (b"?", b"!"),
        "-none": (b"", b""),
    }
    told = ("AUTH LOGIN", "alice", "correct-horse", "encoded")
    for label, asked in prompts.items():
        yield Login(f"login{label}", "LOGIN", (b"alice", b"correct-horse"), asked, told)
    asked = (b"Password:", b"Username:")
    said = (b"correct-horse", b"alice")
    yield Login("login-password-first", "LOGIN", said, asked, told, first=False)
    told = ("AUTH LOGIN", "alice", "", "encoded")
    yield Login(
        "login-empty-password", "LOGIN", (b"alice", b""), (b"Username:", b"Password:"), told
    )
    told = ("AUTH LOGIN", "", "correct-horse", "encoded")
    said = (b"", b"correct-horse")
    yield Login("login-empty-name", "LOGIN", said, (b"Username:", b"Password:"), told, first=False)
    yield Login("login-half", "LOGIN", (b"alice",), (b"Username:",), None)


def _proofs() -> Iterator[Login]:
    ask = (b"<1896.697170952@mail.example.org>",)
    for name in ("CRAM-MD5", "CRAM-SHA1"):
        told = (name, "alice", CRAM, "hashed")
        yield Login(name, name, (CRAM.encode(),), ask, told, first=False)
    spaced = "alice smith 0123456789abcdef0123456789abcdef"
    told = ("CRAM-MD5", "alice smith", spaced, "hashed")
    yield Login("cram-blank-in-name", "CRAM-MD5", (spaced.encode(),), ask, told, first=False)
    said = (DIGEST.encode(), b"")
    told = ("DIGEST-MD5", "alice", DIGEST, "hashed")
    asked = (ASK_DIGEST, b"rspauth=ea40f60335c427b5527b84dbabcdfffd")
    yield Login("digest-md5", "DIGEST-MD5", said, asked, told, first=False)
    said = (b"\0alice", b"hex:11d4c147e227c1f1")
    told = ("OTP", "alice", "hex:11d4c147e227c1f1", "hashed")
    yield Login("otp", "OTP", said, (b"", b"otp-md5 123 ke1234 ext"), told)
    said = (b"alice", b"OMEN US HORN OMIT BACK AHOY")
    told = ("SKEY", "alice", "OMEN US HORN OMIT BACK AHOY", "hashed")
    yield Login("skey", "SKEY", said, (b"", b"s/key 99 ke1234"), told)
    yield Login("otp-half", "OTP", (b"\0alice",), (b"",), None)


def _others() -> Iterator[Login]:
    told: Told = ("XOAUTH2", "alice@example.org", TOKEN, "token")
    yield Login("xoauth2", "XOAUTH2", (XOAUTH2,), (b"",), told)
    yield Login("xoauth2-refused", "XOAUTH2", (XOAUTH2, b""), (b"", REFUSAL), told)
    told = ("OAUTHBEARER", "al,ice@example.org", TOKEN, "token")
    yield Login("oauthbearer", "OAUTHBEARER", (BEARER,), (b"",), told)
    yield Login("oauthbearer-refused", "OAUTHBEARER", (BEARER, b"\1"), (b"", REFUSAL), told)
    told = ("OAUTHBEARER", None, TOKEN, "token")
    said = (f"n,,\1auth=Bearer {TOKEN}\1\1".encode(),)
    yield Login("oauthbearer-no-name", "OAUTHBEARER", said, (b"",), told)
    yield Login("external", "EXTERNAL", (b"",), (b"",), ("EXTERNAL", None, "", "none"))
    yield Login("external-name", "EXTERNAL", (b"alice",), (b"",), ("EXTERNAL", "alice", "", "none"))
    told = ("ANONYMOUS", "sirhc@example.org", "", "none")
    yield Login("anonymous", "ANONYMOUS", (b"sirhc@example.org",), (b"",), told)
    ticket = b"\x60\x82\x02\x1a\x06\x09\x2a\x86\x48\xff"
    for name in ("GSSAPI", "GS2-KRB5", "GS2-KRB5-PLUS"):
        told = (name, None, _text(ticket), "unknown")
        yield Login(name, name, (ticket, b"", b"\1\0\0\0al"), (b"", b"\x60\x40", b"\7\0\0\0"), told)
    told = ("GSS-SPNEGO", None, _text(ticket), "unknown")
    yield Login("spnego-kerberos", "GSS-SPNEGO", (ticket,), (b"",), told)
    told = ("KERBEROS_V4", None, _text(ticket), "unknown")
    yield Login("kerberos-v4", "KERBEROS_V4", (ticket,), (b"\2\x61\x58\x8a",), told, first=False)
    told = ("X-OWN", None, "open sesame", "unknown")
    yield Login("unknown", "X-OWN", (b"open sesame",), (b"",), told)


LOGINS = [*_plain(), *_login(), *_proofs(), *_scram(), *_ntlm(), *_others()]
"""Every login of the table."""


def carry(protocol: str, login: Login, *, along: bool, accepted: bool = True) -> list[Turn]:
    """The lines of a session in which the login is tried.

    ``along``: the first response goes along with the command, ``=`` where it is empty.
    """
    turns = [*_opening(protocol), *_exchange(protocol, login, along=along)]
    return [*turns, *_end(protocol, accepted=accepted)]


def _opening(protocol: str) -> list[Turn]:
    match protocol:
        case "imap":
            return [(SERVER, b"* OK IMAP4rev1 ready\r\n")]
        case "pop3":
            return [(SERVER, b"+OK POP3 ready\r\n")]
        case _:
            hello = b"250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n"
            return [(SERVER, b"220 ESMTP\r\n"), (CLIENT, b"EHLO pc.lan\r\n"), (SERVER, hello)]


def _exchange(protocol: str, login: Login, *, along: bool) -> Iterator[Turn]:
    verb = b"a1 AUTHENTICATE " if protocol == "imap" else b"AUTH "
    goes_on = b"334 " if protocol == "smtp" else b"+ "
    said = [b64(text) for text in login.client]
    asked = [b64(text) for text in login.server]
    line = verb + login.mechanism.encode()
    if along:
        line += b" " + (said.pop(0) or b"=")
        asked.pop(0)
    yield CLIENT, line + b"\r\n"
    for challenge, response in zip(asked, said, strict=True):
        yield SERVER, goes_on + challenge + b"\r\n"
        yield CLIENT, response + b"\r\n"


def _end(protocol: str, *, accepted: bool) -> list[Turn]:
    words = {
        "imap": (b"a1 NO no\r\n", b"a1 OK in\r\n"),
        "pop3": (b"-ERR no\r\n", b"+OK in\r\n"),
        "smtp": (b"535 5.7.8 no\r\n", b"235 2.7.0 in\r\n"),
    }
    bye = {"imap": b"a2 LOGOUT\r\n"}.get(protocol, b"QUIT\r\n")
    return [(SERVER, words[protocol][accepted]), (CLIENT, bye)]


def lines(turns: Sequence[Turn]) -> list[bytes]:
    """The turns as ``tests.dialogue.play`` takes them."""
    return [(b"C: " if who is CLIENT else b"S: ") + data for who, data in turns]
