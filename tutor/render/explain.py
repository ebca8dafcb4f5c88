"""Explanations from the reference of the lesson room, in the language in use."""

from __future__ import annotations

from tutor.lesson.reference import Explanation, reference
from tutor.session import Eye, Session


def explain(session: Session, index: int, eye: str) -> tuple[Explanation, ...]:
    """What the reference says of an event, the most specific first."""
    inner = session.inside_tls(session.event(index).span.layer)
    ends = eye == "endpoints" or (eye == "both" and inner)
    return reference().explain(session, index, Eye.ENDPOINTS if ends else Eye.EVE)


def role(name: str) -> str:
    """The word that labels a part."""
    found = reference().role(name)
    return found.name if found else name


def role_text(name: str) -> str:
    """What a part is, in a few words; "" where the reference says nothing."""
    found = reference().role(name)
    return found.say if found else ""


def finding(rule: str) -> str:
    """A rule's headline."""
    found = reference().finding(rule)
    return found.name if found else rule


def term(name: str) -> str:
    """A word of the glossary and what it means; "" where there is none."""
    found = reference().term(name)
    return f"**{found.name}**: {' '.join(found.say.split())}" if found else ""
