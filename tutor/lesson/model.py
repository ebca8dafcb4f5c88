"""What a lesson file holds: ``lesson.yaml``, checked by pydantic; unknown keys are faults.

Anchors name a step by what it *is* (``client: LOGIN``), so that a lesson survives a new recording.
Texts that a reader sees carry the mark ``Text``: ``texts.py`` finds them by it.

The format is a contract, described in ``docs/lesson-format.md``; ``wiretutor lesson schema`` prints
it as JSON Schema.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

FORMAT = 1
"""The format of lesson files that this program reads."""


class TextMark:
    """Marks a field that a reader sees, and that each language has for itself."""


Text = Annotated[str, TextMark(), StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
Cite = Annotated[str, StringConstraints(pattern=r"^RFC[0-9]{3,5}#[0-9A-Z]+(\.[0-9]+)*$")]
Recall = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")]
Protocol = Literal["imap", "pop3", "smtp", "dns"]


def _one_or_many(value: Any) -> Any:
    """A single word where a list is wanted is a list of one."""
    return [value] if isinstance(value, str) else value


_LIST = {"type": "array", "items": {"type": "string"}}
Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_many),
    WithJsonSchema({"anyOf": [{"type": "string"}, _LIST]}),
]


class Strict(BaseModel):
    """A part of a lesson: frozen, and with no key that the format does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Pick(Strict):
    """Which session of the capture: exactly one must fit, or ``nth`` says which.

    ``other`` is a connection on which no mail was spoken, such as one that was refused.
    """

    protocol: Protocol | Literal["other"] | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["plaintext", "starttls", "tls"] | None = None
    nth: int | None = Field(default=None, ge=1)


class Recording(Strict):
    """A recording that the lesson plays; its keys lie beside it."""

    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    session: Pick = Pick()
    label: Text | None = None


class Anchor(Strict):
    """Which step is meant. One of the words from ``client`` to ``gap`` says what it is.

    ``eye: endpoints`` looks inside TLS. ``carrier: true`` looks inside and then takes the record
    that carried it: what Eve sees in its place.
    """

    capture: str
    client: str | None = None
    server: str | None = None
    reply_to: str | None = None
    dns: str | None = None
    tcp: Literal["syn", "fin", "rst"] | None = None
    tls: str | None = None
    data: Literal["message"] | None = None
    gap: int | None = Field(default=None, ge=1)
    nth: int | None = Field(default=None, ge=1)
    after: str | None = None
    eye: Literal["eve", "endpoints"] = "eve"
    carrier: bool = False


class Predict(Strict):
    """A question before the answer: what comes next? ``options: auto`` builds them itself."""

    ask: Text
    options: Literal["auto"] | dict[Key, Text] = "auto"
    answer: str | None = None
    because: dict[Key, Text] = {}


class CredentialClaim(Strict):
    """What the credential at this step is; only the keys that are given are claimed."""

    user: str | None = None
    strength: str | None = None
    mechanism: str | None = None
    accepted: bool | None = None


class EveClaim(Strict):
    """What Eve knows when this step has been played."""

    count: int | None = Field(default=None, ge=0)
    knows: Words = ()
    lacks: Words = ()


class TlsClaim(Strict):
    """What the handshake shows."""

    version: str | None = None
    sni: str | None = None
    decrypted: bool | None = None


class Claims(Strict):
    """Statements that ``lesson check`` recomputes from the capture."""

    credential: CredentialClaim | None = None
    eve: EveClaim | None = None
    tls: TlsClaim | None = None
    security: Literal["plaintext", "starttls", "tls"] | None = None
    finding: Words = ()
    no_finding: Words = ()
    complete: bool | None = None
    contains: Words = ()
    lacks: Words = ()
    size: int | None = Field(default=None, ge=0)
    guessed: Words = ()
    certain: dict[str, Literal["observed", "inferred", "cannot-tell"]] = {}


class Step(Strict):
    """A step of the lesson, bound to one event."""

    id: Key
    at: Anchor
    title: Text | None = None
    predict: Predict | None = None
    say: Text | None = None
    hint: Text | None = None
    look: Words = ()
    words: Words = ()
    cite: tuple[Cite, ...] = ()
    claims: Claims | None = None


