"""Whether a client asks anew what the server can do once TLS stands.

Before TLS anybody on the way could have written the list, so it must be forgotten and asked for
again (RFC 9051 6.2.1, RFC 3207 4.2, RFC 2595 4). A server may also send a new one unasked. To be
told only where what the client says first inside TLS can be read.
"""

from __future__ import annotations

from tutor.protocols.events import Anomaly, Event, Kind, Offer

_ASKS = frozenset({"CAPABILITY", "EHLO", "HELO", "CAPA", "LHLO"})
_NEUTRAL = frozenset({"", "NOOP", "QUIT", "LOGOUT", "RSET", "HELP"})
"""Commands that need no capability and lead nowhere."""


class Renewal:
    """Follows what crosses inside TLS, after STARTTLS and a list of capabilities before it."""

    def __init__(self) -> None:
        self._settled = False

    def feed(self, event: Event) -> bool:
        """Take the next event inside TLS; true where it shows that the old list is still used."""
        if self._settled:
            return False
        if event.kind in (Kind.GAP, Kind.UNPARSED) or any(
            isinstance(detail, Offer) for detail in event.details
        ):
            self._settled = True  # renewed, or what is missing may have been that
            return False
        unknown = Anomaly.UNKNOWN_COMMAND in event.anomalies
        if event.kind is not Kind.COMMAND or unknown or event.name in _NEUTRAL:
            return False
        self._settled = True
        return event.name not in _ASKS
