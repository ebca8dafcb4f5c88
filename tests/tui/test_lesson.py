"""Lesson 0 on the screen, by Enter alone, at two sizes, in two languages, without colour."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.stage import ROOT, opened, screen_text
from tutor import words
from tutor.lesson.opening import open_lesson
from tutor.lesson.player import Mode
from tutor.protocols.events import Kind
from tutor.render import View
from tutor.session import Eye
from tutor.tui.app import WiretutorApp
from tutor.tui.screens.compare import Compare
from tutor.tui.screens.end import End
from tutor.tui.screens.lesson import LessonPlayer
from tutor.tui.widgets import question
from tutor.tui.widgets.panels import Notebook

LESSON = ROOT / "lessons" / "00-first-look"
PASSWORD = "correct-horse"

Seen = list[tuple[Mode | str, str, str]]
"""Mode, id of the step or question, and the screen, for each press of Enter."""


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilot presses faster than a person: what guards against a held key is tested elsewhere."""
    monkeypatch.setattr(question, "OPENING_PAUSE", 0.0)
    monkeypatch.setattr(question, "REPEAT", 0.0)


def note(app: WiretutorApp, seen: Seen) -> None:
    screen = app.screen
    if isinstance(screen, LessonPlayer):
        seen.append((screen.scene.mode, screen.scene.id, screen_text(app)))
    else:
        seen.append((type(screen).__name__, "", screen_text(app)))


async def by_enter_alone(app: WiretutorApp, pilot: Pilot[int], most: int = 90) -> Seen:
    seen: Seen = []
    note(app, seen)
    for _press in range(most):
        if isinstance(app.screen, End):
            return seen
        await pilot.press("enter")
        await pilot.pause()
        note(app, seen)
    raise AssertionError(f"the end was not reached; last: {seen[-1]}")


@pytest.mark.parametrize(
    ("size", "language"),
    [
        ((80, 24), "pt-BR"),
        pytest.param((120, 36), "en", marks=pytest.mark.slow),
    ],
)
async def test_by_enter_alone_to_the_end(size: tuple[int, int], language: str) -> None:
    async with opened(lesson=LESSON, size=size, language=language) as (app, pilot):
        seen = await by_enter_alone(app, pilot)
        assert isinstance(app.screen, End)
        card = app.screen.card
    modes = [mode for mode, _id, _text in seen]
    for mode in (Mode.INTRO, Mode.STEP, Mode.PREDICT, Mode.VERDICT, Mode.PRINCIPLE, Mode.QUIZ):
        assert mode in modes, mode
    assert "Compare" in modes
    assert modes[-1] == "End"
    for kind, name, text in seen:
        longest = max(map(len, text.splitlines()))
        assert longest <= size[0]
        if kind is Mode.PREDICT and name == "login":
            assert PASSWORD not in text, "the answer is not given away"
    login = next(text for mode, name, text in seen if mode is Mode.STEP and name == "login")
    assert PASSWORD in login
    assert "!!" in login
    for kind, name, text in seen:
        if kind is Mode.STEP and name in ("hidden-login", "hidden-message"):
            assert PASSWORD not in text
            assert "▒" in text or "~>" in text or "<~" in text
        if kind is Mode.STEP and name == "shown-login":
            assert PASSWORD in text
    counts = {book.key: book.count for book in card.notebooks}
    assert counts["clear"] > counts["starttls"] > counts["tls"]
    end = seen[-1][2]
    for book in card.notebooks:
        assert book.label in end
        assert f" {book.count} " in end
    assert card.right == 0
    assert card.unknown == card.asked


