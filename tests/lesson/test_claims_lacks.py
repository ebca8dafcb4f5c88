"""``lacks``: what a step does not contain, the moment of lesson 3 (Carol is in no header)."""

from __future__ import annotations

from tutor.lesson import claims
from tutor.lesson.course import find
from tutor.lesson.model import Claims
from tutor.lesson.opening import open_lesson


def test_a_text_that_is_there_after_all_is_a_fault() -> None:
    bound = open_lesson(find("envelope-and-message"), "en")
    header = bound.lesson.step("header")
    assert list(claims.judge(bound, header)) == []
    false = header.model_copy(update={"claims": Claims(lacks=("carol", "To: Bob"))})
    assert list(claims.judge(bound, false)) == [(("lacks",), "this step does contain 'To: Bob'")]
