"""The one table of actions: bindings, footer, help, palette and docs are all made from it.

An action belongs to *rooms* (screens, or an open question). Its key names are Textual's. A room's
screen has a method ``action_NAME``. A test looks for keys that mean two things in one room; only an
open question takes keys from the player beneath it, on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from tutor.words import _

EVERYWHERE = "*"
MOST_IN_FOOTER = 5


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do.

    Attributes:
        name: the method ``action_NAME`` of the room's screen; also the name for a key map.
        keys: Textual's names of the keys.
        shown: how help and footer write the keys.
        says: what it does, in the reader's language.
        rooms: where it can be done.
        footer: the rooms whose footer shows it.
        brief: the footer's shorter word for it.
    """

    name: str
    keys: tuple[str, ...]
    shown: str
    says: Callable[[], str]
    rooms: tuple[str, ...]
    footer: tuple[str, ...] = ()
    brief: Callable[[], str] | None = None

    def word(self) -> str:
        """The footer's word."""
        return (self.brief or self.says)()


_PLAY = ("player",)
_LISTS = ("browser", "lab", "live", "home", "interfaces")
_SESSIONS = ("browser", "lab", "live")
_ASKED = ("question",)
_FLOW = ("player", "compare", "text", "end")
_SHOW = ("presenter",)
_TYPED = ("doing",)
_DRILL = ("practice",)
_DIGITS = tuple("123456789")