async def test_the_login_is_highlighted_marked_and_counted() -> None:
    counts: dict[str, int] = {}
    async with opened(lesson=LESSON) as (app, pilot):
        seen: Seen = []
        for _press in range(60):
            screen = app.screen
            if not isinstance(screen, LessonPlayer) or screen.scene.mode is Mode.COMPARE:
                break
            note(app, seen)
            if screen.scene.mode is Mode.STEP:
                counts[screen.scene.id] = len(screen.query_one(Notebook)._facts)
            await pilot.press("enter")
    login = next(text for mode, name, text in seen if mode is Mode.STEP and name == "login")
    line = next(row for row in login.splitlines() if "LOGIN alice" in row)
    assert line.startswith("▸-> C")
    assert line.endswith("!!")
    assert PASSWORD in line
    below = login.splitlines()[login.splitlines().index(line) + 1]
    assert below.index("└") == line.index("alice")
    assert "password" in below
    assert counts["connect"] < counts["greeting"] < counts["login"] < counts["message"]
    assert counts["hidden-login"] < counts["login"]
    assert counts["hidden-message"] == counts["hidden-login"], "under TLS it does not grow"


async def test_right_answers_pass_and_the_home_screen_says_so() -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        await pilot.press("g", "enter")
        await pilot.pause()
        for _press in range(90):
            screen = app.screen
            if isinstance(screen, End):
                break
            if isinstance(screen, LessonPlayer) and screen.scene.asking:
                asked = screen.scene.question
                assert asked is not None
                keys = [option.key for option in asked.options]
                sure = screen.scene.mode is Mode.CONFIDENCE
                await pilot.press("3" if sure else str(keys.index(asked.answer.key) + 1))
            await pilot.press("enter")
            await pilot.pause()
        assert isinstance(app.screen, End)
        assert app.screen.card.right == app.screen.card.asked
        assert "You were certain, and 3 of 3 were right." in screen_text(app)
        assert "Passed" in screen_text(app)
        await pilot.press("q")
        await pilot.pause(0.05)
        line = next(row for row in screen_text(app).splitlines() if "First look" in row)
        assert "●" in line
        assert "passed" in line


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.slow)])
async def test_nothing_after_the_current_step_is_visible(size: tuple[int, int]) -> None:
    """What only later steps hold is on no screen before them, whatever pane is open."""
    later = {"login": "Logged in", "login-reply": "Lunch on Thursday"}
    async with opened(lesson=LESSON, size=size) as (app, pilot):
        await pilot.press("enter", "x", "e")
        for _press in range(30):
            screen = app.screen
            assert isinstance(screen, LessonPlayer)
            scene, text = screen.scene, screen_text(app)
            if scene.mode is Mode.STEP and scene.id == "message":
                break
            assert "Lunch on Thursday" not in text
            if scene.id in ("connect", "greeting", "capability") or (
                scene.id == "login" and scene.mode is Mode.PREDICT
            ):
                assert PASSWORD not in text
                assert "alice" not in text
            if scene.mode is Mode.STEP and scene.id in later:
                await pilot.press("slash", *later[scene.id], "enter")
                assert "Not found" in screen_text(app)
                place = screen.playback.place
                await pilot.press("right_square_bracket", "full_stop", "G", "right_square_bracket")
                assert screen.playback.place == place
            await pilot.press("enter")


async def test_back_takes_what_came_after_out_of_sight() -> None:
    async with opened(lesson=LESSON) as (app, pilot):
        for _press in range(40):
            await pilot.press("enter")
            screen = app.screen
            assert isinstance(screen, LessonPlayer)
            if screen.scene.mode is Mode.STEP and screen.scene.id == "login":
                break
        assert PASSWORD in screen_text(app)
        await pilot.press("left")
        assert isinstance(app.screen, LessonPlayer)
        assert app.screen.scene.mode is Mode.VERDICT
        await pilot.press("left")
        assert app.screen.scene.id == "capability"
        assert PASSWORD not in screen_text(app)


async def test_play_stops_at_the_first_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.tui.screens.player._STEP_SECONDS", 0.02)
    async with opened(lesson=LESSON) as (app, pilot):
        await pilot.press("space")
        await pilot.pause(0.6)
        screen = app.screen
        assert isinstance(screen, LessonPlayer)
        assert screen.scene.mode is Mode.PREDICT
        assert not screen.scene.sure
        assert screen._timer is None


