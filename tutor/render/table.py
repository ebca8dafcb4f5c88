"""``wiretutor analyze``: the same findings as a table for people. Plain text, masked."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.base import MASK, sanitise
from tutor.capture import Capture
from tutor.findings import Credential, credentials, findings
from tutor.session import Session
from tutor.words import _, ngettext


def table(capture: Capture, *, reveal: bool = False, everything: bool = False) -> Iterator[str]:
    """The lines about one capture."""
    entries = [e for e in capture.entries if everything or e.protocol != "other"]
    packets = ngettext("{n} packet", "{n} packets", capture.packets)
    found = ngettext("{n} mail session", "{n} mail sessions", len(entries))
    yield "{}  {}, {}".format(
        sanitise(capture.name),
        packets.format(n=f"{capture.packets:,}"),
        found.format(n=len(entries)),
    )
    if capture.damaged:
        yield "  " + _("damaged: {reason}").format(reason=sanitise(capture.damaged))
    for what, count in sorted(capture.skipped.items()):
        yield "  " + ngettext(
            "{n} packet in {what} was not looked into",
            "{n} packets in {what} were not looked into",
            count,
        ).format(n=count, what=what)
    for entry in entries:
        yield from _session(capture.session(entry.id), reveal=reveal)


def _session(session: Session, *, reveal: bool) -> Iterator[str]:
    name = session.protocol.upper()
    if session.presumed:
        name = _("TLS, presumed {protocol}").format(protocol=session.presumed.upper())
    yield f"  {session.id:>3}  {name:<6} {session.client} -> {session.server}  {_security(session)}"
    for credential in credentials(session):
        yield "       " + _login(credential, reveal=reveal)
    for finding in findings(session):
        yield "       " + _("step {step}: {rule} ({certainty})").format(
            step=finding.step, rule=finding.rule, certainty=finding.certainty.value
        )


def _security(session: Session) -> str:
    words = {
        "plaintext": _("in the clear"),
        "starttls": _("TLS after STARTTLS"),
        "tls": _("TLS from the first byte"),
    }[session.security]
    if session.tls and session.tls.version:
        opened = _("decrypted") if session.tls.decrypted else _("not decrypted")
        words += f" {session.tls.version}, {opened}"
    return words


def _login(credential: Credential, *, reveal: bool) -> str:
    secret = credential.secret
    shown = _("not captured") if secret is None else secret.reveal() if reveal else MASK
    answer = {True: _("accepted"), False: _("refused"), None: _("answer not seen")}
    return _("step {step}: login {mechanism} {user} {secret}: {strength}, {answer}").format(
        step=credential.step,
        mechanism=sanitise(credential.mechanism),
        user=sanitise(credential.username or "?"),
        secret=sanitise(shown),
        strength=credential.strength,
        answer=answer[credential.accepted],
    )
