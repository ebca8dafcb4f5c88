"""Base64 undone at the place of a playback, and the filter that finds its session in Wireshark."""

from __future__ import annotations

from tutor.render.undone import undone_parts
from tutor.session import Session
from tutor.tui.playback import Playback


def decoded(playback: Playback) -> list[tuple[str, str]]:
    """Name and decoded text of each base64 part of the current step, masked as the screen is.

    None under pseudonyms: a name that is undone would be the real one.
    """
    if playback.names:
        return []
    return undone_parts(playback.session, playback.place, masked=playback.masked)


def stream_filter(session: Session) -> str:
    """A display filter for the session's packets, by addresses and ports.

    Who asks DNS does so from another port each time.
    """
    address = "ipv6.addr" if ":" in session.client.address else "ip.addr"
    ends = [f"{address} == {end.address}" for end in (session.client, session.server)]
    if session.protocol == "dns":
        return " && ".join([*ends, "dns"])
    ports = [f"tcp.port == {end.port}" for end in (session.client, session.server)]
    return " && ".join([*ends, *ports])
