"""Live sessions: the browser on a recording that grows while it is looked at."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from tutor.render.lines import Seg
from tutor.sources.feed import Feed
from tutor.tui.actions import bindings
from tutor.tui.paint import Row
from tutor.tui.screens.base import Base, leave
from tutor.tui.screens.browser import Browser
from tutor.tui.widgets.prompt import Prompt
from tutor.words import _, ngettext
from tutor.words.errors import system_words


class Live(Browser):
    """What is being captured, as it comes.

    Args:
        feed: a started one; it ends with this screen.
        name: what is listened to, for the title.
        ports: what a port speaks.
        presenting: sessions open before a class.
    """

    made_up: ClassVar[bool] = False
    """Whether all names in it are."""

    room = "live"
    BINDINGS = bindings("live")

    def __init__(
        self,
        feed: Feed,
        name: str,
        ports: dict[int, str] | None = None,
        *,
        presenting: bool = False,
    ) -> None:
        super().__init__((feed.path,), ports=ports, feed=feed, presenting=presenting)
        self.feed = feed
        self._listened = name
        self._ended = False

    def title_names(self) -> str:
        """What is listened to (a tap's are addresses), and where it is kept."""
        kept = Path(self.feed.path).name if self.feed.kept else ""
        listened = _("Live") if self.presenting and not self.made_up else self._listened
        return f"{listened}  → {kept}" if kept else listened

    def state_words(self) -> Row:
        """Whether it runs, and what was lost."""
        words = [_("listening") if self.feed.running else _("stopped")]
        lost = self.feed.dropped
        if lost:
            lost_words = ngettext("{n} packet lost", "{n} packets lost", lost)
            words.insert(0, lost_words.format(n=f"{lost:,}"))
        return [Seg(" · ".join(words), "warning" if lost else "bar")]

    def grown(self) -> None:
        """Draw, and say when it has ended by itself."""
        super().grown()
        if self.feed.trouble and not self._ended:
            self._ended = True
            self._broken.append(self.feed.trouble)
            self.renew()

    def action_leave(self) -> None:
        """Go back; say where the recording is, if it is still to be found."""
        stays = self.feed.kept or self.feed.trouble is not None
        words = _("Saved: {path}").format(path=self.feed.path) if stays else ""
        leave(self, words)
        below = self.app.screen
        if words and isinstance(below, Base):
            below.call_after_refresh(below.say, words)

    def action_save(self) -> None:
        """Stop, and ask where the recording is to stay."""
        if self.feed.kept:
            self._stop_and_save(None)
            return
        suggestion = time.strftime("wiretutor-%Y%m%d-%H%M%S.pcapng")
        self.query_one(Prompt).ask(_("Save as"), self._stop_and_save, value=suggestion)

    def _stop_and_save(self, name: str | None) -> None:
        if name == "":  # given up: it goes on
            return
        try:
            self.feed.close(keep=name)
        except OSError as error:
            where = name or self.feed.path
            self.say(
                _("{name}: {reason}. Nothing is lost; press S and give another name.").format(
                    name=where, reason=system_words(error)
                )
            )
            return
        self.say(_("Saved: {path}").format(path=self.feed.path))
        self.renew()
