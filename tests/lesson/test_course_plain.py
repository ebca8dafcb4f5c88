"""Every lesson as linear text, line by line to its end: all answers right, and all wrong."""

from __future__ import annotations

import io
import re

import pytest

from tests.lesson.answering import places, right, wrong
from tests.lesson.shelf import NAMES, opened
from tutor import words
from tutor.cli.plain_player import PlainPlayer
from tutor.lesson.player import Player
from tutor.lesson.question import TYPED, Question
from tutor.words import LANGUAGES, Language, _


class Learner(io.StringIO):
    """What somebody types who looks at each question: right answers, or wrong ones."""

    def __init__(self, player: Player, *, well: bool) -> None:
        super().__init__()
        self._player = player
        self._well = well

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]
        """The next line."""
        scene = self._player.scene
        asked = scene.question
        if not scene.asking or asked is None or asked.kind == "do":
            return "\n"  # what is done by hand, the lab grades in tests of its own
        if asked.kind == "confidence":
            return "1\n"
        return f"{self._line(asked)}\n"

    def _line(self, asked: Question) -> str:
        given = right(asked) if self._well else wrong(asked)
        if asked.kind in TYPED:
            return given
        return " ".join(map(str, places(asked, given))) or "0"


@pytest.mark.parametrize("well", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_to_the_end(name: str, tag: Language, well: bool) -> None:
    words.choose(tag)
    try:
        player, out = Player(opened(name, tag)), io.StringIO()
        PlainPlayer(player, Learner(player, well=well), out, lambda: None).run()
        said, passed = out.getvalue(), _("You have passed this lesson.")
        verdicts = {True: _("Right."), False: _("Not so.")}
    finally:
        words.choose("en")
    card = player.end_card()
    by_hand = sum(item.type == "do" for item in player.bound.lesson.quiz)
    assert card.right == (card.asked - by_hand if well else 0)
    assert card.unknown == by_hand
    assert (
        len(re.findall(rf"^{re.escape(verdicts[well])}", said, re.MULTILINE))
        >= card.asked - by_hand
    )
    assert not re.search(rf"^{re.escape(verdicts[not well])}", said, re.MULTILINE)
    assert (passed in said) is well
    for book in card.notebooks:
        assert re.search(rf"- {re.escape(book.label)}: {book.count}\b", said), book.label
