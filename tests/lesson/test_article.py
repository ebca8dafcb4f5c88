"""The article's claims: what the check finds wrong with them, and the page that is made of them."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.lesson.shelf import SHIPPED, opened, replace_in
from tutor.lesson.article import ARTICLE_FILE, TRIAL, load_article, localised_article
from tutor.lesson.article_page import page_name, renew
from tutor.lesson.check_article import Shelf, article, votes
from tutor.lesson.course import lessons_directory
from tutor.lesson.load import load_lesson
from tutor.words import LANGUAGES, Language

OTHER = "claims.pt-BR.yaml"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The shipped claims and the lesson that votes on them, in a directory of their own."""
    for name in (ARTICLE_FILE, OTHER):
        shutil.copy(lessons_directory() / name, tmp_path / name)
    for path in SHIPPED:
        if path.name.endswith(TRIAL):
            shutil.copytree(path, tmp_path / path.name)
    return tmp_path


@functools.cache
def shipped() -> Shelf:
    """The lessons by id, read once."""
    return {lesson.id: (path, lesson) for path in SHIPPED for lesson in [load_lesson(path)[0]]}


def shelf(base: Path) -> Shelf:
    """The shipped lessons, the copy of ``base`` in place of the one that votes."""
    path = next(base.glob("*/lesson.yaml")).parent
    return {**shipped(), TRIAL: (path, load_lesson(path)[0])}


def faults(base: Path) -> list[str]:
    found = article(base, shelf(base))
    return [str(fault).replace(f"{base}/", "") for fault in found]


def test_the_shipped_claims_hold(base: Path) -> None:
    assert faults(base) == []


def test_all_eighteen_are_there_and_most_of_them_are_votes_before_the_wire() -> None:
    made, _document = load_article(lessons_directory())
    assert made is not None
    ids = [claim.id for claim in made.claims]
    assert len(ids) == 18
    trial = opened(f"17-{TRIAL}").lesson
    predicted = [step.id for step in trial.steps if step.predict is not None]
    assert len([name for name in predicted if name in ids]) >= 9
    assert sorted(name for name, *_rest in votes(trial) if name in ids) == sorted(ids)
    assert {claim.verdict for claim in made.claims} == {"true", "if", "inexact"}


PLANTED = [
    # (old, new, where the fault stands and what is said)
    ("    verdict: inexact", "    verdict: perhaps", "'perhaps' is not known"),
    (
        "    verdict: inexact",
        "    verdict: if",
        "'article-on-trial' answers 'spraying' with 'inexac",
    ),
    ("  - id: break-in", "  - id: any-device", "'any-device' is the id of two claims"),
    ("  - id: break-in", "  - id: break-out", "votes on 'break-out' 0 times, not once"),
    ("    says: IMAP works as", "    says: IMAP stands as", "asks 'intermediary' in other words"),
    ("    seen: [article-on-trial.both, ", "    seen: [article-on-trail.both, ", "did you mean"),
    (
        "    seen: [article-on-trial.both, ",
        "    seen: [article-on-trial.bot, ",
        "'article-on-trial' has no step 'bot'; did you mean 'both'?",
    ),
    (
        "    seen: [article-on-trial.both, ",
        "    seen: [article-on-trial.asks, ",
        "step 'article-on-trial.asks' claims nothing: what does it show?",
    ),
    ("    seen: [pop3-delete.message]", "    seen: []", "at least 1 item"),
    ("    cite: [RFC9051#11.7]", "    cite: [RFC9050#11.7]", "RFC 9050 is not among"),
    ("    why: RETR brings", "    wy: RETR brings", "unknown key 'wy'; did you mean 'why'?"),
    ("claims:\n", "claims: &all\n", "anchors"),
]


@pytest.mark.parametrize(("old", "new", "said"), PLANTED)
def test_a_planted_fault_is_found_in_its_place(base: Path, old: str, new: str, said: str) -> None:
    path = base / ARTICLE_FILE
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    line = text.count("\n", 0, text.index(old)) + 1
    path.write_text(text.replace(old, new), "utf-8")
    found = [fault for fault in faults(base) if fault.startswith(f"{ARTICLE_FILE}:")]
    assert any(said in fault for fault in found), found
    assert any(abs(int(fault.split(":")[1]) - line) <= 3 for fault in found), (line, found)


def test_a_text_is_missing_stale_or_of_no_claim(base: Path) -> None:
    path = base / OTHER
    first = path.read_text("utf-8").split("\n  claims.", 2)
    path.write_text(first[0] + "\n  claims." + first[2], "utf-8")
    assert any("no text for 'claims.same-protocol.says'" in fault for fault in faults(base))
    replace_in(path, "  claims.same-protocol.why:", "  claims.same-protocl.why:")
    assert any("'claims.same-protocl.why' is no text" in fault for fault in faults(base))
    replace_in(base / ARTICLE_FILE, "    why: Two programs by", "    why: Three programs by")
    stale = [fault for fault in faults(base) if "claims.same-protocol.why" in fault]
    assert stale
    localised, kept = localised_article(base, "pt-BR")
    assert localised.claims[0].why.startswith("Three programs")
    assert "claims.same-protocol.why" in {fault.key for fault in kept}


def test_the_lesson_asks_in_the_words_of_the_translation(base: Path) -> None:
    made, _stale = localised_article(base, "pt-BR")
    says = made.claims[2].says
    replace_in(base / OTHER, says, says.replace("funciona", "serve"))
    found = faults(base)
    assert [fault for fault in found if "asks 'intermediary' in other words" in fault]
    assert all(fault.startswith(OTHER) for fault in found)


def test_without_the_lesson_nothing_is_put_to_the_vote(base: Path) -> None:
    few = {name: pair for name, pair in shelf(base).items() if name != TRIAL}
    found = [str(fault) for fault in article(base, few)]
    assert any(f"there is no lesson '{TRIAL}' that puts them to the vote" in f for f in found)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_page_is_what_the_claims_make_of_it(tag: Language) -> None:
    page = (ROOT / "docs" / "teaching" / page_name(tag)).read_text("utf-8")
    assert renew(page, tag) == page, "run python -m tutor.lesson.article_page docs/teaching"
    made, _stale = localised_article(lessons_directory(), tag)
    assert all(f"*{claim.says}*" in page for claim in made.claims)
