"""A translation file brought up to date."""

from __future__ import annotations

from pathlib import Path

from tests.lesson.shelf import SHIPPED, copied, replace_in
from tutor.lesson.check import check
from tutor.lesson.load import load_translation
from tutor.lesson.translating import renewed

ENGLISH, GREETING = "title: First look", "steps.greeting.title"


def test_a_whole_one_keeps_every_text() -> None:
    for lesson in SHIPPED:
        made = renewed(lesson, "pt-BR")
        assert (made.added, made.stale, made.gone) == ((), (), ())


def test_missing_stale_and_gone(tmp_path: Path) -> None:
    lesson = copied(tmp_path)
    file = lesson / "pt-BR.yaml"
    before, _document = load_translation(lesson, "pt-BR")
    replace_in(lesson / "lesson.yaml", ENGLISH, "title: A first look")
    replace_in(file, f"  {GREETING}:", "  steps.nobody.title:")
    made = renewed(lesson, "pt-BR")
    assert made.added == (GREETING,)
    assert made.stale == ("title",)
    assert made.gone == ("steps.nobody.title",)
    file.write_text(made.text, "utf-8")
    after, document = load_translation(lesson, "pt-BR")
    assert not document.faults
    assert before is not None
    assert after is not None
    kept = {key: text for key, text in after.texts.items() if key != GREETING}
    for key, text in kept.items():
        assert (text.of, text.text.strip()) == (
            before.texts[key].of,
            before.texts[key].text.strip(),
        )
    assert after.texts[GREETING].text.startswith("TODO ")
    reasons = [fault.reason for fault in check(lesson).faults]
    assert len(reasons) == 2
    assert any("stale" in reason for reason in reasons)
    assert any("still to be written" in reason for reason in reasons)
    assert "#   A first look" in made.text


def test_without_a_file_all_is_to_be_written(tmp_path: Path) -> None:
    lesson = copied(tmp_path)
    (lesson / "pt-BR.yaml").unlink()
    made = renewed(lesson, "pt-BR")
    assert len(made.added) > 20
    assert made.text.count("TODO ") == len(made.added)
