"""The one table of actions: no key means two things, and every name is somebody's method."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tutor import words
from tutor.tui import actions
from tutor.tui.screens.browser import Browser
from tutor.tui.screens.compare import Compare
from tutor.tui.screens.doing import Doing
from tutor.tui.screens.end import End
from tutor.tui.screens.files import Files
from tutor.tui.screens.help import TextScreen
from tutor.tui.screens.home import Home
from tutor.tui.screens.interfaces import Interfaces
from tutor.tui.screens.lab import Lab
from tutor.tui.screens.lesson import LessonPlayer
from tutor.tui.screens.live import Live
from tutor.tui.screens.player import Player
from tutor.tui.screens.practice import Practice
from tutor.tui.screens.presenter import Presenter
from tutor.tui.screens.review import Review
from tutor.tui.widgets.question import Question

PLACES: dict[str, tuple[type, ...]] = {
    "player": (Player, LessonPlayer),
    "browser": (Browser, Files),
    "lab": (Lab,),
    "live": (Live,),
    "interfaces": (Interfaces,),
    "home": (Home,),
    "compare": (Compare,),
    "end": (End,),
    "text": (TextScreen,),
    "review": (Review,),
    "question": (Question,),
    "presenter": (Presenter,),
    "doing": (Doing,),
    "practice": (Practice,),
}

DESIGN = {
    "go_on": "enter right",
    "back": "left",
    "play": "space",
    "marker_back": "left_square_bracket ctrl+left",
    "marker_on": "right_square_bracket ctrl+right",
    "packet_back": "comma",
    "packet_on": "full_stop",
    "slower": "less_than_sign",
    "faster": "greater_than_sign",
    "scroll_down": "j",
    "scroll_up": "k",
    "scroll_top": "g",
    "scroll_end": "G",
    "scroll_page_down": "ctrl+d pagedown",
    "scroll_page_up": "ctrl+u pageup",
    "search": "slash",
    "next_match": "n",
    "last_match": "N",
    "eye": "v",
    "view": "l",
    "hex": "x",
    "notebook": "e",
    "compare": "c",
    "decode": "d",
    "wireshark": "w",
    "glossary": "i",
    "hint": "h",
    "mask": "M",
    "reveal": "R",
    "zoom": "z",
    "show_help": "question_mark f1",
    "palette": "colon ctrl+p",
    "leave": "escape q",
    "quit": "ctrl+q",
}
"""The player's keys as the design has them."""


@pytest.mark.parametrize("room", actions.rooms())
def test_no_key_means_two_things_in_a_room(room: str) -> None:
    assert actions.clashes(room) == []


def test_a_clash_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    thief = actions.Action("thief", ("v",), "v", str, ("player",))
    monkeypatch.setattr(actions, "ACTIONS", (*actions.ACTIONS, thief))
    assert actions.clashes("player") == ["v: eye and thief"]


def test_the_player_has_the_keys_of_the_design() -> None:
    there = {action.name: " ".join(action.keys) for action in actions.of_room("player")}
    assert {name: there.get(name) for name in DESIGN} == DESIGN


@pytest.mark.parametrize("room", PLACES)
def test_every_action_is_a_method(room: str) -> None:
    for action in actions.ACTIONS:
        if room in action.rooms:
            for place in PLACES[room]:
                assert callable(getattr(place, f"action_{action.name}", None)), action.name


def test_every_room_is_a_place() -> None:
    assert set(actions.rooms()) == set(PLACES)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("room", [*PLACES, "verdict"])
def test_a_footer_fits_80_columns_with_at_most_five_verbs(room: str, language: str) -> None:
    words.choose(language)
    try:
        verbs = actions.footer(room)
        assert 1 <= len(verbs) <= 5
        width = sum(cell_len(key) + cell_len(word) + 3 for key, word in verbs)
        assert width <= 80
    finally:
        words.choose("en")


def test_the_presenter_has_a_clickers_keys_and_escape_does_not_leave_it() -> None:
    keys = {key: action.name for action in actions.of_room("presenter") for key in action.keys}
    assert keys["pagedown"] == keys["enter"] == "next_slide"
    assert keys["pageup"] == "last_slide"
    assert keys["f5"] == "timer"
    assert keys["full_stop"] == keys["b"] == keys["B"] == "blank"
    assert "escape" not in keys


def test_only_the_question_takes_keys_from_the_player() -> None:
    player = {key for action in actions.of_room("player") for key in action.keys}
    question = {key for a in actions.ACTIONS if "question" in a.rooms for key in a.keys}
    assert player & question == {"up", "down", "left", "right", "enter", "space", "h"}


def test_no_handler_calls_the_one_above_it() -> None:
    """Textual calls the handler of each class of a widget by itself: it would run twice."""
    package = Path(actions.__file__).parent
    calls = [
        f"{path.name}: {line.strip()}"
        for path in package.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"super\(\)\._?on_[a-z_]+\(", line)
    ]
    assert not calls
