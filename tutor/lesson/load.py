"""Load a lesson directory: ``lesson.yaml`` and the translations beside it.

All faults of a file come out at once, as ``file:line:column: what is wrong``, with the nearest
right word for a key that is misspelt.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from tutor.base import sanitise
from tutor.lesson.course import leads_out
from tutor.lesson.document import Document, Path_, read_document
from tutor.lesson.model import Lesson, Translation
from tutor.lesson.near import LESSON_FILE, nearest
from tutor.lesson.texts import Stale, apply, judge, texts
from tutor.words import LANGUAGES, Language, in_english


def _document(path: Path) -> Document:
    """A file of a lesson, but not what a link leads to elsewhere."""
    if not leads_out(path):
        return read_document(path)
    document = Document(str(path))
    document.fault((), f"'{path.name}' is a link: it leads out of the directory")
    return document


def load_lesson(directory: Path) -> tuple[Lesson, Document]:
    """The lesson in English, and its document for places.

    Raises:
        LessonFaults: anything is wrong with the file.
    """
    document = _document(directory / LESSON_FILE)
    document.raise_faults()
    lesson = validate(document, Lesson)
    document.raise_faults()
    assert lesson is not None
    return lesson, document


def load_translation(directory: Path, tag: Language) -> tuple[Translation | None, Document]:
    """The translation as it stands; None with faults in the document where it cannot be used."""
    document = _document(directory / f"{tag}.yaml")
    made = None if document.faults else validate(document, Translation)
    return made, document


def localised(directory: Path, tag: Language) -> tuple[Lesson, tuple[Stale, ...]]:
    """The lesson in a language.

    A text that is missing or stale stays English, says that it is, and is reported.

    Raises:
        LessonFaults: ``lesson.yaml`` is wrong. A bad translation only leaves the lesson English.
    """
    lesson, _document = load_lesson(directory)
    if tag == LANGUAGES[0]:
        return lesson, ()
    translation, _other = load_translation(directory, tag)
    given = translation.texts if translation else {}
    faults = judge(texts(lesson), given)
    bad = {fault.key for fault in faults}
    fresh = {key: text.text for key, text in given.items() if key not in bad}
    return apply(lesson, fresh | _marked(texts(lesson), bad)), faults


def _marked(english: Mapping[str, str], bad: AbstractSet[str]) -> dict[str, str]:
    """What stayed English, and says so; in a lesson without any translation title and questions."""
    stayed = [key for key in english if key in bad]
    if len(stayed) == len(english):
        stayed = [key for key in stayed if key == "title" or key.endswith(".ask")]
    return {key: in_english(english[key]) for key in stayed}


M = typing.TypeVar("M", bound=BaseModel)


def validate(document: Document, model: type[M]) -> M | None:
    """Make the model from the document's data; faults go into the document."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_context=True, include_input=True):
            _note(document, model, item)
        return None


def _note(document: Document, model: type[BaseModel], item: Any) -> None:
    at = _real_path(document.data, item["loc"])
    kind = item["type"]
    if kind == "extra_forbidden":
        name = str(at[-1])
        near = nearest(name, fields_at(model, item["loc"][:-1]))
        document.fault(at, f"unknown key '{sanitise(name)}'{near}", key=True)
    elif kind == "missing":
        name = item["loc"][-1]
        document.fault(at, f"missing key '{name}'")
    elif kind in ("literal_error", "union_tag_invalid"):
        expected = item["ctx"].get("expected") or item["ctx"].get("expected_tags", "")
        words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
        given = item["ctx"].get("tag", item["input"])
        where = (*at, "type") if kind == "union_tag_invalid" else at
        document.fault(where, f"'{sanitise(str(given))}' is not known{nearest(str(given), words)}")
    else:
        document.fault(at, str(item["msg"]))


def _real_path(data: Any, loc: tuple[str | int, ...]) -> Path_:
    """Drop from pydantic's place what is no key of the data, such as a union's tag."""
    at: list[str | int] = []
    for n, step in enumerate(loc):
        if (
            n
            and isinstance(loc[n - 1], int)
            and isinstance(data, dict)
            and data.get("type") == step
        ):
            continue  # the tag of a union, which may be spelt like a key
        inside = isinstance(data, dict) and step in data
        if inside or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            at.append(step)
            data = data[step]
        elif n == len(loc) - 1 and isinstance(data, dict):
            at.append(step)
    return tuple(at)


def fields_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys that are allowed at a place of the model."""
    kinds: list[Any] = [model]
    for step in loc:
        tagged = [kind for kind in kinds if _is_model(kind) and step in _tags(kind)]
        if len(kinds) > 1 and tagged:
            kinds = tagged
            continue
        kinds = [inner for kind in kinds for inner in _inside(kind, step)]
    found = dict.fromkeys(name for kind in kinds if _is_model(kind) for name in kind.model_fields)
    return list(found)


def _tags(kind: type[BaseModel]) -> tuple[Any, ...]:
    """How the union that a model is part of calls it."""
    field = kind.model_fields.get("type")
    return typing.get_args(field.annotation) if field else ()


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inside(kind: Any, step: str | int) -> list[Any]:
    """The types at ``step`` within a type, its wrappers taken off."""
    if _is_model(kind):
        if step in kind.model_fields:
            return _bare(kind.model_fields[str(step)].annotation)
        return []
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin is tuple:
        return _bare(arguments[0])
    if origin is dict:
        return _bare(arguments[1])
    return []


def _bare(kind: Any) -> list[Any]:
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        return _bare(typing.get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        return [inner for part in typing.get_args(kind) for inner in _bare(part)]
    return [kind]
