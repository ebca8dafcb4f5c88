"""The presenter: a session or a lesson before a class, one slide at a time.

A clicker's keys do all of it: Page Down reveals and goes on, Page Up goes back, the full stop
blanks the screen, F5 starts the timer again. Escape does not leave it: clickers send it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from textual import events
from textual.widget import Widget

from tutor.render.lines import Seg
from tutor.tui.actions import bindings
from tutor.tui.deck import Deck
from tutor.tui.paint import Row
from tutor.tui.screens.base import Base, leave
from tutor.tui.screens.tools import REVEAL_SECONDS, disguised_words
from tutor.tui.widgets.bars import Note, Title
from tutor.tui.widgets.slide import SlidePane
from tutor.words import _

_MINUTE = 60
_FAR = 140
"""Columns of a terminal whose letters nobody reads from the last row."""


class Presenter(Base):
    """Shows a deck.

    Args:
        deck: the slides.
        then: called when the presenter is left, before what is beneath comes back.
        clock: seconds that only grow.
    """

    room = "presenter"
    BINDINGS = bindings("presenter")

    def __init__(
        self,
        deck: Deck,
        then: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.deck = deck
        self._then = then
        self._clock = clock
        self._begun = clock()
        self._secrets = False
        self._notebook = False
        self._kept = False  # secrets stay shown, until M again

    def body(self) -> list[Widget]:
        """The slide alone."""
        return [SlidePane()]

    def on_mount(self) -> None:
        """Draw, and let the timer run."""
        self.set_interval(1.0, self._draw_title)
        if self.app.size.width > _FAR:
            words = _(
                "The letters can be larger: zoom the terminal until about 80 columns are left."
            )
            self.call_after_refresh(self.say, words)

    # drawing

    def renew(self) -> None:
        """Draw the slide as it is."""
        if not self.is_mounted or not self.query(SlidePane):
            return
        slide = self.deck.slide(secrets=self._secrets or self._kept)
        self.query_one(SlidePane).show(slide, notebook=self._notebook)
        self._draw_title()

    def _draw_title(self) -> None:
        left = [Seg(self.deck.title(), "titlebar"), Seg("  ", "bar")]
        right = [Seg(f"{self.deck.place()}   ", "bar"), *self._time()]
        self.query_one(Title).say(left, right)

    def _time(self) -> Row:
        """How long it has gone on, and how long it may."""
        seconds = max(0, int(self._clock() - self._begun))
        words = f"{seconds // _MINUTE:02}:{seconds % _MINUTE:02}"
        minutes = self.deck.minutes
        if minutes is None:
            return [Seg(words, "bar")]
        role = "warning" if seconds > minutes * _MINUTE else "bar"
        return [Seg(_("{time} of {n} min").format(time=words, n=minutes), role)]

    def grown(self) -> None:
        """A live session has grown."""
        if self.is_mounted and self.deck.grown():
            self.renew()

    # the blank screen

    @property
    def blank(self) -> bool:
        """Whether nothing is shown."""
        return self.has_class("blank")

    def on_key(self, event: events.Key) -> None:
        """A notice goes with the next key; a blank screen comes back with any, and that is all."""
        self.query_one(Note).say("")
        if self.blank:
            event.stop()
            event.prevent_default()
            self.remove_class("blank")
            self.call_after_refresh(self.renew)

    def action_blank(self) -> None:
        """Show nothing, until the next key."""
        self.add_class("blank")

    # going

    def action_next_slide(self) -> None:
        """Reveal, or the next slide."""
        self._secrets = False
        if self._notebook:
            self.action_notebook()
        elif self.deck.on():
            self.renew()
        else:
            self.say(_("This is the end. q leaves the presenter."))

    def action_last_slide(self) -> None:
        """Hide, or the slide before."""
        self._secrets = False
        if self._notebook:
            self.action_notebook()
        elif self.deck.back():
            self.renew()

    def action_choose(self, key: str) -> None:
        """Mark the answer that the class has voted for."""
        self.deck.choose(int(key) - 1)
        self.renew()

    def action_marker_on(self) -> None:
        """To the next login or finding."""
        self._marker(+1)

    def action_marker_back(self) -> None:
        """To the login or finding before."""
        self._marker(-1)

    def _marker(self, way: int) -> None:
        if self.deck.marker(way):
            self._notebook = False
            self.renew()
        else:
            self.say(_("No marker that way: markers are logins and findings."))

    def action_eye(self) -> None:
        """Look with the next eye."""
        who = self.deck.look()
        self.renew()
        if who:
            self.say(_("Eye: {who}").format(who=who))

    def action_notebook(self) -> None:
        """Show all that Eve knows by now, or the line again."""
        self._notebook = not self._notebook
        self.renew()

    def action_line_down(self) -> None:
        """Scroll a long text down."""
        self.query_one(SlidePane).scroll_rows(1)

    def action_line_up(self) -> None:
        """Scroll a long text up."""
        self.query_one(SlidePane).scroll_rows(-1)

    def action_timer(self) -> None:
        """Start the timer again."""
        self._begun = self._clock()
        self._draw_title()

    # secrets: only those that were made up, and only on purpose

    def action_reveal(self) -> None:
        """Show secrets for a moment."""
        if not self.deck.may_reveal:
            self.say(disguised_words())
            return
        self._secrets = True
        self.renew()
        self.set_timer(REVEAL_SECONDS, self._hide_again)

    def _hide_again(self) -> None:
        self._secrets = False
        self.renew()

    def action_mask(self) -> None:
        """Show secrets until the same key again, or mask them."""
        if not self.deck.may_reveal:
            self.say(disguised_words())
            return
        self._kept = not self._kept
        self.renew()
        self.say(_("Secrets are shown.") if self._kept else _("Secrets are masked."))

    def action_leave(self) -> None:
        """Leave the presenter."""
        if self._then:
            self._then()
        leave(self)
