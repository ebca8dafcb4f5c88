"""What the player can do besides playing: search, bytes, base64, filter, glossary, masks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.render import explain
from tutor.tui import decode, label
from tutor.tui.screens.base import Base
from tutor.tui.widgets.conversation import Conversation
from tutor.tui.widgets.panels import HexPane, Why
from tutor.tui.widgets.prompt import Prompt
from tutor.words import _

if TYPE_CHECKING:
    from tutor.tui.playback import Playback

REVEAL_SECONDS = 3.0
"""How long ``R`` shows secrets."""


def disguised_words() -> str:
    """Why something is not shown under pseudonyms."""
    return _("Names are pseudonyms here; texts, secrets and bytes are not shown.")


class Tools(Base):
    """The part of the player that is no playing."""

    playback: Playback
    _found = ""
    _instead = ""
    """Title of what stands in the explanation's place; "" where that stands there itself."""

    @property
    def view(self) -> Conversation:
        """The conversation that is shown."""
        raise NotImplementedError

    def moved(self) -> None:
        """Draw everything for a new place."""
        raise NotImplementedError

    # scrolling: the window moves, the place does not

    def action_scroll_down(self) -> None:
        """Scroll down."""
        self.view.scroll_by(1)

    def action_scroll_up(self) -> None:
        """Scroll up."""
        self.view.scroll_by(-1)

    def action_line_down(self) -> None:
        """Scroll down."""
        self.view.scroll_by(1)

    def action_line_up(self) -> None:
        """Scroll up."""
        self.view.scroll_by(-1)

    def action_scroll_page_down(self) -> None:
        """Half a page down."""
        self.view.scroll_by(max(1, self.view.size.height // 2))

    def action_scroll_page_up(self) -> None:
        """Half a page up."""
        self.view.scroll_by(-max(1, self.view.size.height // 2))

    def action_scroll_top(self) -> None:
        """Show the first line."""
        self.view.scroll_edge(end=False)

    def action_scroll_end(self) -> None:
        """Show the last line that was reached."""
        self.view.scroll_edge(end=True)

    # search

    def action_search(self) -> None:
        """Search in what was reached."""
        self.query_one(Prompt).ask(_("Search in what you have seen"), self._search)

    def _search(self, text: str) -> None:
        self._found = text
        for view in self.query(Conversation):
            view.found = text
        self._match(+1)
        self.renew()

    def action_next_match(self) -> None:
        """Go to the next match."""
        self._match(+1)

    def action_last_match(self) -> None:
        """Go to the match before."""
        self._match(-1)

    def _match(self, way: int) -> None:
        if not self._found:
            return
        at = self.playback.find(self._found, way)
        if at is None:
            self.say(_("Not found in what you have seen: {text}").format(text=self._found))
            return
        self.playback.go(at)
        self.moved()

    # masks

    def action_mask(self) -> None:
        """Mask secrets, or show them."""
        if self._disguised():
            return
        self.playback.masked = not self.playback.masked
        self.renew()
        self.say(_("Secrets are masked.") if self.playback.masked else _("Secrets are shown."))

    def action_reveal(self) -> None:
        """Show secrets for a moment."""
        if self._disguised():
            return
        if not self.playback.masked:
            self.say(_("Secrets are shown already; M masks them."))
            return
        self.playback.masked = False
        self.renew()
        self.set_timer(REVEAL_SECONDS, self._hide_again)

    def _disguised(self) -> bool:
        """Whether pseudonyms stand for names, which is then said."""
        if self.playback.names:
            self.say(disguised_words())
        return bool(self.playback.names)

    def _hide_again(self) -> None:
        self.playback.masked = True
        self.renew()

    # panes

    def action_hex(self) -> None:
        """Show or hide the bytes."""
        if self._disguised():
            return
        self.toggle_class("hex")
        self.show_bytes()
        self.call_after_refresh(self.renew)

    def show_bytes(self) -> None:
        """Fill the bytes' pane."""
        playback = self.playback
        place = playback.place
        session = playback.session
        lines = playback.view(place).hex(place)
        size = session.event(place).span.length
        self.query_one(HexPane).show(lines, session.packets(place), size)

    def action_notebook(self) -> None:
        """Show or hide Eve's notebook."""
        if self._asking():
            return
        if self.has_class("wide"):
            self.say(_("Eve's notebook is open already, at the right."))
            return
        self.toggle_class("notebook")
        self.call_after_refresh(self.renew)

    def _asking(self) -> bool:
        """Whether a question stands where a panel would open, which is then said."""
        asking = self.has_class("asking")
        if asking:
            self.say(_("This opens after the question."))
        return asking

    def close_pane(self) -> bool:
        """Close one thing that a key opened; False where there is none in sight."""
        if self.has_class("reading"):
            return False
        if self._instead and not self.has_class("asking"):
            self.renew()
            return True
        for pane in ("zoom", "hex", "notebook"):
            if self.has_class(pane) and not (pane == "notebook" and self.has_class("wide")):
                self.remove_class(pane)
                self.call_after_refresh(self.renew)
                return True
        return False

    def _explain(self, title: str, texts: Sequence[tuple[str, str]]) -> None:
        """Put words in the explanation's place; the same key again takes them away."""
        if self._asking():
            return
        if self._instead == title:
            self.renew()
            return
        self._instead = title
        self.remove_class("notebook")
        self.query_one(Why).show(title, "", texts, ())

    def action_zoom(self) -> None:
        """Give the conversation the whole screen, or take it back."""
        self.toggle_class("zoom")
        self.call_after_refresh(self.renew)

    def action_decode(self) -> None:
        """Undo base64 in the current step."""
        if self._disguised():
            return
        texts = decode.decoded(self.playback)
        if not texts:
            self.say(_("Nothing in base64 here."))
            return
        self._explain(_("Base64 undone"), texts)

    def action_wireshark(self) -> None:
        """Give Wireshark's display filter for this step and this session."""
        if self._disguised():
            return
        packets = self.playback.session.packets(self.playback.place)
        frames = ", ".join(map(str, packets))
        step = f"frame.number in {{{frames}}}" if packets else "-"
        texts = [
            (_("This step"), f"`{step}`"),
            (_("This session"), f"`{decode.stream_filter(self.playback.session)}`"),
        ]
        self._explain(_("Filter for Wireshark"), texts)

    def action_glossary(self) -> None:
        """Say what the parts of the current line are."""
        place = self.playback.place
        lines = self.playback.view(place).lines(place, 3)
        roles = dict.fromkeys(segment.role for line in lines for segment in line.segments)
        # what a login shows comes first
        order = sorted(roles, key=lambda role: role not in label.SECRETS)
        texts = [
            ("", f"**{explain.role(role)}**: {say}")
            for role in order
            if (say := explain.role_text(role))
        ]
        texts = [*(("", words) for words in map(explain.term, self.terms()) if words), *texts]
        texts = texts or [("", _("This line has no words to explain."))]
        self._explain(_("The words of this line"), texts)

    def terms(self) -> Sequence[str]:
        """Keys of the glossary's words that belong to this place; lessons say which."""
        return ()

    def action_hint(self) -> None:
        """Hints belong to questions."""
        self.say(_("Hints are for questions; here, i explains the words."))

    def action_compare(self) -> None:
        """Captures compare from the session list."""
        self.say(_("Go back to the list of sessions and press c on two of them."))