async def test_leaving_keeps_the_place() -> None:
    async with opened() as (app, pilot):
        await pilot.press("g", "enter")
        await pilot.press("enter", "enter", "enter", "enter")
        screen = app.screen
        assert isinstance(screen, LessonPlayer)
        stage = screen.scene.stage
        await pilot.press("escape")
        await pilot.pause(0.05)
        assert f"Your place is kept: step {stage}" in screen_text(app)
        assert f"step {stage}/" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        again = app.screen
        assert isinstance(again, LessonPlayer)
        assert again.scene.stage == stage


@pytest.mark.parametrize(("key", "pane"), [("e", "notebook"), ("x", "hex"), ("z", "zoom")])
async def test_escape_closes_an_open_pane_before_it_leaves(key: str, pane: str) -> None:
    async with opened(lesson=LESSON) as (app, pilot):
        await pilot.press("enter")
        screen = app.screen
        await pilot.press(key)
        assert screen.has_class(pane)
        await pilot.press("escape")
        assert app.screen is screen
        assert not screen.has_class(pane)


@pytest.mark.parametrize("key", ["e", "i"])
async def test_what_has_no_room_beside_a_question_says_when_it_opens(key: str) -> None:
    async with opened(lesson=LESSON) as (app, pilot):
        await pilot.press("enter", "enter", key)
        await pilot.pause()
        assert "This opens after the question." in screen_text(app)
        assert not app.screen.has_class("notebook")


async def test_compare_asks_first_and_counts_last() -> None:
    async with opened(lesson=LESSON, size=(120, 36)) as (app, pilot):
        for _press in range(60):
            await pilot.press("enter")
            await pilot.pause()
            if isinstance(app.screen, Compare):
                break
        text = screen_text(app)
        assert "What is the same" in text
        assert "≠" not in text
        await pilot.press("enter")
        text = screen_text(app)
        login = next(row for row in text.splitlines() if row.startswith(" LOGIN"))
        assert "≠" in login
        assert "bytes" in login.split("│")[1]
        assert "Eve A: 13 facts" in text
        await pilot.press("v")
        rows = screen_text(app).splitlines()
        login = next(row for row in rows if row.startswith(" LOGIN"))
        assert PASSWORD in login.split("│")[1]
        assert "=" in login


async def test_what_the_comparison_asks_is_answered_before_the_lesson_goes_on() -> None:
    spec = open_lesson(LESSON).lesson.compare
    assert spec is not None
    async with opened(lesson=LESSON) as (app, pilot):
        await pilot.press("enter", "e")
        for _press in range(90):
            await pilot.press("enter")
            await pilot.pause()
            shown = app.screen
            if isinstance(shown, LessonPlayer) and shown.scene.mode is Mode.COMPARE:
                break
        text = " ".join(screen_text(app).split())
        assert isinstance(app.screen, LessonPlayer)
        assert " ".join((spec.ask or "").split()) in text
        assert " ".join((spec.say or "").split()) in text
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.scene.mode is Mode.PRINCIPLE
        assert "The principle" in screen_text(app), "an open notebook hides no page"


@pytest.mark.parametrize("language", ["en", pytest.param("pt-BR", marks=pytest.mark.slow)])
async def test_enter_goes_through_a_comparison_by_group(language: str) -> None:
    async with opened(lesson=LESSON, language=language) as (app, pilot):
        last = words._("on with the lesson")
        for _press in range(60):
            await pilot.press("enter")
            await pilot.pause()
            if isinstance(app.screen, Compare):
                break
        screen = app.screen
        assert isinstance(screen, Compare)
        groups = len({row.key for row in screen.rows})
        assert groups == 6
        assert "v: " in screen_text(app)
        for _press in range(groups):
            assert last not in screen_text(app).splitlines()[-1]
            await pilot.press("enter")
        assert last in screen_text(app).splitlines()[-1]
        await pilot.press("left", "left", "enter", "enter")
        assert last in screen_text(app).splitlines()[-1]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, LessonPlayer)


async def test_the_ends_read_an_opened_record_and_eve_does_not() -> None:
    session = open_lesson(LESSON).sessions["tls"]
    opened_ones = [
        n for n in range(len(session))
        if session.event(n).kind is Kind.RECORD and session.event(n).name == "Certificate"
    ]  # fmt: skip
    assert opened_ones
    for index in opened_ones:
        (ends,) = View(session, eye=Eye.ENDPOINTS).lines(index)
        (eve,) = View(session, eye=Eye.EVE).lines(index)
        assert (ends.mark, eve.mark) == ("~", "··")
        assert "Certificate" in ends.text
        assert "Certificate" not in eve.text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "pt-BR"])