ACTIONS: tuple[Action, ...] = (
    Action("go_on", ("enter", "right"), "Enter →", lambda: _("Go on"),
           ("player", "compare", "end", "review", *_DRILL),
           ("player", "compare", "end", "verdict", "review", *_DRILL), lambda: _("go on")),
    Action("back", ("left",), "←", lambda: _("Back one step"), ("player", "compare"),
           ("player", "compare"), lambda: _("back")),
    Action("play", ("space",), "Space", lambda: _("Play or pause; it stops at every question"),
           _PLAY),
    Action("open", ("enter", "right"), "Enter", lambda: _("Play this session"), _SESSIONS,
           ("browser",), lambda: _("play")),
    Action("start", ("enter", "right"), "Enter", lambda: _("Start what is marked"),
           ("home", "interfaces"), ("home", "interfaces"), lambda: _("start")),
    Action("marker_back", ("left_square_bracket", "ctrl+left"), "[", lambda: _("Marker before"),
           (*_PLAY, *_SHOW)),
    Action("marker_on", ("right_square_bracket", "ctrl+right"), "]", lambda: _("Next marker"),
           (*_PLAY, *_SHOW)),
    Action("packet_back", ("comma",), ",", lambda: _("Back one packet"), _PLAY),
    Action("packet_on", ("full_stop",), ".", lambda: _("On by one packet"), _PLAY),
    Action("slower", ("less_than_sign",), "<", lambda: _("Slower"), _PLAY),
    Action("faster", ("greater_than_sign",), ">", lambda: _("Faster"), _PLAY),
    Action("scroll_down", ("j",), "j", lambda: _("Scroll down"), (*_FLOW, *_DRILL)),
    Action("scroll_up", ("k",), "k", lambda: _("Scroll up"), (*_FLOW, *_DRILL)),
    Action("scroll_page_down", ("ctrl+d", "pagedown"), "Ctrl+D", lambda: _("Half a page down"),
           (*_FLOW, *_DRILL)),
    Action("scroll_page_up", ("ctrl+u", "pageup"), "Ctrl+U", lambda: _("Half a page up"),
           (*_FLOW, *_DRILL)),
    Action("scroll_top", ("g",), "g", lambda: _("To the first line"), _FLOW),
    Action("scroll_end", ("G",), "G", lambda: _("To the last line"), _FLOW),
    Action("line_down", ("down",), "↓", lambda: _("Scroll down"),
           (*_FLOW, *_SHOW)),
    Action("line_up", ("up",), "↑", lambda: _("Scroll up"), (*_FLOW, *_SHOW)),
    Action("eye", ("v",), "v", lambda: _("Eye: Eve, the two ends, or both"),
           ("player", "compare", *_SHOW), ("player", "compare"), lambda: _("eye")),
    Action("view", ("l",), "l", lambda: _("Ladder or transcript"), _PLAY),
    Action("notebook", ("e",), "e", lambda: _("Eve's notebook"), (*_PLAY, *_SHOW), _PLAY),
    Action("hex", ("x",), "x", lambda: _("Bytes in hexadecimal"), _PLAY),
    Action("compare", ("c",), "c", lambda: _("Compare two sessions side by side"),
           ("player", *_SESSIONS), ("browser", "live"), lambda: _("compare")),
    Action("differences", ("o",), "o", lambda: _("Only what differs, or all again"), ("compare",),
           ("compare",), lambda: _("only what differs")),
    Action("third", ("a",), "a", lambda: _("One more session beside these"), ("compare",)),
    Action("predict", ("P",), "P", lambda: _("Ask me before each answer"), _PLAY),
    Action("decode", ("d",), "d", lambda: _("Undo base64"), _PLAY),
    Action("wireshark", ("w",), "w", lambda: _("Wireshark's filter for this step"), _PLAY),
    Action("glossary", ("i",), "i", lambda: _("What is this word?"), _PLAY),
    Action("hint", ("h",), "h", lambda: _("Hint"), ("player",)),
    Action("mask", ("M",), "M", lambda: _("Mask secrets, or show them"),
           ("player", *_SESSIONS, "compare", *_SHOW, *_DRILL)),
    Action("reveal", ("R",), "R", lambda: _("Show secrets for a moment"), (*_PLAY, *_SHOW)),
    Action("zoom", ("z",), "z", lambda: _("Conversation on the whole screen"), _PLAY),
    Action("search", ("slash",), "/", lambda: _("Search"),
           ("player", *_SESSIONS, "home"), brief=lambda: _("filter")),
    Action("next_match", ("n",), "n", lambda: _("Next match"), _PLAY),
    Action("last_match", ("N",), "N", lambda: _("Match before"), _PLAY),
    Action("down", ("down", "j"), "↓ j", lambda: _("Down"), _LISTS),
    Action("up", ("up", "k"), "↑ k", lambda: _("Up"), _LISTS),
    Action("first", ("g", "home"), "g", lambda: _("To the first"), _LISTS),
    Action("last", ("G", "end"), "G", lambda: _("To the last"), _LISTS),
    Action("page_down", ("ctrl+d", "pagedown"), "Ctrl+D", lambda: _("A page down"), _LISTS),
    Action("page_up", ("ctrl+u", "pageup"), "Ctrl+U", lambda: _("A page up"), _LISTS),
    Action("practice", ("p",), "p", lambda: _("Answer questions about this session"),
           ("browser", "live"),
           ("browser",), lambda: _("practice")),
    Action("scenes", ("p",), "p", lambda: _("Play a client against the lab"), ("lab",), ("lab",),
           lambda: _("play a client")),
    Action("relay", ("m",), "m", lambda: _("What the relay in between does"), ("lab",), ("lab",),
           lambda: _("relay")),
    Action("own_client", ("o",), "o", lambda: _("What to type into your own mail program"),
           ("lab",), ("lab",), lambda: _("own client")),
    Action("save", ("S",), "S", lambda: _("Stop, and save what was recorded"), ("lab", "live"),
           ("live", "lab"), lambda: _("stop and save")),
    Action("save", ("S",), "S", lambda: _("Save what has come through a pipe"), ("browser",)),
    Action("test_out", ("t",), "t",
           lambda: _("Take the quiz first; who passes may skip the lesson"),
           ("home",), ("home",), lambda: _("test out")),
    Action("review", ("r",), "r", lambda: _("Answer the questions that wait for you"), ("home",)),
    Action("open_file", ("o",), "o", lambda: _("Open a capture file"), ("home",), ("home",),
           lambda: _("open a capture")),
    Action("switch_language", ("L",), "L", lambda: _("English or Portuguese"), ("home",), ("home",),
           lambda: "English | Português"),
    Action("present", ("f5",), "F5", lambda: _("Presenter: one thing at a time, for a class"),
           (*_PLAY, *_SESSIONS)),
    Action("next_slide", ("pagedown", "right", "space", "enter"), "PgDn Enter",
           lambda: _("Reveal, then go on"), _SHOW, _SHOW, lambda: _("reveal, go on")),
    Action("last_slide", ("pageup", "left"), "PgUp ←", lambda: _("Hide again, then go back"), _SHOW,
           _SHOW, lambda: _("back")),
    Action("blank", ("full_stop", "b", "B"), ". b", lambda: _("Blank screen, until the next key"),
           _SHOW, _SHOW, lambda: _("blank")),
    Action("timer", ("f5",), "F5", lambda: _("Start the timer again"), _SHOW, _SHOW,
           lambda: _("timer from 0")),
    Action("choose_down", ("down", "right"), "↓ →", lambda: _("Next answer"), _ASKED),
    Action("choose_up", ("up", "left"), "↑ ←", lambda: _("Answer before"), _ASKED),
    Action("choose", _DIGITS, "1-9", lambda: _("Choose an answer"), (*_ASKED, *_SHOW),
           _ASKED,
           lambda: _("choose")),
    Action("pick", ("space",), "Space",
           lambda: _("Give what is marked its place or its other side; else answer"),
           _ASKED, _ASKED, lambda: _("change side")),
    Action("take_back", ("backspace",), "⌫", lambda: _("Take the last one back"), _ASKED, _ASKED,
           lambda: _("take back")),
    Action("answer", ("enter",), "Enter", lambda: _("Answer"), _ASKED, _ASKED,
           lambda: _("answer")),
    Action("hint", ("h", "f2"), "h F2", lambda: _("Hint; F2 where a word is typed in"), _ASKED,
           _ASKED, lambda: _("hint")),
    Action("send", ("enter",), "Enter", lambda: _("Send the line"), _TYPED, _TYPED,
           lambda: _("send")),
    Action("hint", ("f2",), "F2", lambda: _("Hint"), _TYPED, _TYPED, lambda: _("hint")),
    Action("eye", ("f3",), "F3", lambda: _("Eye: the two ends, or Eve"), _TYPED, _TYPED,
           lambda: _("eye")),
    Action("again", ("f4",), "F4", lambda: _("Begin a new connection"), _TYPED, _TYPED,
           lambda: _("new connection")),
    Action("leave", ("escape",), "Esc", lambda: _("Leave: done, or not known yet"), _TYPED, _TYPED,
           lambda: _("leave")),
    Action("earlier", ("up",), "↑", lambda: _("The line you sent before, once more"), _TYPED),
    Action("later", ("down",), "↓", lambda: _("The line you sent after it"), _TYPED),
    Action("step_back", ("pageup",), "PgUp", lambda: _("Look at the step before"), _TYPED),
    Action("step_on", ("pagedown",), "PgDn", lambda: _("Look at the next step"), _TYPED),
    Action("show_help", ("f1",), "F1", lambda: _("Help"), _TYPED),
    Action("leave", ("q",), "q", lambda: _("Leave the presenter"), _SHOW, _SHOW,
           lambda: _("leave")),
    Action("leave", ("escape", "q"), "Esc q", lambda: _("Back one level; your place is kept"),
           ("player", *_SESSIONS, "home", "compare", "end", "text", "interfaces", "review",
            *_DRILL),
           ("browser", "compare", "text", "end", "live", "interfaces", "review", *_DRILL),
           lambda: _("back")),
    Action("show_help", ("question_mark", "f1"), "?", lambda: _("Help"),
           ("player", *_SESSIONS, "home", "compare", "end", "interfaces", "review", *_SHOW,
            *_DRILL),
           ("player", "browser", "live", "home", "question", "verdict", "interfaces", "review",
            *_DRILL),
           lambda: _("help")),
    Action("palette", ("colon", "ctrl+p"), ":", lambda: _("Find an action by its name"),
           ("player", *_SESSIONS, "home", "compare", "end", "interfaces", "review", *_DRILL)),
    Action("quit", ("ctrl+q",), "Ctrl+Q", lambda: _("Quit"), (EVERYWHERE,)),
)  # fmt: skip


