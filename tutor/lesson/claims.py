"""Claims of a lesson, recomputed from the capture. What does not hold comes out as (where, why)."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.findings import RULES, credentials, eve_facts, findings
from tutor.findings.eve import KINDS
from tutor.lesson.bind import Bound
from tutor.lesson.computed import certainty
from tutor.lesson.guessing import guesses
from tutor.lesson.model import Claims, CredentialClaim, EveClaim, Step
from tutor.lesson.near import nearest
from tutor.session import Session

Wrong = tuple[tuple[str, ...], str]


def judge(bound: Bound, step: Step) -> Iterator[Wrong]:
    """What of a step's claims does not hold: the way to the claim, and what the capture says."""
    claims = step.claims
    if claims is None:
        return
    session, index = bound.session(step), bound.at[step.id]
    yield from _credential(claims.credential, session, index)
    yield from _eve(claims.eve, session, index)
    yield from _tls(claims, session)
    yield from _findings(claims, session, index)
    yield from _guessed(claims, session, index)
    yield from _certain(claims, bound, step)
    for name in ("security", "complete"):
        claimed = getattr(claims, name)
        if claimed is not None and claimed != getattr(session, name):
            yield (name,), f"claimed {claimed}, the capture says {getattr(session, name)}"
    event = session.event(index)
    if claims.size is not None and claims.size != event.span.length:
        yield ("size",), f"claimed {claims.size}, the capture says {event.span.length}"
    data = session.text(event).decode("utf-8", "replace")
    for text in claims.contains:
        if text not in data:
            yield ("contains",), f"this step does not contain '{text}'"
    for text in claims.lacks:
        if text in data:
            yield ("lacks",), f"this step does contain '{text}'"


def _credential(claim: CredentialClaim | None, session: Session, index: int) -> Iterator[Wrong]:
    if claim is None:
        return
    there = [c for c in credentials(session) if c.step == index + 1]
    if not there:
        steps = ", ".join(str(c.step) for c in credentials(session)) or "none"
        yield ("credential",), f"no credential ends in step {index + 1}; steps that do: {steps}"
        return
    real = {
        "user": there[0].username,
        "strength": there[0].strength,
        "mechanism": there[0].mechanism,
        "accepted": there[0].accepted,
    }
    for name, value in real.items():
        claimed = getattr(claim, name)
        if name in claim.model_fields_set and claimed != value:
            yield ("credential", name), f"claimed {claimed}, the capture says {value}"


def _eve(claim: EveClaim | None, session: Session, index: int) -> Iterator[Wrong]:
    if claim is None:
        return
    facts = eve_facts(session, index + 1)
    kinds = {fact.kind for fact in facts}
    if claim.count is not None and claim.count != len(facts):
        yield ("eve", "count"), f"claimed {claim.count}, the capture says {len(facts)}"
    for name in ("knows", "lacks"):
        for kind in getattr(claim, name):
            if kind not in KINDS:
                yield ("eve", name), f"'{kind}' is no kind of fact{nearest(kind, KINDS)}"
            elif (kind in kinds) != (name == "knows"):
                verb = "does not know" if name == "knows" else "knows"
                yield ("eve", name), f"after step {index + 1} Eve {verb} {kind}"


def _tls(claims: Claims, session: Session) -> Iterator[Wrong]:
    if claims.tls is None:
        return
    if session.tls is None:
        yield ("tls",), "there is no TLS in this session"
        return
    for name in claims.tls.model_fields_set:
        claimed, real = getattr(claims.tls, name), getattr(session.tls, name)
        if claimed != real:
            yield ("tls", name), f"claimed {claimed}, the capture says {real}"


def _findings(claims: Claims, session: Session, index: int) -> Iterator[Wrong]:
    found = findings(session)
    for rule in claims.finding:
        steps = sorted({f.step for f in found if f.rule == rule})
        if not steps:
            known = nearest(rule, dict.fromkeys(f.rule for f in found))
            yield ("finding",), f"'{rule}' is not found in this session{known}"
        elif steps[0] > index + 1:
            yield ("finding",), f"'{rule}' is found only in step {steps[0]}, after this one"
    for rule in claims.no_finding:
        if any(f.rule == rule for f in found):
            yield ("no_finding",), f"'{rule}' is found in this session"


def _guessed(claims: Claims, session: Session, index: int) -> Iterator[Wrong]:
    if not claims.guessed:
        return
    fits = guesses(session, index, claims.guessed)
    if fits is None:
        yield ("guessed",), "no answer to a challenge of CRAM-MD5 or APOP ends in this step"
    elif len(fits) != 1:
        yield ("guessed",), f"exactly one must explain the answer: {', '.join(fits) or 'none'}"


def _certain(claims: Claims, bound: Bound, step: Step) -> Iterator[Wrong]:
    for rule, claimed in claims.certain.items():
        if rule not in RULES:
            yield ("certain", rule), f"'{rule}' is no rule{nearest(rule, RULES)}"
            continue
        real = certainty(bound, step, rule)
        if real != claimed:
            yield ("certain", rule), f"claimed {claimed}, the capture says {real}"
