"""A small, strict reader of GIFT: what a question bank would make of a file. Anything odd raises.

Written from Moodle's description of the format; it knows nothing of our writer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SPECIAL = "~=#{}:"
WEIGHTS = {"100", "50", "33.33333", "25", "20", "16.66667"}


@dataclass
class Read:
    """One question. ``answers``: sign, weight, text, feedback; ``pairs``: of a matching one."""

    title: str
    text: str
    kind: str
    answers: list[tuple[str, str, str, str]] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)


def plain(text: str) -> str:
    """Undo the escapes; a special sign without one is an error."""
    out, at = [], 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            after = text[at + 1]
            assert after in SPECIAL + "\\n", f"no such escape: \\{after}"
            out.append("\n" if after == "n" else after)
            at += 2
            continue
        assert char not in SPECIAL, f"not escaped: {char} in {text!r}"
        out.append(char)
        at += 1
    return "".join(out)


def cut(text: str, signs: str) -> list[str]:
    """Cut before each of the signs that is not escaped."""
    pieces, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] in signs and at > start:
            pieces.append(text[start:at])
            start = at
        at += 1
    return [*pieces, text[start:]]


def read(file: str) -> list[Read]:
    """All questions of a file."""
    found = []
    for block in re.split(r"\n[ \t]*\n", file):
        rows = [row for row in block.splitlines() if not row.startswith("//")]
        if rows:
            found.append(question("\n".join(rows)))
    return found


def question(block: str) -> Read:
    match = re.fullmatch(r"::((?:\\.|[^\\:])*)::\[plain\](.*?) (?<!\\)\{\n(.*)\}", block, re.DOTALL)
    assert match is not None, block
    title, text, body = match[1], match[2], match[3].strip()
    assert "\n" not in text
    made = Read(plain(title), plain(text), "essay")
    if not body:
        return made
    parts = [part.strip() for part in cut(body, "=~")]
    if all(part[0] == "=" and " -> " in part for part in parts):
        made.kind = "matching"
        made.pairs = [_pair(part) for part in parts]
        assert len(made.pairs) >= 3
        return made
    made.answers = [_answer(part) for part in parts]
    signs = [sign for sign, *_rest in made.answers]
    made.kind = "multiple" if "~" in signs else "short"
    if made.kind == "multiple" and signs.count("=") != 1:
        gains = [weight for _s, weight, *_r in made.answers if weight and weight[0] != "-"]
        assert "=" not in signs
        assert 99.9 < sum(map(float, gains)) < 100.1
        assert {weight.lstrip("-") for _s, weight, *_r in made.answers} <= WEIGHTS
    return made


def _pair(part: str) -> tuple[str, str]:
    item, _arrow, place = part[1:].partition(" -> ")
    return plain(item), plain(place)


def _answer(part: str) -> tuple[str, str, str, str]:
    sign, rest = part[0], part[1:]
    assert sign in "=~"
    weight = re.match(r"%(-?[0-9.]+)%", rest)
    rest = rest[weight.end() :] if weight else rest
    pieces = cut(rest, "#")
    assert len(pieces) <= 2
    text = pieces[0].removeprefix("[plain]")
    feedback = pieces[1][1:] if len(pieces) == 2 else ""
    return sign, weight[1] if weight else "", plain(text), plain(feedback)
