"""The moment of each lesson as a person sees it: ``pytest --snapshot-update``, then read it."""

from __future__ import annotations

from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.lesson.shelf import NAMES, SHIPPED
from tests.lesson.shelf import opened as bound
from tests.tui.stage import screen_text, until
from tutor.lesson.player import Player
from tutor.lesson.progress import Progress
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.compare import Compare
from tutor.tui.screens.lesson import LessonPlayer

MOMENTS = {
    "00-first-look": "login",
    "01-three-protocols": "fourth",
    "02-tcp-then-greeting": "greeting",
    "03-envelope-and-message": "header",
    "04-submission-not-relay": "denied",
    "05-finding-the-server": "taken",
    "06-pop3-delete": "late-count",
    "07-one-mailbox": "told",
    "08-headers-first": "choose",
    "09-plaintext-login": "refused",
    "10-base64-is-not-encryption": "at-once",
    "11-prove-it": "guess",
    "12-starttls": "hello",
    "13-starttls-removed": "far-verdict",
    "14-what-tls-leaks": "compare",
    "15-certificate-check": "other-end",
    "16-spraying": "hit-reply",
    "17-article-on-trial": "plain-login",
}
"""The stage of each lesson that it is remembered by."""


def test_each_lesson_has_its_moment() -> None:
    assert list(MOMENTS) == NAMES


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", NAMES)
async def test_the_moment(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    lesson = bound(name)
    stages = Player(lesson)
    for _press in range(300):
        if stages.scene.id == MOMENTS[name] and not stages.scene.asking:
            break
        stages.go_on()
    assert stages.scene.id == MOMENTS[name]
    if stages.scene.verdict is not None:
        stages.go_on()  # a moment is what is said, not the question before it
    Progress.load().note(stages, date(2026, 11, 25))
    folder = next(path for path in SHIPPED if path.name == name)
    app = WiretutorApp(lesson=(folder, lesson))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, (LessonPlayer, Compare)))
        await pilot.pause(0.1)
        if isinstance(app.screen, Compare):
            await pilot.press("enter")
            await pilot.pause(0.05)
        assert screen_text(app) == snapshot
