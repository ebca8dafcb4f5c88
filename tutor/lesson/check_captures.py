"""What a lesson's recordings must hold: only lab accounts, and TLS that the shipped keys open."""

from __future__ import annotations

import ipaddress
import re

from tutor.findings import credentials
from tutor.lesson.document import Document
from tutor.protocols.events import Anomaly, Kind
from tutor.session import Session

LAB_NAMES = re.compile(r"(^|\.)(example\.(org|com|net)|example|test|invalid|localhost)$")
LAB_NETS = [
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def lab_address(text: str) -> bool:
    """Whether an address is for documentation or of this machine; True for what is none.

    The lab records on loopback (127.0.0.0/8, RFC 1122 3.2.1.3; ::1, RFC 4291 2.5.3): that is
    nobody's address.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return True
    return address.is_loopback or any(
        address in net for net in LAB_NETS if net.version == address.version
    )


def lab_only(key: str, session: Session, document: Document) -> None:
    """Only addresses and accounts of the lab may be in a recording."""
    at = ("captures", key, "file")
    for address in dict.fromkeys((session.client.address, session.server.address)):
        if not lab_address(address):
            document.fault(at, f"{address} is no address for documentation, nor of the lab")
    for credential in credentials(session):
        domain = (credential.username or "").rpartition("@")[2]
        if "@" in (credential.username or "") and not LAB_NAMES.search(domain.lower()):
            document.fault(at, f"the account '{credential.username}' is not of the lab")


_ENCRYPTED = frozenset({"application-data", "early-data", "encrypted-handshake", "alert/encrypted"})


def _encrypted(session: Session) -> bool:
    events = (session.event(index) for index in range(len(session)))
    return any(event.kind is Kind.RECORD and event.name in _ENCRYPTED for event in events)


def decrypts(key: str, session: Session, document: Document) -> None:
    """The shipped keys must open all of its TLS; a handshake that was broken off has none."""
    if session.tls is None:
        return
    at = ("captures", key, "file")
    if not session.tls.decrypted and _encrypted(session):
        document.fault(at, "TLS is not opened by the keys that are shipped")
    for index in range(len(session)):
        if Anomaly.UNDECRYPTABLE_RECORD in session.event(index).anomalies:
            document.fault(at, f"step {index + 1} is not opened by the keys that are shipped")
            return
