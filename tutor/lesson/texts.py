"""The texts of a lesson by their keys, and putting another language in their place.

A key is the way to a text: ``title``, ``goals.1``, ``captures.clear.label``, ``steps.login.say``,
``steps.login.predict.options.safe``, ``quiz.why.because.safe``. Lists of things with an id go by
id, lists of plain texts by number.

A translation names for each text the first eight hexadecimal digits of SHA-256 over the English it
was made from, so that a stale one is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from tutor.lesson.model import TextMark, Translated
from tutor.lesson.near import text_hash

TODO = "TODO"
"""What a text begins with that is still to be written."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A text whose translation cannot be used: ``why`` is missing, stale or unknown."""

    key: str
    why: str
    hash: str = ""


def texts(model: BaseModel) -> dict[str, str]:
    """All texts of a lesson that a reader sees, by key, in the order of the file."""
    return {".".join(key): text for key, text in _walk(model, ())}


def judge(english: Mapping[str, str], given: Mapping[str, Translated]) -> tuple[Stale, ...]:
    """What is missing, stale or unknown in a translation."""
    found: list[Stale] = []
    for key, text in english.items():
        made = text_hash(text)
        if key not in given:
            found.append(Stale(key, "missing", made))
        elif given[key].of != made:
            found.append(Stale(key, "stale", made))
    found += [Stale(key, "unknown") for key in given if key not in english]
    return tuple(found)


M = TypeVar("M", bound=BaseModel)


def apply(model: M, given: Mapping[str, str]) -> M:
    """The same lesson with the texts of ``given`` in place of its own, where there are any."""
    made = _replace(model, (), given)
    assert isinstance(made, type(model))
    return made


def _parts(kind: Any) -> list[Any]:
    """The members of a union, or the kind itself."""
    if get_origin(kind) in (Union, UnionType):
        return [inner for part in get_args(kind) for inner in _parts(part)]
    return [kind]


def _is_text(kind: Any) -> bool:
    return any(
        get_origin(part) is Annotated and any(isinstance(m, TextMark) for m in get_args(part)[1:])
        for part in _parts(kind)
    )


def _items(kind: Any, origin: type) -> Any:
    """The kind of what is in a ``tuple[X, ...]`` or ``dict[str, X]``."""
    place = 0 if origin is tuple else 1
    found = (part for part in _parts(kind) if get_origin(part) is origin)
    return next((get_args(part)[place] for part in found), None)


Found = Iterator[tuple[tuple[str, ...], str]]


def _walk(model: BaseModel, at: tuple[str, ...]) -> Found:
    for name, info in type(model).model_fields.items():
        text = any(isinstance(mark, TextMark) for mark in info.metadata)
        yield from _walk_value(getattr(model, name), info.annotation, (*at, name), text=text)


def _walk_value(value: Any, kind: Any, at: tuple[str, ...], *, text: bool = False) -> Found:
    if isinstance(value, BaseModel):
        yield from _walk(value, at)
    elif isinstance(value, tuple):
        for number, item in enumerate(value, 1):
            name = str(getattr(item, "id", number))
            yield from _walk_value(item, _items(kind, tuple), (*at, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk_value(item, _items(kind, dict), (*at, key))
    elif isinstance(value, str) and (text or _is_text(kind)):
        yield at, value


def _replace(value: Any, at: tuple[str, ...], given: Mapping[str, str]) -> Any:
    if isinstance(value, BaseModel):
        new = {
            name: _replace(getattr(value, name), (*at, name), given)
            for name in type(value).model_fields
        }
        return value.model_copy(update=new)
    if isinstance(value, tuple):
        return tuple(
            _replace(item, (*at, str(getattr(item, "id", n))), given)
            for n, item in enumerate(value, 1)
        )
    if isinstance(value, dict):
        return {key: _replace(item, (*at, key), given) for key, item in value.items()}
    if isinstance(value, str):
        return given.get(".".join(at), value)
    return value
