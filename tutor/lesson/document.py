"""YAML read with the place of every key and value, so that a fault can name line and column.

Stricter than YAML: no anchors and aliases (they can grow without bound), no tags, one document, no
duplicate keys, a bounded size and depth. Faults are collected, not raised one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tutor.base import LessonError, sanitise

MOST_BYTES = 256 << 10
MOST_DEPTH = 12
MOST_NODES = 20_000

Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast loader where PyYAML was built with libyaml."""
_SCALARS = {
    "tag:yaml.org,2002:str",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:null",
}

Path_ = tuple[str | int, ...]


class Place(NamedTuple):
    """A 1-based line and column."""

    line: int
    column: int


class LessonFaults(LessonError):  # noqa: N818 - it is a list of errors
    """All faults that were found, in order; as text one a line.

    Attributes:
        faults: at least one.
    """

    def __init__(self, faults: list[LessonError]) -> None:
        first = faults[0]
        super().__init__(first.path, first.line, first.column, first.reason)
        self.faults = tuple(faults)
        self.args = ("\n".join(str(fault) for fault in faults),)


@dataclass(slots=True)
class Document:
    """A YAML file: its data, where each key and value stands, and what is wrong with it."""

    path: str
    data: Any = None
    keys: dict[Path_, Place] = field(default_factory=dict)
    values: dict[Path_, Place] = field(default_factory=dict)
    faults: list[LessonError] = field(default_factory=list)

    def fault(self, at: Path_, reason: str, *, key: bool = False) -> None:
        """Note a fault at a value (or its key); at the nearest parent that has a place."""
        places = (self.keys, self.values) if key else (self.values, self.keys)
        while at and not any(at in table for table in places):
            at = at[:-1]
        place = next((table[at] for table in places if at in table), Place(1, 1))
        self.fault_at(place, reason)

    def fault_at(self, place: Place, reason: str) -> None:
        """Note a fault at a place; it stays one harmless line, whatever the file says."""
        reason = sanitise(reason)
        self.faults.append(LessonError(self.path, place.line, place.column, reason))

    def raise_faults(self) -> None:
        """Raise ``LessonFaults`` where there are any, in the order of the file."""
        if self.faults:
            raise LessonFaults(sorted(self.faults, key=lambda f: (f.line, f.column)))


def read_document(path: Path, shown: str | None = None) -> Document:
    """Read a YAML file. What is wrong is in ``faults``; then ``data`` may be None."""
    document = Document(shown or str(path))
    if path.exists() and not path.is_file():
        document.fault_at(Place(1, 1), "cannot be read: it is no file")
        return document
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        document.fault_at(Place(1, 1), f"cannot be read: {error.strerror}")
        return document
    if len(raw) > MOST_BYTES:
        document.fault_at(Place(1, 1), f"larger than {MOST_BYTES >> 10} KiB")
        return document
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        document.fault_at(Place(line, column), "not UTF-8")
        return document
    return parse(document, text)


def parse(document: Document, text: str) -> Document:
    """Parse ``text`` into ``document``."""
    try:
        if _plain(document, text):
            node = yaml.compose(text, Loader=Loader)
            if node is not None:
                document.data = _build(document, node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        document.fault_at(place, f"not YAML: {error.problem or error.context}")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.fault_at(Place(line, 1), "a character that YAML does not allow")
    else:
        if document.data is None and not document.faults:
            document.fault_at(Place(1, 1), "the file is empty")
    return document


def _plain(document: Document, text: str) -> bool:
    """Look at the events before anything is built: nothing that grows, nothing that is deep."""
    depth = documents = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=Loader)):
        mark = event.start_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            document.fault_at(place, "anchors and aliases are not allowed: write it out")
        elif tag := getattr(event, "tag", None):
            document.fault_at(place, f"tags such as {tag} are not allowed")
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                document.fault_at(place, "a second document: one file, one document")
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH or nodes > MOST_NODES:
            document.fault_at(place, "too deep" if depth > MOST_DEPTH else "too many values")
        if document.faults:
            return False
    return True


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _build(document: Document, node: yaml.Node, at: Path_) -> Any:
    document.values[at] = _place(node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, at)
    if isinstance(node, yaml.SequenceNode):
        return [_build(document, item, (*at, n)) for n, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(document: Document, node: yaml.MappingNode, at: Path_) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            document.fault_at(_place(key_node), "a key must be a plain word")
            continue
        key = str(key_node.value)
        if key in made:
            first = document.keys[(*at, key)].line
            document.fault_at(_place(key_node), f"duplicate key '{key}', first in line {first}")
            continue
        document.keys[(*at, key)] = _place(key_node)
        made[key] = _build(document, value_node, (*at, key))
    return made


def _scalar(node: yaml.Node) -> Any:
    # dates, sets and the like stay the text that was written
    if node.tag not in _SCALARS:
        return node.value
    maker = yaml.SafeLoader("")
    return maker.construct_object(node)
