"""What stands in a decoded SASL response, field by field, mechanism by mechanism.

=============  ======================================================  =========
mechanism      a response holds                                        source
=============  ======================================================  =========
PLAIN          authzid NUL authcid NUL password                        RFC 4616 2
LOGIN          the name; on the next line the password                 (none)
CRAM-MD5       name SP hex digest                                      RFC 2195 2
DIGEST-MD5     directives: username, nonces, response                  RFC 2831 2.1.2
NTLM           message 1 (flags), then message 3 (names and proofs)    [MS-NLMP] 2.2.1
SCRAM-*        first: ``n=`` name, ``r=`` nonce; final: ``p=`` proof   RFC 5802 5.1
XOAUTH2        ``user=`` and ``auth=Bearer`` token, separated by ^A    (none)
OAUTHBEARER    ``a=`` name in the GS2 header, ``auth=Bearer`` token    RFC 7628 3.1
EXTERNAL       the identity to act as, or nothing                      RFC 4422 A.1
ANONYMOUS      a trace: a few words                                    RFC 4505 2
OTP            authzid NUL name; on the next line the one-time word    RFC 2444 3
SKEY           the name; on the next line the one-time word            RFC 2222 7.3
SECURID        authzid NUL name NUL passcode NUL pin                   RFC 2808 2
=============  ======================================================  =========

CRAM-SHA1 and CRAM-SHA256 (Courier) are as CRAM-MD5, PLAIN-CLIENTTOKEN as PLAIN with one field more.
MSN and GSS-SPNEGO carry NTLM's messages, or something of their own.
All other mechanisms (GSSAPI among them) give one field, the response.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from tutor.base import Role


class Field(NamedTuple):
    """A labelled piece of a decoded response."""

    role: Role
    text: str


_LONGEST = 9216
"""Bytes of a response that are looked into: RFC 4954 4 allows 12288 octets of base64."""

_Reader: TypeAlias = Callable[[bytes], list[Field]]


def describe(mechanism: str, decoded: bytes, expected: Role = Role.RESPONSE) -> list[Field]:
    """Split a decoded response into labelled fields.

    Args:
        mechanism: the SASL name; case does not matter.
        decoded: the bytes that the base64 text stood for.
        expected: for mechanisms whose lines hold one field each (LOGIN), and for the server's
            lines (``Role.CHALLENGE``): what this line holds.

    Returns:
        The fields in the order sent; never raises, and a response that is not of its mechanism's
        shape is one field of role RESPONSE.
    """
    name = mechanism.upper()
    if not decoded:
        return []
    if expected in (Role.CHALLENGE, Role.USER) or name == "LOGIN":
        return [Field(expected, text_of(decoded))]
    if len(decoded) > _LONGEST:
        return _whole(decoded)
    reader = _READERS.get(name, _scram if name.startswith("SCRAM-") else _whole)
    return reader(decoded) or _whole(decoded)


def text_of(data: bytes) -> str:
    """Give a field as text: UTF-8, else Latin-1, which keeps every byte apart."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def whole_of(data: bytes) -> str:
    """Give a whole response as text; a binary one (NTLM, GSSAPI) as base64 again.

    So it keeps a form that can be written down and looked up. NUL and ^A do not make it binary:
    PLAIN and XOAUTH2 separate their fields by them.
    """
    text = text_of(data)
    if any(not (char.isprintable() or char in _SEPARATORS) for char in text):
        return base64.b64encode(data).decode("ascii")
    return text


_SEPARATORS = "\0\1\t\r\n"


def _whole(decoded: bytes) -> list[Field]:
    return [Field(Role.RESPONSE, whole_of(decoded))]


def _plain(decoded: bytes) -> list[Field]:
    """NUL separates and can be in no field, so a third one (a C string's end) ends the password."""
    names = [text_of(piece) for piece in decoded.split(b"\0", 3)]
    if len(names) == 1:
        return [Field(Role.PASSWORD, names[0])]
    if len(names) == 2:  # the first NUL was forgotten
        return [Field(Role.USER, names[0]), Field(Role.PASSWORD, names[1])]
    roles = (Role.AUTHZID, Role.USER, Role.PASSWORD, Role.PARAMETER)
    return [Field(*pair) for pair in zip(roles, names, strict=False)]


def _otp(decoded: bytes) -> list[Field]:
    """RFC 2444 3: first the names, authzid NUL authcid; then ``hex:`` or ``word:`` and the OTP."""
    names = [text_of(piece) for piece in decoded.split(b"\0")]
    if len(names) == 2:
        return [Field(Role.AUTHZID, names[0]), Field(Role.USER, names[1])]
    return []


def _cram(decoded: bytes) -> list[Field]:
    name, space, digest = decoded.rpartition(b" ")
    if not space:
        return []
    return [Field(Role.USER, text_of(name)), Field(Role.RESPONSE, text_of(digest))]


_DIRECTIVE = re.compile(r'\s*([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",\s]*))\s*(?:,|\Z)')
_DIRECTIVE_ROLES = {
    "username": Role.USER,
    "authzid": Role.AUTHZID,
    "response": Role.RESPONSE,
    "digest-uri": Role.HOST,
}


