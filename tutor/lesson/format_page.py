"""Write the tables of ``docs/lesson-format.md`` from the model, so that they cannot grow old.

``python -m tutor.lesson.format_page docs/lesson-format.md`` renews the file: between
``<!-- keys of Step -->`` and ``<!-- end -->`` stands a table of the keys of ``Step``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tutor.lesson import model
from tutor.lesson.model import TextMark

_TABLE = re.compile(r"(<!-- keys of (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_NAMED = {"Key": model.Key, "Cite": model.Cite, "Recall": model.Recall, "Words": model.Words}
_WORDS = {"Key": "id", "Cite": "citation", "Recall": "lesson.question", "Words": "word or list"}

MEANING: dict[str, dict[str, str]] = {
    "Lesson": {
        "format": "the format of this file",
        "id": "the lesson's name, as in `needs` and `wiretutor learn ID`",
        "title": "one line",
        "level": "how much a reader should know",
        "minutes": "how long it takes",
        "needs": "lessons to be done before; no circles",
        "goals": "what the reader can do afterwards",
        "recall": "questions from lessons that this one needs, asked at the start (not `point`)",
        "captures": "the recordings, by a name that anchors use",
        "steps": "what is said and asked, in order",
        "compare": "two recordings side by side",
        "principle": "the one thing to remember",
        "quiz": "questions at the end",
    },
    "Recording": {
        "file": "name in `captures/` (or beside the lesson); its `.keys` lie beside it",
        "session": "which of its sessions",
        "label": "what the reader calls it",
    },
    "Pick": {
        "protocol": "what is spoken; `dns`: the look-ups of one client; `other`: no mail, such as "
        "a connection that was refused",
        "port": "the server's port",
        "security": "how it is protected",
        "nth": "which of those that fit, from 1",
    },
    "Step": {
        "id": "name of the step",
        "at": "the event that it is bound to",
        "title": "a heading of its own",
        "predict": "a question before the event is shown",
        "say": "the explanation",
        "hint": "help on request",
        "look": "roles to be marked, such as `user`, `password`, or one part by its text, such as "
        "`capability:STARTTLS`; the event must have them",
        "words": "words of the glossary that are new here; at most 5 in a lesson",
        "cite": "RFC and section",
        "claims": "what must be so in the capture",
    },
    "Anchor": {
        "capture": "a name from `captures`",
        "client": "what the client sends, by name (`LOGIN`, `EHLO`, `literal`); any case",
        "server": "what the server sends, by name (`OK`, `250`, `CAPABILITY`) or kind (`greeting`)",
        "reply_to": "the reply to the command of that step",
        "dns": "a question for records of that type, such as `MX` or `A`",
        "tcp": "the opening or an end of the connection",
        "tls": "a TLS message, such as `client-hello`",
        "data": "a message",
        "gap": "the nth hole of the capture",
        "nth": "which of several that match, from 1",
        "after": "only behind that step: the first that matches, unless `nth`",
        "eye": "`endpoints` looks inside TLS",
        "carrier": "look inside TLS, then take the record that carried it",
    },
    "Predict": {
        "ask": "the question",
        "options": "answers by id; `auto` builds them for a reply, a greeting or a continuation",
        "answer": "id of the right one (not with `auto`)",
        "because": "for each wrong answer its own reason",
    },
    "Claims": {
        "credential": "the credential that ends in this step",
        "eve": "what Eve knows after this step",
        "tls": "what the handshake of the session showed",
        "security": "of the session",
        "finding": "rules found in the session, not later than this step",
        "no_finding": "rules not found in the whole session",
        "complete": "whether the session is whole",
        "contains": "texts that the bytes of this step contain",
        "lacks": "texts that they do not contain",
        "size": "how many bytes this step has, a TLS record with its header",
        "guessed": "passwords to try; exactly one explains the answer that ends in this step",
        "certain": "how surely the session or its file shows a rule",
    },
    "CredentialClaim": {
        "user": "the name",
        "strength": "`readable`, `encoded`, `token`, `hashed`, `salted`, `protected`...",
        "mechanism": "`LOGIN`, `USER`, `PLAIN`...",
        "accepted": "what the server answered",
    },
    "EveClaim": {
        "count": "how many facts",
        "knows": "kinds of facts that she has",
        "lacks": "kinds that she has not",
    },
    "TlsClaim": {
        "version": "such as `1.3`",
        "sni": "the server name that was asked for",
        "decrypted": "whether the keys opened it",
    },
    "Compare": {
        "left": "a name from `captures`",
        "right": "another",
        "align": "what the steps are, in order: `greeting`, `login`, `fetch`...",
        "ask": "a question about both",
        "say": "the explanation",
    },
    "ChoiceQuiz": {
        "id": "name of the question",
        "type": "",
        "ask": "the question",
        "options": "answers by id",
        "answer": "id of the right one",
        "because": "for each wrong answer its own reason",
        "say": "shown after the answer",
    },
    "PointQuiz": {
        "id": "name of the question",
        "type": "",
        "ask": "the question",
        "answer": "`step.role`: the part to point at",
        "because": "reasons for wrong roles",
        "say": "shown after the answer",
    },
    "DecodeQuiz": {
        "id": "name of the question",
        "type": "",
        "ask": "the question",
        "of": "`step.role`: a part in base64",
        "answer": "what it says; recomputed by the check",
        "say": "shown after the answer",
    },
    "Translation": {
        "format": "the format of this file",
        "language": "the language",
        "texts": "the texts by their keys",
    },
    "Translated": {
        "of": "hash of the English that it was made from",
        "text": "the text in this language",
    },
}
"""What each key of the format means."""


def kind(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    """What may stand at a key, in words."""
    for name, alias in _NAMED.items():
        inner = get_args(alias)
        if annotation == alias or (metadata and annotation == inner[0] and inner[1] in metadata):
            return _WORDS[name]
    if get_origin(annotation) is Annotated:
        inner = get_args(annotation)
        return kind(inner[0], inner[1:])
    if any(isinstance(mark, TextMark) for mark in metadata):
        return "text"
    if get_origin(annotation) in (Union, UnionType):
        parts = [kind(part) for part in get_args(annotation) if part is not type(None)]
        return " or ".join(parts)
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if get_origin(annotation) is tuple:
        return f"list of {kind(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return f"map of {kind(get_args(annotation)[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    plain = {str: "string", int: "number", bool: "`true`, `false`"}
    return plain[annotation]


def bounds(info: FieldInfo) -> str:
    """The smallest and the largest number, or the fewest and the most, where the model has them."""
    many = get_origin(info.annotation) is not None
    words = {"ge": "from", "le": "to"}
    words |= {"min_length": "at least", "max_length": "at most"} if many else {}
    said = [
        f"{word} {getattr(mark, name)}"
        for mark in info.metadata
        for name, word in words.items()
        if getattr(mark, name, None) is not None
    ]
    return f" ({', '.join(said)})" if said else ""


def table(name: str) -> str:
    """The keys of a part of the format, as a table in Markdown; KeyError where there is none."""
    part: type[BaseModel] = vars(model)[name]
    rows = ["| key | what stands there | meaning |", "|---|---|---|"]
    for key, info in part.model_fields.items():
        what = kind(info.annotation, tuple(info.metadata)) + bounds(info)
        must = " **(must)**" if info.is_required() else ""
        rows.append(f"| `{key}`{must} | {what} | {MEANING[name][key]} |")
    return "\n".join(rows) + "\n"


def renew(page: str) -> str:
    """The page with its tables made anew."""
    return _TABLE.sub(lambda found: found[1] + table(found[2]) + found[3], page)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renew(path.read_text("utf-8")), "utf-8")
