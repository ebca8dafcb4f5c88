"""A first draft of a lesson from a capture: it plays at once, and says what is still to be written.

Every exchange becomes a step that is bound by its meaning, under the phase that it belongs to, with
the facts of the capture beside it as comments. What only a person can write begins with ``TODO``;
``wiretutor lesson check`` names those that are left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from tutor.base import Role
from tutor.findings import credentials, eve_facts
from tutor.lesson.compare import groups
from tutor.lesson.material import Drafted, Source
from tutor.lesson.reference import Reference
from tutor.protocols.events import Event
from tutor.render import phases
from tutor.render.view import View
from tutor.session import Eye, Session

SCHEMA_FILE = "lesson.schema.json"
"""The JSON Schema beside a draft: editors that know the first line's comment complete the keys."""

_LOOKED = (
    Role.VERB, Role.USER, Role.PASSWORD, Role.STATUS, Role.CODE, Role.LITERAL_SIZE,
)  # fmt: skip
_CITE = re.compile(r"^RFC[0-9]{3,5}#[0-9A-Z]+(\.[0-9]+)*$")
_SORTED = {
    "username": "The name of the login",
    "password": "The password",
    "subject": "The subject of the message",
    "server-name": "The name of the server",
    "size": "How much was sent",
    "time": "When it was sent",
}
"""Kinds of Eve's facts that a draft asks to sort, with the words for them."""


def draft(
    ident: str, sources: Sequence[Source], steps: Sequence[Drafted], *, masked: bool = True
) -> str:
    """The text of ``lesson.yaml``.

    Args:
        ident: the lesson's id.
        sources: what it plays, at least one.
        steps: its steps (``steps_of``).
        masked: whether secrets in the comments are masked.
    """
    lines = [
        f"# yaml-language-server: $schema={SCHEMA_FILE}",
        "# A draft: replace each TODO, take out what the reader does not need.",
        f"#   wiretutor learn ./{ident}          plays it",
        f"#   wiretutor lesson check ./{ident}   says what is missing or not so",
        "format: 1",
        f"id: {ident}",
        "title: TODO a short title",
        "level: beginner",
        "minutes: 10",
        "needs: []",
        "goals:",
        "  - TODO what can the reader do afterwards?",
        "captures:",
        *(line for source in sources for line in _recording(source)),
        "steps:",
        *(line for line in _step_lines(sources, steps, masked=masked)),
        *_compare(sources),
        'principle: "TODO the one thing to remember"',
        *_quiz(sources, steps),
    ]
    return "\n".join(lines) + "\n"


def _recording(source: Source) -> Iterator[str]:
    wanted = source.pick.model_dump(exclude_none=True)
    picked = ", ".join(f"{key}: {value}" for key, value in wanted.items())
    yield f"  {source.key}:"
    yield f"    file: {source.file}"
    yield f"    session: {{{picked}}}"
    yield f"    label: {_quoted(f'TODO a label ({source.key})'[:28])}"


# steps


def _step_lines(
    sources: Sequence[Source], steps: Sequence[Drafted], *, masked: bool
) -> Iterator[str]:
    reference = Reference.load("en")
    views = {
        source.key: View(source.session, masked=masked, eye=Eye.ENDPOINTS) for source in sources
    }
    before = ("", "")
    for drafted in steps:
        session, index = drafted.source.session, drafted.index
        event = session.event(index)
        phase = phases.phase(event) or before[1]
        if before != (drafted.source.key, phase):
            before = (drafted.source.key, phase)
            yield f"  # {drafted.source.key}: {phase}"
        yield f"  - id: {drafted.id}"
        yield f"    # {_facts(views[drafted.source.key], event, index)}"
        anchor = drafted.anchor.model_dump(exclude_none=True, exclude_defaults=True)
        words = ", ".join(f"{key}: {_bare(value)}" for key, value in anchor.items())
        yield f"    at: {{{words}}}"
        if drafted.answer:
            yield "    predict:"
            yield f"      ask: {_quoted(_ask(session.protocol, event))}"
            yield "      options: auto"
        yield f"    say: {_quoted('TODO what happens here, in two or three short sentences')}"
        looked = [role.value for role in _LOOKED if any(p.role is role for p in event.parts)]
        if looked:
            yield f"    look: [{', '.join(looked)}]"
        explained = reference.explain(session, index)
        cited = [cite for item in explained[:1] for cite in item.cite if _CITE.match(cite)]
        if cited:
            yield f"    cite: [{', '.join(cited)}]"
        yield from _claims(session, index)


