"""Two eyes on one wire: what a listener sees, and what the two ends see.

Eve sees the TCP payload, and what is in it without being encrypted: through a proxy's tunnel,
through compression. The ends see through TLS as well: for them a record whose content was decrypted
is not shown as a record, but as what was in it.
"""

from __future__ import annotations

from enum import StrEnum

from tutor.protocols.events import Kind
from tutor.session.session import Session

_CARRIER = "application-data"


class Eye(StrEnum):
    """Whose view."""

    EVE = "eve"
    ENDPOINTS = "endpoints"


def visible(session: Session, index: int, eye: Eye) -> bool:
    """Tell whether the event at ``index`` belongs to that view."""
    event = session.outline(index)
    if event.kind is Kind.CARRIED:
        return False  # what was in it stands for it
    if eye is Eye.EVE:
        return not session.inside_tls(event.span.layer)
    if event.kind is not Kind.RECORD or session.tls is None or not session.tls.decrypted:
        return True
    # the readable event stands for its record; a record that stayed shut stays visible
    return event.name != _CARRIER or bool(event.anomalies)
