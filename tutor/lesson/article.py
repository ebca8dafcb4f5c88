"""The article on trial: claims about mail, each with its verdict and the steps that show it.

``claims.yaml`` beside the lessons has the claims of an encyclopedia's article, in our own words;
``claims.pt-BR.yaml`` has their texts in another language, by key and hash like a lesson's. The
recording of a claim is not written down: it follows from the step.

The lesson ``article-on-trial`` puts each claim to the vote, in a step or a question of its id.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from tutor.lesson.document import Document, read_document
from tutor.lesson.load import validate
from tutor.lesson.model import Cite, Key, Strict, Text, Translation
from tutor.lesson.texts import Stale, apply, judge, texts
from tutor.words import LANGUAGES, Language

ARTICLE_FILE = "claims.yaml"
"""The file of the claims, in a directory of lessons."""

TRIAL = "article-on-trial"
"""The lesson in which each claim is put to the vote."""


def _word(value: Any) -> Any:
    """``true`` and ``false`` as YAML has them, as the words that they are here."""
    return str(value).lower() if isinstance(value, bool) else value


Verdict = Annotated[Literal["true", "if", "false", "inexact"], BeforeValidator(_word)]
Place = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")]


class Claim(Strict):
    """A sentence of the article, in our own words, and what the wire says to it.

    Attributes:
        id: also of the step or question in which it is voted on.
        says: the sentence.
        verdict: ``if`` is true only under a condition that the sentence leaves out.
        why: in one or two sentences.
        seen: the steps that show it, ``lesson.step``.
        cite: sections of RFCs.
    """

    id: Key
    says: Text
    verdict: Verdict
    why: Text
    seen: tuple[Place, ...] = Field(min_length=1)
    cite: tuple[Cite, ...] = ()


class Article(Strict):
    """All claims, in the order of the article."""

    format: Literal[1]
    claims: tuple[Claim, ...] = Field(min_length=1)


def load_article(base: Path) -> tuple[Article | None, Document]:
    """The claims of a directory of lessons; None with faults in the document where they are bad."""
    document = read_document(base / ARTICLE_FILE)
    made = None if document.faults else validate(document, Article)
    return made, document


def load_article_texts(base: Path, tag: Language) -> tuple[Translation | None, Document]:
    """The claims' texts in another language, as they stand."""
    document = read_document((base / ARTICLE_FILE).with_suffix(f".{tag}.yaml"))
    made = None if document.faults else validate(document, Translation)
    return made, document


def localised_article(base: Path, tag: Language) -> tuple[Article, tuple[Stale, ...]]:
    """The claims in a language; a text that is missing or stale stays English, and is reported.

    Raises:
        LessonFaults: ``claims.yaml`` is wrong.
    """
    article, document = load_article(base)
    document.raise_faults()
    assert article is not None
    if tag == LANGUAGES[0]:
        return article, ()
    translation, _document = load_article_texts(base, tag)
    given = translation.texts if translation else {}
    faults = judge(texts(article), given)
    bad = {fault.key for fault in faults}
    return apply(article, {k: v.text for k, v in given.items() if k not in bad}), faults