def of_room(room: str) -> list[Action]:
    """The actions of a room, in the table's order."""
    return [action for action in ACTIONS if room in action.rooms or EVERYWHERE in action.rooms]


def bindings(room: str) -> list[BindingType]:
    """Textual's bindings of a room. What is for everywhere belongs to the app itself."""
    made: list[BindingType] = []
    for action in ACTIONS:
        if room not in action.rooms:
            continue
        for key in action.keys:
            call = f"choose({key})" if action.name == "choose" else action.name
            made.append(Binding(key, call, show=False))
    return made


def footer(
    room: str, keys: Mapping[str, str] | None = None, verbs: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Key and word of each verb in a room's footer, at most ``MOST_IN_FOOTER``.

    Args:
        room: the room.
        keys: other words for keys, by the action's name; "" leaves the action out.
        verbs: other words for what an action does just now, by its name.
    """
    keys, verbs = keys or {}, verbs or {}
    shown = [
        (keys.get(action.name, action.shown.split()[0]), verbs.get(action.name) or action.word())
        for action in ACTIONS
        if room in action.footer
    ]
    return [(key, word) for key, word in shown if key][:MOST_IN_FOOTER]


def clashes(room: str) -> list[str]:
    """Keys that mean two things in a room."""
    seen: dict[str, str] = {}
    found: list[str] = []
    for action in of_room(room):
        for key in action.keys:
            if key in seen:
                found.append(f"{key}: {seen[key]} and {action.name}")
            seen[key] = action.name
    return found


def rooms() -> list[str]:
    """All rooms of the table."""
    return sorted({room for action in ACTIONS for room in action.rooms} - {EVERYWHERE})
