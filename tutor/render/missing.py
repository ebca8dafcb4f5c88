"""Why one side of a comparison lacks what another has, in a few words."""

from __future__ import annotations

from collections.abc import Callable

from tutor.protocols.events import Offer
from tutor.session import Session
from tutor.words import _

_SWITCH = ("starttls", "stls")

_UNGREETED: dict[str, Callable[[], str]] = {
    "refused": lambda: _("no connection"),
    "middle": lambda: _("before the capture"),
}
"""Why nothing was greeted, by the opening of the connection; one that was opened says no more."""


def missing_words(session: Session, key: str) -> str:
    """The reason why a session has no row of that key (see ``tutor.lesson.compare.Row``)."""
    if key == "connect":
        return _("it was open before")
    if key == "greeting" and session.opening in _UNGREETED:
        return _UNGREETED[session.opening]()
    if key == "end":
        return _("the end is not in it")
    if key in _SWITCH:
        return _switch_words(session)
    if key == "tls":
        return _("no TLS here")
    if key == "protected":
        return _("nothing is hidden here")
    if session.tls is not None and not session.tls.decrypted:
        return _("inside TLS, no keys")
    return _("not said here")


def _switch_words(session: Session) -> str:
    if session.security == "tls":
        return _("TLS from the first byte")
    return _("offered, never asked for") if _offered(session) else _("not offered here")


def _offered(session: Session) -> bool:
    return any(
        word in ("STARTTLS", "STLS")
        for index in range(len(session))
        for detail in session.details(index)
        if isinstance(detail, Offer)
        for word in detail.capabilities
    )
