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
from tutor.lesson.format_words import MEANING
from tutor.lesson.model import TextMark

_TABLE = re.compile(r"(<!-- keys of (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_NAMED = {"Key": model.Key, "Cite": model.Cite, "Recall": model.Recall, "Words": model.Words}
_WORDS = {"Key": "id", "Cite": "citation", "Recall": "lesson.question", "Words": "word or list"}


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
