"""``wiretutor analyze --json``: one JSON object for each file. The contract is ``docs/json.md``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from tutor.base import CLIENT, MASK, SERVER, Endpoint, Secret
from tutor.capture import Capture, Lookup
from tutor.findings import Credential, FileFinding, Finding, credentials, eve_facts, findings
from tutor.protocols.events import Certificate
from tutor.protocols.tls import TlsFacts
from tutor.render import needles
from tutor.render.needles import Needles, hide
from tutor.session import Session

SCHEMA = 1
_NANO = 1_000_000_000
_ESCAPED = re.compile(
    r"\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?P<half>\\ud[89a-f][0-9a-f]{2})"
)


def report(
    capture: Capture, *, reveal: bool = False, digest: bool = False, everything: bool = False
) -> dict[str, Any]:
    """The report on a loaded capture. ``everything`` lists other conversations too."""
    told = (reveal, digest, everything)
    return {**_head(capture), "sessions": list(_sessions(capture, *told))}


def written(
    capture: Capture, *, reveal: bool = False, digest: bool = False, everything: bool = False
) -> Iterator[str]:
    """The same as text, as ``dump`` writes it, in pieces: there may be very many sessions."""
    yield dump(_head(capture))[:-1] + ', "sessions": ['
    for number, session in enumerate(_sessions(capture, reveal, digest, everything)):
        yield (", " if number else "") + dump(session)
    yield "]}"


def _head(capture: Capture) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "file": {
            "name": capture.name,
            "format": capture.format,
            "packets": capture.packets,
            "damaged": capture.damaged,
        },
        "findings": [_file_finding(found) for found in capture.findings],
        "lookups": [_lookup(found) for found in capture.lookups],
        "skipped": dict(capture.skipped),
    }


def _sessions(
    capture: Capture, reveal: bool, digest: bool, everything: bool
) -> Iterator[dict[str, Any]]:
    for entry in capture.entries:
        if everything or entry.protocol != "other":
            yield session_report(capture.session(entry.id), reveal=reveal, digest=digest)


def unreadable(name: str, reason: str) -> dict[str, Any]:
    """The report on a file that could not be read at all."""
    return {
        "schema": SCHEMA,
        "file": {"name": name, "format": None, "packets": 0, "damaged": reason},
        "findings": [],
        "lookups": [],
        "skipped": {},
        "sessions": [],
    }


def session_report(
    session: Session, *, reveal: bool = False, digest: bool = False
) -> dict[str, Any]:
    """One session by the contract."""
    facts = eve_facts(session)
    logins = credentials(session)
    hidden = Needles() if reveal else needles.of(logins)
    out: dict[str, Any] = {
        "id": session.id,
        "protocol": session.protocol,
        "presumed": session.presumed,
        "security": session.security,
        "client": _end(session.client),
        "server": _end(session.server),
        "start": session.start / _NANO,
        "duration": round((session.end - session.start) / _NANO, 6),
        "complete": session.complete,
        "gaps": session.gaps,
        "commands": session.commands,
        "replies": session.replies,
        "tls": _tls(session.tls),
        "credentials": [_credential(c, hidden, reveal=reveal) for c in logins],
        "findings": [_finding(f) for f in findings(session)],
        "eve": {"count": len(facts), "facts": [{"kind": f.kind, "step": f.step} for f in facts]},
    }
    if digest:
        layer = session.layers[0]
        out["sha256"] = {
            "client": sha256(layer.captured(CLIENT)).hexdigest(),
            "server": sha256(layer.captured(SERVER)).hexdigest(),
        }
    return out


def dump(value: dict[str, Any]) -> str:
    """One line of JSON in ASCII: whatever was captured, no control character reaches a terminal.

    Half a surrogate pair (of a file name that is no UTF-8) is no character, and strict readers
    refuse it (RFC 8259 8.2); it becomes U+FFFD.
    """
    line = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(", ", ": "))
    return _ESCAPED.sub(lambda found: "\\ufffd" if found["half"] else found[0], line)


def _lookup(found: Lookup) -> dict[str, Any]:
    return {
        "name": found.name,
        "type": found.type,
        "answers": list(found.answers),
        "packet": found.packet,
        "rcode": found.rcode,
        "transport": found.transport,
        "truncated": found.truncated,
        "sessions": list(found.sessions),
    }


def _end(end: Endpoint) -> dict[str, Any]:
    return {"address": end.address, "port": end.port}


def _secret(secret: Secret | None, *, reveal: bool) -> str | None:
    if secret is None:
        return None
    return secret.reveal() if reveal else MASK


def _credential(found: Credential, hidden: Needles, *, reveal: bool) -> dict[str, Any]:
    name = found.username
    return {
        "step": found.step,
        "packet": found.packet,
        "mechanism": found.mechanism,
        "username": None if name is None else hide(name, hidden),
        "secret": _secret(found.secret, reveal=reveal),
        "strength": found.strength,
        "accepted": found.accepted,
    }


def _file_finding(found: FileFinding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "certainty": found.certainty.value,
        "sessions": list(found.sessions),
        "packets": list(found.packets),
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "certainty": found.certainty.value,
        "step": found.step,
        "packets": list(found.packets),
    }


def _tls(facts: TlsFacts | None) -> dict[str, Any] | None:
    if facts is None:
        return None
    return {
        "version": facts.version,
        "cipher": facts.cipher,
        "sni": facts.sni,
        "alpn": facts.alpn,
        "resumed": facts.resumed,
        "certificate": _certificate(facts.certificate),
        "decrypted": facts.decrypted,
        "why_not": facts.why_not,
        "group": facts.group,
        "ech": facts.ech,
    }


def _certificate(found: Certificate | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "subject": found.subject,
        "issuer": found.issuer,
        "names": list(found.names),
        "not_before": _date(found.not_before),
        "not_after": _date(found.not_after),
        "self_signed": found.self_signed,
        "key": found.key,
        "signature": found.signature,
    }


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
