"""``wiretutor doctor``: what this machine can do, and the exact fix for what it can't.

Each check gives one row. *good* needs nothing; *note* says what is not there and what for, since
most of wiretutor works without it; *bad* keeps lessons, captures or the lab from working, and then
the exit code is 1.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import click

from tutor import words
from tutor.cli import spoken
from tutor.words import _, ngettext
from tutor.words.errors import system_words

_LEAST = (60, 16)
_COMFORTABLE = (80, 24)
_BOX = "│─▸"


class State(StrEnum):
    """How a thing stands."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what.
        state: how it stands.
        found: what was found, in words.
        fix: what to do about it, "" where nothing is to be done.
    """

    name: str
    state: State
    found: str
    fix: str = ""


@spoken.command()
def doctor() -> None:
    """What this machine can do, and the exact fix for what it can't."""
    worst = 0
    for check in checks():
        worst = max(worst, int(check.state is State.BAD))
        click.echo(f"{_word(check.state):<6} {check.name}: {check.found}")
        if check.fix:
            click.echo(f"       {check.fix}")
    sys.exit(worst)


def checks() -> Iterator[Check]:
    """All of them, from what everybody needs to what few do."""
    yield python()
    yield size(shutil.get_terminal_size((0, 0)))
    yield colour()
    yield unicode(sys.stdout.encoding)
    yield language()
    yield state_directory()
    yield temporary()
    yield ports()
    yield capture()
    yield tools()


def _word(state: State) -> str:
    return {State.GOOD: _("good"), State.NOTE: _("note"), State.BAD: _("bad")}[state]


def python() -> Check:
    """The Python that runs this."""
    return Check("Python", State.GOOD, f"{sys.version_info.major}.{sys.version_info.minor}")


def size(terminal: os.terminal_size) -> Check:
    """Whether the screen is large enough."""
    name = _("terminal")
    columns, lines = terminal
    if not columns or not sys.stdout.isatty():
        return Check(name, State.NOTE, _("none"), _("--plain gives everything as lines of text."))
    found = _("{columns} columns, {lines} lines").format(columns=columns, lines=lines)
    if columns < _LEAST[0] or lines < _LEAST[1]:
        words = _("Make the window larger or the letters smaller: {columns} by {lines} at least.")
        return Check(name, State.BAD, found, words.format(columns=_LEAST[0], lines=_LEAST[1]))
    if columns < _COMFORTABLE[0] or lines < _COMFORTABLE[1]:
        words = _("It works; {columns} by {lines} is more comfortable.")
        fix = words.format(columns=_COMFORTABLE[0], lines=_COMFORTABLE[1])
        return Check(name, State.NOTE, found, fix)
    return Check(name, State.GOOD, found)


def colour() -> Check:
    """How many colours the terminal says it has. Nothing depends on them."""
    name = _("colour")
    if os.environ.get("NO_COLOR"):
        return Check(name, State.GOOD, _("switched off by NO_COLOR; nothing depends on it"))
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return Check(name, State.GOOD, _("millions"))
    term = os.environ.get("TERM", "")
    if "256" in term:
        return Check(name, State.GOOD, "256")
    found = _("few (TERM is {term})").format(term=term or _("not set"))
    return Check(name, State.NOTE, found, _("Nothing depends on colour. More: TERM=xterm-256color"))


def unicode(encoding: str | None) -> Check:
    """Whether the marks of the screen can be written."""
    try:
        _BOX.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        fix = _("Set a UTF-8 locale, for example: export LC_ALL=C.UTF-8. Or use --plain.")
        return Check("Unicode", State.BAD, encoding or _("none"), fix)
    return Check("Unicode", State.GOOD, encoding or "")


def language() -> Check:
    """Which language is spoken, and why."""
    now = words.language()
    spoken = {"en": "English", "pt-BR": "português"}[now]
    fix = "" if now == "pt-BR" else "Em português: wiretutor --lang pt-BR"
    return Check(_("language"), State.GOOD, spoken, fix)


def state_directory() -> Check:
    """Whether progress can be kept."""
    from tutor.lesson.progress import state_directory as where

    directory = where()
    name = _("progress")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        found = f"{directory}: {system_words(error)}"
        fix = _("Nothing will be kept. Another place: export WIRETUTOR_STATE=/a/folder/of/yours")
        return Check(name, State.BAD, found, fix)
    return Check(name, State.GOOD, str(directory))


def temporary() -> Check:
    """Whether what is live can be recorded."""
    name = _("recordings")
    try:
        with tempfile.TemporaryFile() as file:
            free = shutil.disk_usage(tempfile.gettempdir()).free
            file.write(b"x")
    except OSError as error:
        fix = _("Another place: export TMPDIR=/a/folder/of/yours")
        return Check(name, State.BAD, system_words(error), fix)
    found = _("{folder}, {n} MB free").format(folder=tempfile.gettempdir(), n=f"{free >> 20:,}")
    return Check(name, State.GOOD, found)


def ports() -> Check:
    """Whether the lab finds its usual ports."""
    from tutor.lab.services import SERVICES

    taken = [service.port for service in SERVICES if not _free(service.port)]
    name = _("lab")
    if not taken:
        return Check(name, State.GOOD, _("its ports are free"))
    listed = ", ".join(map(str, taken))
    found = ngettext("port {ports} is taken", "ports {ports} are taken", len(taken))
    fix = _("The lab takes others in their place, and says which.")
    return Check(name, State.NOTE, found.format(ports=listed), fix)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def capture() -> Check:
    """Whether a real interface can be listened to."""
    from tutor.sources.capturing import usable
    from tutor.sources.interfaces import LOOPBACK, interfaces

    name = _("live capture")
    loopback = next((each.name for each in interfaces() if each.name in LOOPBACK), "lo")
    tool, refusals = usable(loopback)
    if tool is not None:
        return Check(name, State.GOOD, _("with {program}").format(program=tool.name))
    fixes = "\n       ".join(str(refusal) for refusal in refusals)
    found = _("not allowed; the lab needs no such right")
    return Check(name, State.NOTE, found, fixes)


def tools() -> Check:
    """Programs that go well with this one."""
    known = ("tshark", "openssl", "curl", "swaks", "mutt")
    found = [name for name in known if shutil.which(name)]
    lacking = [name for name in known if name not in found]
    fix = _("Not there, and not needed: {names}").format(names=", ".join(lacking))
    return Check(
        _("other tools"), State.GOOD, ", ".join(found) or _("none"), fix if lacking else ""
    )
