"""The presenter: reveal on a key, a clicker's keys, pseudonyms, and a session that grows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from tests.lab.running import Running
from tests.sources import wire
from tests.tui.stage import ROOT, opened, player, screen_text, until, write_capture
from tutor import words
from tutor.capture import Capture
from tutor.cli import main
from tutor.lesson.opening import open_lesson
from tutor.lesson.player import Mode
from tutor.lesson.player import Player as Stages
from tutor.render.pseudonyms import Pseudonyms
from tutor.tui.app import WiretutorApp
from tutor.tui.deck import CaptureDeck
from tutor.tui.lesson_deck import LessonDeck
from tutor.tui.playback import Playback
from tutor.tui.screens.browser import Browser
from tutor.tui.screens.lab import Lab
from tutor.tui.screens.lesson import LessonPlayer
from tutor.tui.screens.menu import Menu
from tutor.tui.screens.presenter import Presenter
from tutor.tui.widgets.slide import SlidePane

SIZES = [(80, 24), (120, 36)]
NAMES = (
    "alice",
    "bob",
    "swordfish",
    "hunter2",
    "192.0.2.1",
    "198.51.100.25",
    "QUxpY2U",
    "AGFsaWNl",
)
LESSON = ROOT / "lessons" / "00-first-look"


@asynccontextmanager
async def presented(
    file: Path | None = None,
    lesson: Path | None = None,
    size: tuple[int, int] = (80, 24),
    language: str = "en",
) -> AsyncIterator[tuple[WiretutorApp, Pilot[int]]]:
    """The app as ``--present`` starts it."""
    words.choose(language)
    try:
        bound = (lesson, open_lesson(lesson)) if lesson else None
        files = (str(file),) if file else ()
        app = WiretutorApp(files=files, lesson=bound, present=True)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause(0.05)
            screen = app.screen
            if isinstance(screen, Browser):
                await until(pilot, lambda: not screen._waiting)
            still(app)
            yield app, pilot
    finally:
        words.choose("en")


def still(app: WiretutorApp) -> None:
    """Stop the clock of a presenter, so that a picture is the same each time."""
    if isinstance(app.screen, Presenter):
        app.screen._clock = lambda: 0.0
        app.screen._begun = 0.0
        app.screen.renew()


def shown(app: WiretutorApp) -> Presenter:
    assert isinstance(app.screen, Presenter)
    return app.screen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_capture(tmp_path / "two.pcap")


@pytest.mark.parametrize("command", ["learn", "open", "lab", "tap", "live"])
def test_each_command_can_start_it(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert "--present" in result.output


async def test_a_large_terminal_is_told_to_zoom(file: Path) -> None:
    async with presented(file, size=(160, 50)) as (app, pilot):
        await pilot.press("enter")
        assert "letters can be larger" in screen_text(app)
        await pilot.press("pagedown")
        assert "letters can be larger" not in screen_text(app)


async def test_eve_has_her_notebook_and_the_ends_their_eyes() -> None:
    async with presented(ROOT / "captures" / "imap-first-look-tls.pcapng") as (app, pilot):
        await pilot.press("enter", *["pagedown"] * 14, "e")
        text = screen_text(app)
        assert "Eve's notebook" in text
        assert "server name" in text
        assert "▒" not in text
        await pilot.press("pagedown")
        assert "▒" in screen_text(app)
        await pilot.press("v", "right_square_bracket", "pagedown")
        text = screen_text(app)
        assert "LOGIN" in text
        assert "correct-horse" in text
        assert "protected ~" in text


async def test_a_key_reveals_and_the_next_one_goes_on(file: Path) -> None:
    async with presented(file) as (app, pilot):
        await pilot.press("enter")
        assert "In IMAP the server speaks first" not in screen_text(app)
        await pilot.press("pagedown", "pagedown")
        assert "Greeting" in screen_text(app)
        assert "In IMAP the server speaks first" not in screen_text(app)
        await pilot.press("pagedown")
        assert "In IMAP the server speaks first" in screen_text(app)
        await pilot.press("pageup")
        assert "In IMAP the server speaks first" not in screen_text(app)
        assert "2/" in screen_text(app)
        await pilot.press("pageup")
        assert "1/" in screen_text(app).splitlines()[0]


@pytest.mark.parametrize("session", [1, pytest.param(2, marks=pytest.mark.slow)])
async def test_no_real_name_is_on_any_slide_or_in_the_list(file: Path, session: int) -> None:
    async with presented(file) as (app, pilot):
        seen = [screen_text(app)]
        await pilot.press(*["down"] * (session - 1))
        seen.append(screen_text(app))
        await pilot.press("enter")
        for _slide in range(60):
            await pilot.press("pagedown")
            seen.append(screen_text(app))
        await pilot.press("R", "M")
        seen.append(screen_text(app))
        assert "This is the end" in "\n".join(seen) or "pseudonyms" in seen[-1]
        for text in seen:
            for real in NAMES:
                assert real not in text
        assert any("user-1" in text for text in seen)
        assert "Names are pseudonyms here" in seen[5]


async def test_the_player_beneath_keeps_the_pseudonyms(file: Path) -> None:
    async with opened(files=(file,), size=(120, 36)) as (app, pilot):
        await pilot.press("enter", "enter", "f5")
        assert isinstance(app.screen, Presenter)
        await pilot.press("q")
        await pilot.pause()
        playback = player(app).playback
        while playback.on():
            pass
        for key in ("e", "x", "d", "w", "M", "R", "l", "l"):
            await pilot.press(key)
            player(app).moved()
            text = screen_text(app)
            for real in NAMES:
                assert real not in text, (key, real)


async def test_a_recording_of_the_course_has_its_own_names_and_reveals_its_secret() -> None:
    async with presented(ROOT / "captures" / "imap-first-look.pcapng") as (app, pilot):
        await pilot.press("enter")
        for _key in range(30):
            await pilot.press("pagedown")
            if "LOGIN alice" in screen_text(app):
                break
        assert "correct-horse" not in screen_text(app)
        await pilot.press("pagedown")
        assert "correct-horse" in screen_text(app)


@pytest.mark.parametrize("key", ["full_stop", "b", "B"])
async def test_a_blank_screen_comes_back_with_any_key_and_stays_where_it_was(
    file: Path, key: str
) -> None:
    async with presented(file) as (app, pilot):
        await pilot.press("enter", "pagedown", "pagedown", key)
        await pilot.pause()
        assert screen_text(app).split() == []
        await pilot.press("pagedown")
        await pilot.pause()
        assert "Greeting" in screen_text(app)
        assert "In IMAP the server speaks first" not in screen_text(app)


async def test_escape_does_not_leave_and_q_does(file: Path) -> None:
    async with presented(file) as (app, pilot):
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, Presenter)
        await pilot.press("q")
        assert isinstance(app.screen, Browser)


async def test_the_timer_starts_again(file: Path) -> None:
    async with presented(file) as (app, pilot):
        await pilot.press("enter")
        screen = shown(app)
        screen._clock = lambda: screen._begun + 754
        screen._draw_title()
        assert "12:34" in screen_text(app)
        began = screen._begun
        screen._clock = lambda: began + 754
        await pilot.press("f5")
        assert "00:00" in screen_text(app)


async def test_who_waits_at_the_end_goes_along(tmp_path: Path) -> None:
    talk = [("s", b"+OK ready\r\n"), ("c", b"USER bob\r\n"), ("s", b"+OK\r\n")]
    frames = wire.conversation(("192.0.2.10", 50001), ("198.51.100.25", 110), talk)
    whole = wire.pcap(frames)
    some = wire.pcap(frames[:4])
    path = tmp_path / "grows.pcap"
    path.write_bytes(some)
    words.choose("en")
    app = WiretutorApp(files=(str(path),), follow=True, present=True)
    async with app.run_test(size=(80, 24)) as pilot:
        browser = app.screen
        assert isinstance(browser, Browser)
        await until(pilot, lambda: bool(browser._shown))
        await pilot.press("enter")
        deck = shown(app).deck
        await pilot.press(*["pagedown"] * 6)
        assert "This is the end" in screen_text(app)
        assert "USER" not in screen_text(app)
        assert deck.place() == "2/2"
        with path.open("ab") as file:
            file.write(whole[len(some) :])
        await until(pilot, lambda: deck.place() != "2/2")
        at, of = deck.place().split("/")
        assert at == of
        while "USER user-1" not in screen_text(app):
            assert deck.back()
            shown(app).renew()


async def test_a_question_shows_its_answer_on_the_key_only() -> None:
    async with presented(lesson=LESSON) as (app, pilot):
        deck = shown(app).deck
        assert isinstance(deck, LessonDeck)
        for _key in range(40):
            await pilot.press("pagedown")
            if deck._stages.scene.mode is Mode.PREDICT:
                break
        question = deck._stages.scene.question
        assert question is not None
        assert "✓" not in screen_text(app)
        await pilot.press("1")
        assert "▸ 1" in screen_text(app)
        await pilot.press("pagedown")
        assert "✓" in screen_text(app)
        assert deck._stages.answers[question.id].chosen == question.options[0].key


async def test_a_question_answered_before_is_asked_again() -> None:
    async with opened(lesson=LESSON) as (app, pilot):
        lesson = app.screen
        assert isinstance(lesson, LessonPlayer)
        stages = lesson.stages
        while not stages.scene.asking:
            stages.go_on()
        stages.dont_know()
        lesson.sync()
        await pilot.press("f5")
        assert "✓" not in screen_text(app)
        await pilot.press("pagedown")
        assert "✓" in screen_text(app)
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, LessonPlayer)


async def test_a_presented_lesson_leaves_no_trace_in_the_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with presented(lesson=LESSON) as (_app, pilot):
        await pilot.press(*["pagedown"] * 8)
    assert list(tmp_path.rglob("*.json")) == []


@pytest.mark.parametrize("lesson", sorted((ROOT / "lessons").glob("0*-*")), ids=lambda p: p.name)
async def test_every_lesson_can_be_shown_to_its_end_and_back(lesson: Path) -> None:
    async with presented(lesson=lesson, language="pt-BR") as (app, pilot):
        deck = shown(app).deck
        assert isinstance(deck, LessonDeck)
        slides = 0
        while deck.on():
            slides += 1
            shown(app).renew()
            assert slides < 500
        assert deck._stages.scene.mode is Mode.END
        while deck.back():
            slides -= 1
        assert slides == 0
        await pilot.pause()
        assert "1/" in screen_text(app) or deck.place().startswith("1/")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
@pytest.mark.parametrize("theme", ["wt-dark", "wt-mono"])
async def test_it_fits(file: Path, size: tuple[int, int], theme: str) -> None:
    async with presented(file, size=size) as (app, pilot):
        app.theme = theme
        await pilot.press("enter", *["pagedown"] * 5)
        lines = screen_text(app).splitlines()
        assert len(lines) == size[1]
        assert "PgDn" in lines[-1]
        assert "Eve knows" in screen_text(app)


MOMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "the list under pseudonyms": ("capture", ()),
    "a headline": ("capture", ("enter", *["pagedown"] * 2)),
    "a login of others": ("capture", ("enter", *["pagedown"] * 16)),
    "a lesson begins": ("lesson", ("pagedown",)),
    "a question": ("lesson", ("pagedown",) * 4),
}


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("moment", MOMENTS)
async def test_moment(
    moment: str, size: tuple[int, int], language: str, file: Path, snapshot: SnapshotAssertion
) -> None:
    what, keys = MOMENTS[moment]
    lesson = LESSON if what == "lesson" else None
    async with presented(None if lesson else file, lesson, size, language) as (app, pilot):
        await pilot.press(*keys)
        still(app)
        await pilot.pause(0.1)
        assert screen_text(app) == snapshot


async def test_the_labs_names_are_its_own_and_its_secret_waits_for_the_key() -> None:
    with Running() as lab:
        app = WiretutorApp(first_screen=lambda: Lab(lab.feed, presenting=True))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, Menu))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, Presenter), 20)
            deck = shown(app).deck
            assert deck.place().startswith("1/")
            await until(pilot, lambda: int(deck.place().partition("/")[2]) > 20, 20)
            assert deck.place().startswith("1/")  # it waits for the teacher
            await pilot.press("right_square_bracket")
            text = screen_text(app)
            assert "LOGIN alice@example.org" in text
            assert "correct-horse" not in text
            await pilot.press("pagedown")
            assert "correct-horse" in screen_text(app)
            await pilot.press("q")
            assert isinstance(app.screen, Lab)


async def test_a_small_screen_shows_the_question_rather_than_the_line_before_it() -> None:
    async with presented(lesson=LESSON, size=(60, 16)) as (app, pilot):
        deck = shown(app).deck
        assert isinstance(deck, LessonDeck)
        while not deck._stages.scene.asking:
            deck.on()
        shown(app).renew()
        await pilot.pause()
        question = deck._stages.scene.question
        assert question is not None
        text = screen_text(app)
        for option in question.options:
            assert option.text[:20] in text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("lesson", sorted((ROOT / "lessons").glob("[01]*")), ids=lambda p: p.name)
def test_every_slide_of_every_lesson_fits_the_smallest_screen(lesson: Path, language: str) -> None:
    words.choose(language)
    try:
        bound = open_lesson(lesson, "pt-BR" if language == "pt-BR" else "en")
        playbacks = {key: Playback(session) for key, session in bound.sessions.items()}
        deck, pane, going = LessonDeck(Stages(bound, again=False), playbacks, ""), SlidePane(), True
        while going:
            pane._slide = deck.slide(secrets=False)
            rows = ["".join(seg.text for seg in row) for row in pane.build(80, 21)]
            assert not [row for row in rows if row.endswith("↓")], deck.place()
            going = deck.on()
    finally:
        words.choose("en")


def slides(lesson: str, mode: Mode, kind: str = "") -> list[str]:
    """The slides of a mode, before and after the reveal, as text of 80x24."""
    bound = open_lesson(ROOT / "lessons" / lesson)
    playbacks = {key: Playback(session) for key, session in bound.sessions.items()}
    deck = LessonDeck(Stages(bound, again=False), playbacks, "")
    found: list[str] = []
    going = True
    while going:
        scene = deck._stages.scene
        question = scene.question.kind if scene.question else ""
        if deck._revealed or (scene.mode is mode and question == kind):
            pane = SlidePane()
            pane._slide = deck.slide(secrets=False)
            rows = pane.build(80, 22)
            if not deck._revealed or (found and len(found) % 2):
                found.append("\n".join("".join(seg.text for seg in row) for row in rows))
        going = deck.on()
    return found


def test_a_comparison_shows_all_its_sides_and_marks_them_with_the_reveal() -> None:
    before, after = slides("14-what-tls-leaks", Mode.COMPARE)
    for text in (before, after):
        assert "A  In the clear" in text
        assert "C  TLS 1.2" in text
        assert "LOGIN" in text
        assert "76 bytes" in text
        assert "(no TLS here)" in text
        assert "correct-horse" not in text
    assert "≠" not in before
    assert "facts" not in before
    assert "≠" in after
    assert "13 facts" in after
    assert "14 facts" not in after  # of a recording that is not compared
    assert "What changes most is what Eve learns" in after


@pytest.mark.parametrize(
    "lesson", sorted(p.name for p in (ROOT / "lessons").glob("[01]*") if p.name[:2] != "07")
)
@pytest.mark.slow
def test_every_comparison_fits_the_smallest_screen(lesson: str) -> None:
    before, after = slides(lesson, Mode.COMPARE)
    assert "more line" not in before + after
    assert "A  " in before
    # the reveal adds the marks and what stands below
    kept = [line.rstrip() for line in before.splitlines() if line.strip()]
    after_too = [line for line in after.splitlines() if line.strip()]
    assert all(line.startswith(old) for line, old in zip(after_too, kept, strict=False))
    assert len(after_too) > len(kept)


def test_who_is_to_point_sees_the_lines() -> None:
    before, after = slides("00-first-look", Mode.QUIZ, "point")
    for text in (before, after):
        assert '-> GGMF1 LOGIN alice@example.org "correct-horse"' in text
        assert "<- GGMF1 OK Logged in" in text
    assert "✓" not in before
    assert "✓ 4  correct-horse" in after


def test_only_the_lines_with_something_to_point_at_are_shown() -> None:
    before, _after = slides("16-spraying", Mode.QUIZ, "point")
    assert "<- + eyJzdGF0dXMi" in before
    assert "CAPABILITY" not in before


def test_who_is_to_point_at_a_greeting_sees_it_whole_and_what_followed() -> None:
    before, _after = slides("02-tcp-then-greeting", Mode.QUIZ, "point")
    assert "<- * PREAUTH" in before
    assert "-> a1 SELECT INBOX" in before


def test_who_is_asked_for_the_end_of_a_command_sees_its_tag() -> None:
    texts = slides("00-first-look", Mode.PREDICT, "choice")
    asked = next(text for text in texts if "Which line ends the LOGIN" in text)
    assert '-> GGMF1 LOGIN alice@example.org "••••••••"' in asked
    assert "<- * CAPABILITY" in asked


def test_many_recordings_are_counted_on_one_screen() -> None:
    _before, after = slides("05-finding-the-server", Mode.END)
    assert "more line" not in after
    assert after.count("facts") == 8


@pytest.mark.parametrize(
    "recording", sorted((ROOT / "captures").glob("*.pcapng"))[::6], ids=lambda path: path.stem
)
@pytest.mark.parametrize("names", [None, Pseudonyms()], ids=["own", "pseudonyms"])
def test_every_slide_of_a_recording_is_as_high_as_the_screen(
    recording: Path, names: Pseudonyms | None
) -> None:
    with Capture(str(recording)) as capture:
        capture.load()
        for entry in capture.entries[:4]:
            deck = CaptureDeck(Playback(capture.session(entry.id), names=names), "")
            pane = SlidePane()
            going = True
            while going:
                pane._slide = deck.slide(secrets=False)
                for width, height in ((60, 14), (80, 22), (200, 58)):
                    rows = pane.build(width, height)
                    assert len(rows) == height
                going = deck.on()
