"""What the claims of the article must hold: each is shown by a step, and voted on as it says.

Whether the recording shows it is not decided here: the step's own claims are recomputed with its
lesson. Here it must exist, and claim something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tutor.base import LessonError
from tutor.lesson.article import TRIAL, Article, Claim, load_article, load_article_texts
from tutor.lesson.check_texts import RFCS, translated
from tutor.lesson.document import Document, Path_
from tutor.lesson.load import localised
from tutor.lesson.model import ChoiceQuiz, Lesson
from tutor.lesson.near import nearest
from tutor.lesson.texts import apply, texts
from tutor.words import LANGUAGES, Language

Shelf = Mapping[str, tuple[Path, Lesson]]
"""The lessons that could be read, by id, with their directories."""


def article(base: Path, shelf: Shelf) -> list[LessonError]:
    """Everything that is wrong with the claims of a directory of lessons."""
    found, document = load_article(base)
    if found is None:
        return document.faults
    seen: set[str] = set()
    for number, claim in enumerate(found.claims):
        at: Path_ = ("claims", number)
        if claim.id in seen:
            document.fault((*at, "id"), f"'{claim.id}' is the id of two claims")
        seen.add(claim.id)
        _shown(claim, shelf, at, document)
        for place, cite in enumerate(claim.cite):
            rfc = int(cite.partition("#")[0][3:])
            if rfc not in RFCS:
                document.fault((*at, "cite", place), f"RFC {rfc} is not among those cited here")
    _voted(found, shelf, LANGUAGES[0], document)
    for tag in LANGUAGES[1:]:
        document.faults += _language(base, found, shelf, tag)
    return document.faults


def _shown(claim: Claim, shelf: Shelf, at: Path_, document: Document) -> None:
    for place, name in enumerate(claim.seen):
        where: Path_ = (*at, "seen", place)
        key, _dot, wanted = name.partition(".")
        if key not in shelf:
            document.fault(where, f"there is no lesson '{key}'{nearest(key, shelf)}")
            continue
        steps = {step.id: step for step in shelf[key][1].steps}
        if wanted not in steps:
            document.fault(where, f"'{key}' has no step '{wanted}'{nearest(wanted, steps)}")
        elif steps[wanted].claims is None:
            document.fault(where, f"step '{name}' claims nothing: what does it show?")


def votes(lesson: Lesson) -> Iterator[tuple[str, str, dict[str, str], str | None]]:
    """The questions of a lesson with options of their own: id, what is asked, options, answer."""
    for step in lesson.steps:
        predict = step.predict
        if predict is not None and not isinstance(predict.options, str):
            yield step.id, predict.ask, predict.options, predict.answer
    for item in lesson.quiz:
        if isinstance(item, ChoiceQuiz):
            yield item.id, item.ask, item.options, item.answer


def _voted(found: Article, shelf: Shelf, tag: Language, document: Document) -> None:
    """Each claim is put to the vote once, in its own words, and answered by its verdict."""
    if TRIAL not in shelf:
        document.fault(("claims",), f"there is no lesson '{TRIAL}' that puts them to the vote")
        return
    directory, lesson = shelf[TRIAL]
    if tag != LANGUAGES[0]:
        lesson = localised(directory, tag)[0]
    asked = [*votes(lesson)]
    for number, claim in enumerate(found.claims):
        at: Path_ = ("claims", number)
        if tag != LANGUAGES[0]:
            at = ("texts", f"claims.{claim.id}.says", "text")
        mine = [vote for vote in asked if vote[0] == claim.id]
        if len(mine) != 1:
            document.fault(at, f"'{TRIAL}' votes on '{claim.id}' {len(mine)} times, not once")
            continue
        _id, ask, options, answer = mine[0]
        if tag == LANGUAGES[0] and (answer != claim.verdict or claim.verdict not in options):
            why = f"'{TRIAL}' answers '{claim.id}' with '{answer}'"
            document.fault((*at, "verdict"), why)
        if claim.says not in " ".join(ask.split()):
            where = (*at, "says") if tag == LANGUAGES[0] else at
            document.fault(where, f"'{TRIAL}' asks '{claim.id}' in other words")


def _language(base: Path, found: Article, shelf: Shelf, tag: Language) -> list[LessonError]:
    """The texts in another language are whole and fresh, and the lesson asks in their words."""
    translation, document = load_article_texts(base, tag)
    if translation is None:
        return document.faults
    translated(texts(found), translation.texts, document)
    if not document.faults:
        given = {key: value.text for key, value in translation.texts.items()}
        _voted(apply(found, given), shelf, tag, document)
    return document.faults
