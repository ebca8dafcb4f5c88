"""What of a capture was not looked into, in words: how many packets, and why."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.capture import Capture
from tutor.capture.capture import TOO_LONG
from tutor.sources.flows import BEYOND, DNS_BEYOND, MAX_FLOWS
from tutor.sources.locate import NESTED
from tutor.sources.wifi import ENCRYPTED
from tutor.words import _, ngettext

ORDINARY = frozenset({"ICMP", "UDP", "not IP", "not TCP or UDP"})
"""What every network has, and no mail is in."""


def skipped_lines(capture: Capture, *, ordinary: bool = True) -> Iterator[str]:
    """A sentence for each kind; without the ordinary ones where ``ordinary`` is False."""
    for what, count in sorted(capture.skipped.items()):
        if ordinary or what not in ORDINARY:
            yield _sentence(what, count).format(n=f"{count:,}", what=_named(what))


def _sentence(what: str, n: int) -> str:
    match what:
        case "UDP":
            return ngettext(
                "{n} UDP packet other than DNS: mail does not use UDP",
                "{n} UDP packets other than DNS: mail does not use UDP",
                n,
            )
        case "not IP":
            return ngettext("{n} packet that is not IP", "{n} packets that are not IP", n)
        case "not TCP or UDP":
            return ngettext(
                "{n} packet that is neither TCP nor UDP",
                "{n} packets that are neither TCP nor UDP",
                n,
            )
        case "headers cut off":
            return ngettext(
                "{n} packet is cut off before its ports: the capture kept too few bytes",
                "{n} packets are cut off before their ports: the capture kept too few bytes",
                n,
            )
        case "damaged IP header":
            return ngettext(
                "{n} packet with a damaged IP header", "{n} packets with a damaged IP header", n
            )
        case "IP fragment":
            return ngettext(
                "{n} IP fragment whose other pieces are missing",
                "{n} IP fragments whose other pieces are missing",
                n,
            )
        case "IP fragment with other bytes":
            return ngettext(
                "{n} IP fragment came twice with other bytes; the first copy counts",
                "{n} IP fragments came twice with other bytes; the first copy counts",
                n,
            )
        case "interface not described":
            return ngettext(
                "{n} packet of an interface that the file does not describe",
                "{n} packets of an interface that the file does not describe",
                n,
            )
        case _ if what in (BEYOND, DNS_BEYOND, TOO_LONG):
            return ngettext("{n} packet left out: {what}", "{n} packets left out: {what}", n)
        case _:
            return ngettext(
                "{n} packet in {what} was not looked into",
                "{n} packets in {what} were not looked into",
                n,
            )


def _named(what: str) -> str:
    """The words of a kind, where they are words and no name."""
    return {
        BEYOND: _("mail beyond the first {n} connections").format(n=f"{MAX_FLOWS:,}"),
        DNS_BEYOND: _("DNS beyond the first million"),
        TOO_LONG: _("too long to be read whole"),
        NESTED: _("tunnels in tunnels"),
        ENCRYPTED: _("encrypted 802.11"),
        "aggregated or fragmented 802.11": _("aggregated or fragmented 802.11"),
        "encrypted PPP": _("encrypted PPP"),
        "multilink PPP": _("multilink PPP"),
        "compressed PPP": _("compressed PPP"),
        "802.11 with a Prism header": _("802.11 with a Prism header"),
        "802.11 with an AVS header": _("802.11 with an AVS header"),
    }.get(what, what)
