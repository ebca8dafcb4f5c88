"""The lab as a whole: servers behind relays, and what clients need to find them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from tutor.lab.certificates import Certificates
from tutor.lab.hand import Hand
from tutor.lab.mischief import Mode
from tutor.lab.relay import Relay
from tutor.lab.servers import Servers
from tutor.lab.services import SERVICES
from tutor.lab.store import Store, first_messages
from tutor.lab.talk import Heard, Place, Trouble
from tutor.lab.tasks import Tasks


class Lab:
    """Everything, in one event loop.

    Args:
        folder: for the authority's certificate and the key log.
        heard: told of everything that crosses.
    """

    def __init__(self, folder: Path, heard: Callable[[Heard | Trouble], None]) -> None:
        self.keylog = folder / "lab.keys"
        self.certificates = Certificates(folder, self.keylog)
        self.store = Store()
        for address, message in first_messages():
            box = self.store.mailbox(address)
            assert box is not None
            box.deliver(message)
        self._heard = heard
        self._servers = Servers(self.store, self.certificates.server())
        self._relays: dict[str, Relay] = {}
        self.places: Mapping[str, Place] = {}
        self.mode = Mode.HONEST
        self._hand: Hand | None = None
        self._hands = Tasks()

    async def start(self) -> None:
        """Open servers and relays; a port that is taken gives way to a free one."""
        behind = await self._servers.start()
        shown = {
            Mode.WRONG_NAME: self.certificates.wrong_name(),
            Mode.UNKNOWN_ISSUER: self.certificates.unknown_issuer(),
        }
        places = {}
        for service in SERVICES:
            relay = Relay(
                service.protocol,
                behind[service.name],
                self._heard,
                secure=service.secure,
                to_server=self.certificates.client(),
                shown=shown,
            )
            port, usual = await _listen(relay, service.port)
            self._relays[service.name] = relay
            places[service.name] = Place(
                service.name, service.protocol, port, usual, service.secure, relay.behind
            )
        self.places = places

    def turn(self, mode: Mode) -> None:
        """Change what the relay does, from the next connection on."""
        self.mode = mode
        for relay in self._relays.values():
            relay.turn(mode)

    def dial(self, service: str) -> None:
        """Connect the learner's hand to a service; the connection before it ends.

        Raises:
            KeyError: there is no such service.
        """
        place = self.places[service]
        self._hands.cancel()
        self._hand = Hand(place, self.certificates.client())
        self._hands.start(self._hand.run())

    def type(self, data: bytes) -> None:
        """Send what the learner has typed; nothing happens where nobody is connected."""
        if self._hand:
            self._hand.type(data)

    async def close(self) -> None:
        """Stop everything."""
        await self._hands.close()
        for relay in self._relays.values():
            await relay.close()
        await self._servers.close()
        await asyncio.sleep(0)


async def _listen(relay: Relay, port: int) -> tuple[int, bool]:
    try:
        return (await relay.listen(port))[1], True
    except OSError:
        return (await relay.listen(0))[1], False
