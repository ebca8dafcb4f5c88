"""``wiretutor analyze``: the same findings as a table for people. Plain text, masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutor.base import MASK, sanitise
from tutor.capture import Capture, Entry, Lookup
from tutor.findings import RULES, Certainty, Credential
from tutor.findings.across import FileFinding
from tutor.lesson.reference import reference
from tutor.render import needles
from tutor.render.entry_words import protocol_of, security_words
from tutor.render.lookups import lookup_line
from tutor.render.needles import Needles, hide
from tutor.render.plain import certainty_word
from tutor.render.skipped import skipped_lines
from tutor.render.untold import untold
from tutor.words import _, ngettext

_MOST = 10
"""Look-ups that led to no session; more are in the JSON report."""

_MOST_STEPS = 4
"""Steps, or sessions, that are named for a rule; more are in the JSON report."""


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
    for words in skipped_lines(capture):
        yield f"  {words}"
    across = capture.findings
    for verdict in across:
        yield "  " + _("sessions {numbers}: {words} ({rule}, {certainty})").format(
            numbers=_listed(verdict.sessions),
            words=_words(verdict.rule),
            rule=verdict.rule,
            certainty=certainty_word(verdict.certainty),
        )
    for lookup in _unanswered(capture):
        yield "  " + lookup_line(lookup)
    for entry in entries:
        yield "  " + entry_line(entry)
        for lookup in capture.lookups_before(entry.id):
            yield "       " + lookup_line(lookup)
        hidden = Needles() if reveal else needles.of(entry.credentials)
        for credential in entry.credentials:
            yield "       " + _login(credential, hidden, reveal=reveal)
        yield from ("       " + line for line in _verdicts(entry, across))


def _verdicts(entry: Entry, across: Sequence[FileFinding]) -> Iterator[str]:
    """What was found, the worst first, each rule once; and what the capture does not tell."""
    steps: dict[tuple[str, Certainty], list[int]] = {}
    for finding in sorted(entry.findings, key=lambda found: RULES.index(found.rule)):
        steps.setdefault((finding.rule, finding.certainty), []).append(finding.step)
    for (rule, certainty), found in steps.items():
        yield _("step {step}: {words} ({rule}, {certainty})").format(
            step=_listed(found),
            words=_words(rule),
            rule=rule,
            certainty=certainty_word(certainty),
        )
    yield from untold(entry, across)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:_MOST_STEPS])) + (" …" if numbers[_MOST_STEPS:] else "")


def _words(rule: str) -> str:
    """A rule's headline, in the language in use."""
    found = reference().finding(rule)
    return found.name if found else rule


def _unanswered(capture: Capture) -> list[Lookup]:
    """Look-ups about mail that led to no session: a null MX, a name that does not exist."""
    return [found for found in capture.lookups if found.type == "MX" and not found.sessions][:_MOST]


def entry_line(entry: Entry) -> str:
    """One session in one line: number, protocol, ends, protection."""
    ends = f"{entry.client} -> {entry.server}"
    return f"{entry.id:>3}  {protocol_of(entry):<5} {ends}  {security_words(entry)}"


def _strength(strength: str) -> str:
    return {
        "readable": _("readable"),
        "encoded": _("encoded"),
        "token": _("token"),
        "hashed": _("hashed"),
        "salted": _("salted"),
        "protected": _("protected"),
        "none": _("none"),
    }.get(strength, strength)


def _login(credential: Credential, hidden: Needles, *, reveal: bool) -> str:
    secret = credential.secret
    shown = _("not captured") if secret is None else secret.reveal() if reveal else MASK
    answer = {True: _("accepted"), False: _("refused"), None: _("answer not seen")}
    return _("step {step}: login {mechanism} {user} {secret}: {strength}, {answer}").format(
        step=credential.step,
        mechanism=sanitise(credential.mechanism),
        user=sanitise(hide(credential.username or "?", hidden)),
        secret=sanitise(shown),
        strength=_strength(credential.strength),
        answer=answer[credential.accepted],
    )