def _digest(decoded: bytes) -> list[Field]:
    """RFC 2831 7.1: comma-separated directives, values as tokens or quoted strings."""
    fields = []
    for match in _DIRECTIVE.finditer(text_of(decoded)):
        key, quoted, token = match.groups()
        value = token if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        role = _DIRECTIVE_ROLES.get(key.lower(), Role.PARAMETER)
        fields.append(Field(role, f"{key}={value}" if role is Role.PARAMETER else value))
    return fields


def _saslname(text: str) -> str:
    """RFC 5802 5.1: a comma is written ``=2C`` and an equals sign ``=3D``."""
    return text.replace("=2C", ",").replace("=3D", "=")


def _scram(decoded: bytes) -> list[Field]:
    fields = []
    final = decoded.startswith(b"c=")
    for piece in text_of(decoded).split(","):
        key, _, value = piece.partition("=")
        if key == "a":
            fields.append(Field(Role.AUTHZID, _saslname(value)))
        elif key == "n" and "=" in piece:
            fields.append(Field(Role.USER, _saslname(value)))
        elif key == "p" and final:
            fields.append(Field(Role.RESPONSE, value))
        elif piece:
            fields.append(Field(Role.PARAMETER, piece))
    return fields if {Role.USER, Role.RESPONSE} & {field.role for field in fields} else []


def _oauth(decoded: bytes) -> list[Field]:
    fields = []
    for piece in text_of(decoded).split("\1"):
        key, _, value = piece.partition("=")
        if key == "user":
            fields.append(Field(Role.USER, value))
        elif key == "auth":
            fields.append(Field(Role.TOKEN, value.partition(" ")[2].strip() or value))
        elif key in ("host", "port"):
            fields.append(Field(Role.HOST, value))
        elif ",a=" in piece:  # the GS2 header: n,a=name,
            fields.append(Field(Role.USER, _saslname(piece.partition(",a=")[2].rstrip(","))))
    # A lone ^A is the client's "I have read your error" (RFC 7628 3.2.3).
    return fields or ([Field(Role.PARAMETER, "^A")] if decoded.strip(b"\1") == b"" else [])


_NTLM = b"NTLMSSP\0"
_NTLM_FIELDS = (12, 20, 28, 36, 44)
_NTLM_FLAGS = 60


def carries_ntlm(mechanism: str, decoded: bytes) -> bool:
    """Whether a response of this mechanism holds an NTLM proof, bare or wrapped in SPNEGO."""
    shaped = _READERS.get(mechanism.upper()) is _ntlm
    return shaped and any(role is Role.RESPONSE for role, _ in _ntlm(decoded))


def _ntlm(decoded: bytes) -> list[Field]:
    """[MS-NLMP] 2.2.1.3: name fields are (length, space, offset) at fixed places of message 3."""
    at = decoded.find(_NTLM)
    message = decoded[at:]
    if at < 0 or len(message) < 12:
        return []
    (kind,) = struct.unpack_from("<I", message, 8)
    if kind != 3:
        return [Field(Role.PARAMETER, f"NTLM message {kind}")]
    if len(message) < 52:
        return []
    wide = _ntlm_wide(message)
    domain, user, host = (_ntlm_text(message, offset, wide=wide) for offset in (28, 36, 44))
    proof = _ntlm_bytes(message, 20) or _ntlm_bytes(message, 12)
    return [
        Field(Role.USER, f"{domain}\\{user}" if domain else user),
        Field(Role.HOST, host),
        Field(Role.RESPONSE, proof.hex()),
    ]


def _ntlm_wide(message: bytes) -> bool:
    """Whether names are UTF-16: flag A. Old clients send no flags; their payload begins there."""
    places = (struct.unpack_from("<HHI", message, at) for at in _NTLM_FIELDS)
    payload = min((offset for length, _, offset in places if length), default=len(message))
    if payload < _NTLM_FLAGS + 4 or len(message) < _NTLM_FLAGS + 4:
        return b"\0" in _ntlm_bytes(message, 36)
    return bool(message[_NTLM_FLAGS] & 1)


def _ntlm_bytes(message: bytes, at: int) -> bytes:
    length, _, offset = struct.unpack_from("<HHI", message, at)
    return message[offset : offset + length]


def _ntlm_text(message: bytes, at: int, *, wide: bool) -> str:
    return _ntlm_bytes(message, at).decode("utf-16-le" if wide else "latin-1", "replace")


def _external(decoded: bytes) -> list[Field]:
    return [Field(Role.AUTHZID, text_of(decoded))]


def _anonymous(decoded: bytes) -> list[Field]:
    return [Field(Role.USER, text_of(decoded))]


_READERS: dict[str, _Reader] = {
    "PLAIN": _plain,
    "PLAIN-CLIENTTOKEN": _plain,
    "SECURID": _plain,
    "OTP": _otp,
    "CRAM-MD5": _cram,
    "CRAM-SHA1": _cram,
    "CRAM-SHA256": _cram,
    "DIGEST-MD5": _digest,
    "NTLM": _ntlm,
    "MSN": _ntlm,
    "GSS-SPNEGO": _ntlm,
    "XOAUTH2": _oauth,
    "OAUTHBEARER": _oauth,
    "EXTERNAL": _external,
    "ANONYMOUS": _anonymous,
}

MECHANISMS = (*_READERS, "LOGIN")
"""The mechanisms whose responses are read by their own rules, SCRAM's apart."""
