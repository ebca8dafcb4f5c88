"""Lines of a step that no author writes: what trying guesses gives, and what verdict is carried.

A step asks for them by its claims, ``guessed`` and ``certain``; what they say is computed.
"""

from __future__ import annotations

from tutor.findings import Certainty, findings
from tutor.lesson.bind import Bound
from tutor.lesson.guessing import guesses
from tutor.lesson.model import Step
from tutor.lesson.reference import Reference
from tutor.words import _


def certainty(bound: Bound, step: Step, rule: str) -> Certainty:
    """How surely the recording shows a rule: by this step's session, or by its whole file.

    ``cannot-tell`` where neither has the finding: that it is not found does not mean that it did
    not happen.
    """
    known = [f.certainty for f in findings(bound.session(step)) if f.rule == rule]
    known += [f.certainty for f in bound.verdicts.get(step.at.capture, ()) if f.rule == rule]
    # the surest one counts; they are declared in that order
    return min(known, key=list(Certainty).index, default=Certainty.CANNOT_TELL)


def said(bound: Bound, step: Step) -> str:
    """The step's text, and below it the lines that are computed."""
    return "\n".join(filter(None, (step.say, *_tried(bound, step), *_verdicts(bound, step))))


def _tried(bound: Bound, step: Step) -> list[str]:
    words = step.claims.guessed if step.claims else ()
    if not words:
        return []
    fits = guesses(bound.session(step), bound.at[step.id], words) or ()
    found = ", ".join(f"**{word}**" for word in fits) or _("none")
    return [_("Tried: {words}. It fits: {found}.").format(words=", ".join(words), found=found)]


def _verdicts(bound: Bound, step: Step) -> list[str]:
    reference = Reference.load(bound.language)
    lines = []
    for rule in step.claims.certain if step.claims else ():
        known = reference.finding(rule)
        name = known.name if known else rule
        word = _certain_word(certainty(bound, step, rule))
        lines.append(_("Verdict: {name}: **{certainty}**.").format(name=name, certainty=word))
    return lines


def _certain_word(found: Certainty) -> str:
    return {
        Certainty.OBSERVED: _("observed"),
        Certainty.INFERRED: _("inferred"),
        Certainty.CANNOT_TELL: _("cannot tell"),
    }[found]