class Compare(Strict):
    """Two recordings side by side, or three, aligned by what a step is."""

    left: str
    right: str
    third: str | None = None
    align: tuple[str, ...] = Field(min_length=1)
    ask: Text | None = None
    say: Text | None = None

    @property
    def sides(self) -> tuple[str, ...]:
        """The recordings, from the left."""
        return (self.left, self.right, *((self.third,) if self.third else ()))


class ChoiceQuiz(Strict):
    """One answer of several; each wrong one has its own reason."""

    id: Key
    type: Literal["choice"]
    ask: Text
    options: dict[Key, Text] = Field(min_length=2, max_length=6)
    answer: str
    because: dict[Key, Text] = {}
    hint: Text | None = None
    say: Text | None = None


class PointQuiz(Strict):
    """Point at a part: the answer is ``step.role``."""

    id: Key
    type: Literal["point"]
    ask: Text
    answer: str = Field(pattern=r"^[a-z0-9.-]+\.[a-z-]+$")
    because: dict[str, Text] = {}
    hint: Text | None = None
    say: Text | None = None


class DecodeQuiz(Strict):
    """Type in what a part says when base64 is undone."""

    id: Key
    type: Literal["decode"]
    ask: Text
    of: str = Field(pattern=r"^[a-z0-9.-]+\.[a-z-]+$")
    answer: str
    hint: Text | None = None
    say: Text | None = None


class OrderQuiz(Strict):
    """Put into order: the items stand in the right one, each by the step that it speaks of."""

    id: Key
    type: Literal["order"]
    ask: Text
    items: dict[Key, Text] = Field(min_length=3, max_length=6)
    hint: Text | None = None
    say: Text | None = None


class TypeQuiz(Strict):
    """Type in a word; neither case nor blanks count. The part ``of`` must say the answer."""

    id: Key
    type: Literal["type"]
    ask: Text
    answer: str = Field(min_length=1, max_length=40)
    of: str = Field(pattern=r"^[a-z0-9.-]+\.[a-z-]+$")
    accept: tuple[str, ...] = ()
    because: dict[str, Text] = {}
    hint: Text | None = None
    say: Text | None = None


class SortQuiz(Strict):
    """Sort kinds of facts into what Eve knows and does not know; computed from the recording."""

    id: Key
    type: Literal["sort"]
    ask: Text
    capture: str
    items: dict[Key, Text] = Field(min_length=3, max_length=6)
    because: dict[Key, Text] = {}
    hint: Text | None = None
    say: Text | None = None


class DoQuiz(Strict):
    """Type the client's side to the lab; graded by what crossed."""

    id: Key
    type: Literal["do"]
    ask: Text
    protocol: Protocol
    tls: bool = False
    wants: tuple[str, ...] = Field(min_length=1, max_length=6)
    without: Words = ()
    contains: Words = ()
    show: tuple[str, ...] = Field(min_length=1, max_length=12)
    hint: Text | None = None
    say: Text | None = None


Quiz = Annotated[
    ChoiceQuiz | PointQuiz | DecodeQuiz | OrderQuiz | TypeQuiz | SortQuiz | DoQuiz,
    Field(discriminator="type"),
]


class Lesson(Strict):
    """One lesson."""

    format: Literal[1]
    id: Key
    title: Text
    level: Literal["beginner", "middle", "advanced"]
    minutes: int = Field(ge=1, le=30)
    needs: tuple[Key, ...] = ()
    goals: tuple[Text, ...] = Field(min_length=1, max_length=5)
    recall: tuple[Recall, ...] = Field(default=(), max_length=2)
    captures: dict[Key, Recording] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    compare: Compare | None = None
    principle: Text | None = None
    quiz: tuple[Quiz, ...] = ()

    def step(self, name: str) -> Step:
        """The step with that id; KeyError where there is none."""
        for step in self.steps:
            if step.id == name:
                return step
        raise KeyError(name)


class Translated(Strict):
    """A text in another language, and the hash of the English that it was made from."""

    of: str = Field(pattern=r"^[0-9a-f]{8}$")
    text: str = Field(min_length=1)


class Translation(Strict):
    """``pt-BR.yaml``: the lesson's texts by their keys, such as ``steps.login.say``."""

    format: Literal[1]
    language: Literal["pt-BR"]
    texts: dict[str, Translated]


def schema() -> dict[str, Any]:
    """The JSON Schema of a lesson file."""
    made = Lesson.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "A wiretutor lesson"
    return made
