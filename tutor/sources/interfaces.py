"""The network interfaces of this machine, and how busy they are.

Linux counts packets in files; macOS tells its counts by ``netstat -ibn``; elsewhere only the names
are known. Nothing here needs a privilege.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = frozenset({"lo", "lo0"})
"""Names of the interface that never leaves the machine."""

_COUNTS = Path("/sys/class/net")
_NETSTAT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface.

    Attributes:
        name: its name.
        packets: how many have passed it so far, both ways; None where nobody counts.
    """

    name: str
    packets: int | None = None


def interfaces() -> list[Interface]:
    """The interfaces of this machine, the busiest first; loopback is one of them."""
    names = [name for _index, name in socket.if_nameindex()]
    counts = _linux(names) if _COUNTS.is_dir() else _netstat()
    found = [Interface(name, counts.get(name)) for name in names]
    return sorted(found, key=lambda interface: -(interface.packets or 0))


def _linux(names: list[str]) -> dict[str, int]:
    counts = {}
    for name in names:
        folder = _COUNTS / name / "statistics"
        try:
            both = [int((folder / f"{way}_packets").read_text()) for way in ("rx", "tx")]
        except (OSError, ValueError):
            continue
        counts[name] = _both_ways(name, *both)
    return counts


def _both_ways(name: str, incoming: int, outgoing: int) -> int:
    """What goes out of loopback comes in again, and is one packet."""
    return incoming if name in LOOPBACK else incoming + outgoing


def _netstat() -> dict[str, int]:
    program = shutil.which("netstat")
    if program is None:
        return {}
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system's
            [program, "-ibn"], capture_output=True, timeout=_NETSTAT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return parse_netstat(done.stdout.decode("utf-8", "replace"))


def parse_netstat(text: str) -> dict[str, int]:
    """Packets by interface, from the table of ``netstat -ibn`` (macOS, BSD).

    An interface has a line for each of its addresses, with the same counts: the first one counts.
    The column of addresses may be empty, so numbers are found from the right.
    """
    lines = text.splitlines()
    if not lines:
        return {}
    heads = lines[0].split()
    if "Ipkts" not in heads or "Opkts" not in heads:
        return {}
    incoming, outgoing = (heads.index(word) - len(heads) for word in ("Ipkts", "Opkts"))
    counts: dict[str, int] = {}
    for line in lines[1:]:
        words = line.split()
        if len(words) < -incoming or words[0].rstrip("*") in counts:
            continue
        name, both = words[0].rstrip("*"), (words[incoming], words[outgoing])
        if all(word.isdigit() for word in both):
            counts[name] = _both_ways(name, int(both[0]), int(both[1]))
    return counts
