"""Base64 undone: what the parts of an event stand for."""

from __future__ import annotations

import base64
import binascii

from tutor.base import MASK, Role, sanitise_bytes
from tutor.base.span import SECRET_ROLES
from tutor.findings.credentials import strength
from tutor.findings.eve import SECRET_KIND
from tutor.protocols.events import Attempt
from tutor.render import explain, names
from tutor.render.mask import Mask
from tutor.session import Session

_CANDIDATES = SECRET_ROLES | {Role.CHALLENGE, Role.USER, Role.AUTHZID, Role.ARGUMENT, Role.TEXT}
_SHORTEST = 4


def undone(data: bytes) -> bytes | None:
    """What base64 stands for; None where ``data`` is not base64 (RFC 4648 4)."""
    text = data.strip()
    if len(text) < _SHORTEST or len(text) % 4:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def undone_parts(session: Session, index: int, *, masked: bool) -> list[tuple[str, str]]:
    """Name and decoded text of each base64 part of an event."""
    event = session.event(index)
    mask = Mask(session)
    out: list[tuple[str, str]] = []
    for number, part in enumerate(event.parts):
        if part.role not in _CANDIDATES:
            continue
        plain = undone(session.part(event, number))
        if plain is None:
            continue
        text = sanitise_bytes(plain)
        if masked:
            text = MASK if part.role in SECRET_ROLES else mask.echo(plain)[0]
        out.append((explain.role(part.role.value), text))
    for detail in event.details if out else ():
        if isinstance(detail, Attempt):
            out += _attempt(detail, mask if masked else None)
    return out


def _attempt(attempt: Attempt, mask: Mask | None) -> list[tuple[str, str]]:
    name = (attempt.username or "").encode("utf-8", "surrogateescape")
    shown = mask.echo(name)[0] if mask else sanitise_bytes(name)
    out = [(names.fact("username"), shown)] if shown else []
    if attempt.secret is not None:
        sort = SECRET_KIND.get(strength(attempt.like or attempt.mechanism, inside_tls=False))
        name_of = names.fact(sort or "password")
        out.append((name_of, MASK if mask else attempt.secret.reveal()))
    return out
