"""Where scenes are played: one at a time, each in a thread, as its libraries wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from tutor.lab.clients import Noticed, Stand, reason
from tutor.lab.lab import Lab
from tutor.lab.own import LAB_HOST
from tutor.lab.scenes import SCENES
from tutor.lab.talk import Played, Word


class Stage:
    """Plays scenes against a lab.

    Args:
        lab: an open one.
        tell: told how each scene ended; called in the event loop's thread.
    """

    def __init__(self, lab: Lab, tell: Callable[[Word], None]) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._turn = threading.Lock()
        certificates = lab.certificates
        self._stand = Stand(
            LAB_HOST,
            {place.service: place.port for place in lab.places.values()},
            certificates.client(),
            certificates.client(checks=False),
        )

    def play(self, name: str) -> None:
        """Begin a scene; one that is under way ends first.

        Raises:
            KeyError: there is none of that name.
        """
        scene = SCENES[name]
        # a daemon: a client that hangs must not keep the lab from closing
        threading.Thread(target=self._play, args=(name, scene), daemon=True).start()

    def _play(self, name: str, scene: Callable[[Stand], None]) -> None:
        with self._turn:
            try:
                scene(self._stand)
                end = Played(name, "fine")
            except Noticed as noticed:
                end = Played(name, "noticed", noticed.why, noticed.detail)
            except Exception as error:
                end = Played(name, "failed", *reason(error))
        with suppress(RuntimeError):  # the lab has closed meanwhile
            self._loop.call_soon_threadsafe(self._tell, end)