def _facts(view: View, event: Event, index: int) -> str:
    """What the capture says of a step, in one line."""
    line = view.lines(index, 1)[0]
    packets = view.session.packets(index)
    where = f"step {index + 1}" + (f", packet {packets[0]}" if packets else "")
    said = " ".join(line.text.split())  # a comment ends with its line
    size = f", {event.span.length} bytes" if event.span.length else ""
    return f"{where}{size}: {line.side} {said[:90]}".replace(":  ", ": ").rstrip()


def _ask(protocol: str, event: Event) -> str:
    command = f"{event.tag} {event.about}".strip()
    if protocol == "imap":
        return f"Which line ends {command}?"
    return f"Which form has the server's answer to {command}?"


def _claims(session: Session, index: int) -> Iterator[str]:
    for found in credentials(session):
        if found.step == index + 1:
            accepted = {True: "true", False: "false", None: "null"}[found.accepted]
            user = "null" if found.username is None else _quoted(found.username)
            yield (
                f"    claims: {{credential: {{user: {user}, mechanism: {_quoted(found.mechanism)}, "
                f"strength: {found.strength}, accepted: {accepted}}}}}"
            )
            return
    if index == 0:
        yield f"    claims: {{security: {session.security}}}"


# what follows the steps


def _compare(sources: Sequence[Source]) -> Iterator[str]:
    if len(sources) < 2 or sources[0].session.protocol != sources[1].session.protocol:
        return
    left, right = sources[0], sources[1]
    keys = dict.fromkeys(
        key for source in (left, right) for key, _indices in groups(source.session)
    )
    yield "compare:"
    yield f"  left: {left.key}"
    yield f"  right: {right.key}"
    yield f"  align: [{', '.join(map(_bare, keys))}]"
    yield "  ask: What is the same on both sides?"
    yield "  say: TODO what differs, and why"


def _quiz(sources: Sequence[Source], steps: Sequence[Drafted]) -> Iterator[str]:
    items = [*_point(steps), *_sort(sources[0])]
    if items:
        yield "quiz:"
        yield from items


def _point(steps: Sequence[Drafted]) -> Iterator[str]:
    for drafted in steps:
        event = drafted.source.session.event(drafted.index)
        if any(part.role is Role.PASSWORD for part in event.parts):
            yield "  - id: where"
            yield "    type: point"
            yield "    ask: Point at the password."
            yield f"    answer: {drafted.id}.password"
            yield "    hint: TODO how could the reader find it?"
            return


def _sort(source: Source) -> Iterator[str]:
    known = {fact.kind for fact in eve_facts(source.session)}
    inside, outside = ([k for k in _SORTED if (k in known) is side] for side in (True, False))
    if not inside or not outside:
        return
    yield "  - id: notebook"
    yield "    type: sort"
    yield "    ask: What does Eve know when this is over?"
    yield f"    capture: {source.key}"
    yield "    items:"
    kinds = (*inside[:3], *outside[:3])
    yield from (f"      {kind}: {_SORTED[kind]}" for kind in kinds)
    yield "    because:"
    yield from (f"      {kind}: TODO why" for kind in kinds)
    yield "    hint: What was sent as text, and what was not?"


def _quoted(text: str) -> str:
    """A text as YAML (a JSON string is one)."""
    return json.dumps(text, ensure_ascii=False)


def _bare(value: object) -> str:
    """A word as it is where YAML takes it so, else quoted."""
    text = str(value)
    return (
        text
        if re.fullmatch(r"[A-Za-z][A-Za-z-]*", text) or not isinstance(value, str)
        else (_quoted(text))
    )