async def test_the_end_card_begins_with_the_score_and_scrolls(language: str) -> None:
    lesson = ROOT / "lessons" / "09-plaintext-login"
    async with opened(lesson=lesson, size=(80, 16), language=language) as (app, pilot):
        await by_enter_alone(app, pilot)
        assert isinstance(app.screen, End)
        lines = screen_text(app).splitlines()
        assert lines[0].startswith(" 9 ")
        assert lines[2].startswith(f"   {app.screen.card.right} ")
        last = app.screen.card.notebooks[-1].label
        assert last not in screen_text(app)
        await pilot.press("pagedown", "j", "down", "ctrl+d")
        assert last in screen_text(app)
        await pilot.press("g")
        assert screen_text(app).splitlines() == lines


async def test_the_language_changes_inside_a_lesson() -> None:
    async with opened(lesson=LESSON) as (app, pilot):
        await pilot.press("enter", "colon", *"idioma", "enter")
        await pilot.pause(0.1)
        text = screen_text(app)
        assert "Eve sabe" in text
        assert "Primeiro olhar" in text
        screen = app.screen
        assert isinstance(screen, LessonPlayer)
        assert screen.scene.stage == 2


async def test_a_lesson_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "00-broken"
    folder.mkdir()
    source = (LESSON / "lesson.yaml").read_text()
    (folder / "lesson.yaml").write_text(source.replace("client: LOGIN", "client: NONSENSE"))
    monkeypatch.setattr("tutor.lesson.course.lessons_directory", lambda: tmp_path)
    async with opened() as (app, pilot):
        await pilot.press("g", "enter")
        await pilot.pause(0.05)
        assert "lesson.yaml:" in screen_text(app)
        assert "Home" in type(app.screen).__name__


async def test_a_step_says_which_of_several_recordings_it_is_in() -> None:
    directory = ROOT / "lessons" / "07-one-mailbox"
    async with opened(lesson=directory) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, LessonPlayer)
        seen = {}
        while screen.scene.id != "news":
            if screen.scene.asking:
                screen.stages.dont_know()
            screen.stages.go_on()
            screen.sync()
            await pilot.pause()
            if screen.scene.mode is Mode.STEP:
                seen[screen.scene.id] = screen_text(app)
    assert "Laptop · packet " in seen["unread"]
    assert "Phone · packet " in seen["seen"]
    assert "Laptop · packet " in seen["noop"]


@pytest.mark.parametrize("turns", [1, pytest.param(2, marks=pytest.mark.slow)])
async def test_an_eye_that_does_not_see_the_step_holds_nobody_there(turns: int) -> None:
    async with opened(lesson=LESSON) as (app, pilot):
        lost = 0
        for _press in range(60):
            screen = app.screen
            assert isinstance(screen, LessonPlayer)
            if screen.scene.mode is Mode.COMPARE:
                break
            if screen.scene.mode is Mode.STEP:
                stage, own = screen.scene.stage, screen.playback.place
                await pilot.press(*["v"] * turns)
                if screen.playback.place != own:
                    lost += 1
                    await pilot.press("enter")
                    assert (screen.scene.stage, screen.playback.place) == (stage, own)
                await pilot.press("enter")
                assert screen.scene.stage == stage + 1
            else:
                await pilot.press("enter")
            if isinstance(app.screen, Compare):
                break
        assert lost


async def test_a_page_without_a_conversation_names_no_phase_and_no_eye() -> None:
    async with opened(lesson=LESSON) as (app, pilot):
        for _press in range(3):
            screen = app.screen
            assert isinstance(screen, LessonPlayer)
            title = screen_text(app).splitlines()[0]
            assert ("eye: Eve" in title) is (screen.scene.mode is not Mode.INTRO)
            assert ("/7 " in title) is ("eye: Eve" in title)
            await pilot.press("enter")
            await pilot.pause()
