"""What each line means: the reference texts, found by what an event *is*.

The texts are data: ``lessons/reference/*.yaml`` and ``lessons/glossary.yaml``, each with a
translation beside it that carries a hash of the English it was made from. A protocol's file is
read when the first of its events is explained. A translation that is missing or stale gives way to
the English, which says so itself, and so does ``Explanation.translated``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from tutor.base import Role
from tutor.capture.bundled import folder
from tutor.lesson.document import Loader
from tutor.lesson.keys import capability_keys, event_keys
from tutor.protocols.events import Offer
from tutor.session import Eye, Session
from tutor.words import Language, in_english, language


@dataclass(frozen=True, slots=True)
class Explanation:
    """One text of the reference.

    Attributes:
        key: where it stands, such as ``imap/command/LOGIN``.
        name: a headline of a few words.
        say: a few short sentences; ``**bold**`` is the only markup.
        cite: RFC sections, such as ``RFC9051#6.2.3``.
        translated: False where the reader's language has no fresh text, and this is English.
    """

    key: str
    name: str
    say: str
    cite: tuple[str, ...] = ()
    translated: bool = True


def text_hash(name: str, say: str) -> str:
    """The hash that a translation names: of headline, line end and text."""
    return sha256(f"{name}\n{say.strip()}".encode()).hexdigest()[:8]


class Reference:
    """The reference in one language. ``load`` makes one; files are read when needed."""

    def __init__(self, tag: Language, directory: Path) -> None:
        self.language = tag
        self._directory = directory
        self._files: dict[str, dict[str, Explanation]] = {}

    @classmethod
    def load(cls, tag: Language | None = None, directory: Path | None = None) -> Reference:
        """The reference in ``tag`` (else the language in use)."""
        return cls(tag or language(), directory or folder("lessons"))

    def explain(
        self, session: Session, index: int, eye: Eye = Eye.ENDPOINTS
    ) -> tuple[Explanation, ...]:
        """What there is to say of an event, the most specific first, its anomalies last.

        For ``Eye.EVE`` an encrypted record is just that, whatever the keys say is in it.
        """
        event = session.event(index)
        found = [self.find(*options) for options in event_keys(session, index, eye)]
        odd = [self.find(f"anomalies/{anomaly.value}") for anomaly in event.anomalies]
        said = dict.fromkeys(item for item in (*found, *odd) if item is not None)
        return tuple(said)

    def capabilities(self, protocol: str, offer: Offer) -> tuple[Explanation, ...]:
        """One explanation for each word of an offer, named by the word itself, in its order."""
        explained = []
        for word in offer.capabilities:
            found = self.find(*capability_keys(protocol, word))
            if found is not None:
                explained.append(replace(found, name=word))
        return tuple(explained)

    def role(self, role: Role | str) -> Explanation | None:
        """The label of a part: ``name`` and a few words."""
        return self.find(f"roles/{role!s}")

    def finding(self, rule: str) -> Explanation | None:
        """What a finding means, and one next step."""
        return self.find(f"findings/{rule}")

    def term(self, name: str) -> Explanation | None:
        """A word of the glossary by its key, such as ``tls``."""
        return self.find(f"glossary/term/{name}")

    def terms(self) -> tuple[Explanation, ...]:
        """The glossary, in the order of its file."""
        return tuple(self._file("glossary").values())

    def find(self, *keys: str) -> Explanation | None:
        """The first of ``keys`` (``imap/command/LOGIN``) that there is a text for."""
        for key in keys:
            name, _, entry = key.partition("/")
            found = self._file(name).get(entry)
            if found is not None:
                return found
        return None

    def _file(self, name: str) -> dict[str, Explanation]:
        if name not in self._files:
            self._files[name] = dict(self._read(name))
        return self._files[name]

    def _read(self, name: str) -> Iterator[tuple[str, Explanation]]:
        base = self._directory if name == "glossary" else self._directory / "reference"
        english = _entries(base / f"{name}.yaml")
        other = {} if self.language == "en" else _entries(base / f"{name}.{self.language}.yaml")
        for key, entry in english.items():
            yield key, _explanation(f"{name}/{key}", entry, self.language, other.get(key))


_loaded: dict[Language, Reference] = {}


def reference() -> Reference:
    """The reference in the language in use; its files are read when they are first asked for."""
    wanted = language()
    if wanted not in _loaded:
        _loaded[wanted] = Reference.load(wanted)
    return _loaded[wanted]


def _explanation(
    key: str, entry: dict[str, Any], tag: Language, other: dict[str, Any] | None
) -> Explanation:
    title, say = str(entry["name"]), str(entry["say"]).strip()
    cite = tuple(map(str, entry.get("cite", ())))
    if tag == "en":
        return Explanation(key, title, say, cite)
    if other is None or other.get("of") != text_hash(title, say):
        return Explanation(key, title, in_english(say), cite, translated=False)
    return Explanation(key, str(other["name"]), str(other["say"]).strip(), cite)


def _entries(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as file:
        data = yaml.load(file, Loader=Loader)  # noqa: S506 - a safe loader, see above
    return dict(data["entries"])
