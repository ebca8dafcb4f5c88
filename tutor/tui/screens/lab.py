"""The lab on the screen: play a client, turn the relay, and watch each session as it happens."""

from __future__ import annotations

from tutor.capture import Capture, Entry
from tutor.lab.talk import Play, Played, Trouble, Turn
from tutor.render.cast import Cast
from tutor.render.lines import Seg
from tutor.render.own_client import own_client
from tutor.render.pseudonyms import Pseudonyms
from tutor.sources.lab_feed import LabFeed
from tutor.sources.lab_words import ended_words, trouble_words, unusual
from tutor.tui.actions import bindings
from tutor.tui.paint import Row
from tutor.tui.screens.help import TextScreen
from tutor.tui.screens.live import Live
from tutor.tui.screens.menu import Menu
from tutor.tui.screens.player import Player
from tutor.tui.screens.presenter import Presenter
from tutor.tui.wrap import flow
from tutor.words import _
from tutor.words.lab import MODES, SCENES, mode_word, scene_word


class Lab(Live):
    """The lab's sessions, with keys to make more of them.

    Its accounts are made up, so their passwords are shown from the start.

    Args:
        feed: an open lab.
        presenting: sessions open before a class.
    """

    made_up = True
    room = "lab"
    BINDINGS = bindings("lab")

    def __init__(self, feed: LabFeed, *, presenting: bool = False) -> None:
        ready = feed.ready
        assert ready is not None
        ports = {place.port: place.protocol for place in ready.places}
        super().__init__(feed, _("lab"), ports, presenting=presenting)
        self._lab = feed
        self._ready = ready
        self._mode = "honest"
        self._cast = Cast(ready.places)
        self._heard: list[Played | Trouble] = []
        self._scene: str | None = None
        self._awaited = 0  # sessions there were when a scene began: the next one is opened
        self._masked = False

    def on_mount(self) -> None:
        """Offer the clients at once: nothing happens before one is played."""
        self.call_after_refresh(self.action_scenes)

    def names(self, capture: Capture) -> Pseudonyms | None:
        """None: the lab made all names up."""
        return None

    def state_words(self) -> Row:
        """What the relay does."""
        honest = self._mode == "honest"
        words = _("relay: {mode}").format(mode=mode_word(self._mode))
        return [Seg(f" {words} ", "bar" if honest else "warning")]

    def nothing(self) -> str:
        """What can be done here."""
        words = _(
            "The lab is open on this machine, and nothing has been said yet. p plays a client"
            " against it; o says what to type into your own mail program."
        )
        return " ".join(filter(None, (words, unusual(self._ready.places))))

    def ends(self, entry: Entry) -> str:
        """Who talks to whom, and how it ended for the client."""
        return self._cast.ends(entry)

    def grown(self) -> None:
        """Draw; open the session that a scene has begun; say how the scene ended."""
        self._cast.watch((entry for _capture, entry in self._shown), self._mode)
        super().grown()
        # what was heard before a word is in the list only now: it is told a look later
        heard, self._heard = self._heard, self._take_words()
        for word in heard:
            self._tell(word)
        if self._scene and len(self._shown) > self._awaited and self.app.screen is self:
            capture, entry = self._shown[self._awaited]
            self._scene = None
            self.table().cursor = self._awaited
            self.play(capture, entry)

    def _take_words(self) -> list[Played | Trouble]:
        words, self._lab.words[:] = list(self._lab.words), []
        return [word for word in words if isinstance(word, Played | Trouble)]

    def _tell(self, word: Played | Trouble) -> None:
        if isinstance(word, Played):
            self._cast.played(word)
            self.renew()
        if isinstance(word, Trouble):
            words = trouble_words(word)
        elif word.end == "fine":
            return
        else:
            words = ended_words(word)
        above = self.app.screen
        (above if isinstance(above, Player | Presenter) else self).say(words)

    # keys

    def action_scenes(self) -> None:
        """Choose a client to play."""
        offers = [(name, f"{note:<5}  {scene_word(name)}", "") for name, note in SCENES.items()]
        self.app.push_screen(Menu(_("Which client shall talk to the lab?"), offers), self._begin)

    def _begin(self, scene: str | None) -> None:
        if scene:
            self._scene, self._awaited = scene, len(self._shown)
            self._cast.begin()
            self._lab.order(Play(scene))

    def action_relay(self) -> None:
        """Choose what the relay does."""
        offers = [(name, mode_word(name), "") for name in MODES]
        title = _("What shall the relay do, from the next connection on?")
        self.app.push_screen(Menu(title, offers, self._mode), self._turn)

    def _turn(self, mode: str | None) -> None:
        if mode:
            self._mode = mode
            self._lab.order(Turn(mode))
            self.renew()

    def action_own_client(self) -> None:
        """Say what to type into one's own mail program."""
        width = max(20, self.size.width - 2)
        rows: list[Row] = []
        for kind, line in own_client(self._ready):
            rows += [[Seg(line, "strong")]] if kind == "type" else flow(line, width)
        self.app.push_screen(TextScreen(_("Your own client"), rows))
