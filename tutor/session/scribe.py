"""Who writes the log of a session: what all its stages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tutor.protocols.events import Event
from tutor.protocols.tls import KeyLog
from tutor.session.session import Session


def nobody_said(address: str, domain: str) -> bool:  # noqa: ARG001 - as Options says
    """Of no domain is it known who takes its mail."""
    return False


@dataclass(frozen=True, slots=True)
class Options:
    """What is known besides the bytes of a session.

    Attributes:
        keys: TLS keys.
        ports: which ports speak what (``--as 10143=imap``).
        takes_mail: whether DNS look-ups say that the server at an address takes a domain's mail.
    """

    keys: KeyLog | None = None
    ports: Mapping[int, str] = field(default_factory=dict)
    takes_mail: Callable[[str, str], bool] = nobody_said


class Scribe:
    """Appends events with the time of the packet at hand.

    Attributes:
        session: what grows.
        options: keys and ports.
        time: Unix time in nanoseconds of what is being read.
    """

    def __init__(self, session: Session, options: Options) -> None:
        self.session = session
        self.options = options
        self.time = 0

    def add(self, events: Iterable[Event], packets: tuple[int, ...] | None = None) -> None:
        """Append events; ``packets`` where they have no bytes that tell."""
        for event in events:
            self.session.append(event, self.time, packets)
