"""What tshark says of a capture, in one call a file: streams, TLS plaintext, commands."""

from __future__ import annotations

import ipaddress
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor.base import Endpoint

_FIELDS = ("frame.number", "tcp.stream", "imap.request.command", "pop.request.command")
_RULE = "=" * 67
_MISSING = re.compile(rb"\[\d+ bytes missing in capture file\]\.?\0*")

NOBODY = Endpoint("", 0)


@dataclass(slots=True)
class Stream:
    """One TCP stream as tshark sees it.

    Attributes:
        ends: what each end sent, holes left out.
        inside: what each end said under TLS, where keys opened it; of the second end tshark
            often does not tell the address (``NOBODY``).
        commands: packet number and upper-case word of each command, in order.
    """

    ends: dict[Endpoint, bytes] = field(default_factory=dict)
    inside: dict[Endpoint, bytes] = field(default_factory=dict)
    commands: list[tuple[int, str]] = field(default_factory=list)

    def under_tls(self, end: Endpoint) -> bytes:
        """What an end of this stream said under TLS."""
        return self.inside.get(end, self.inside.get(NOBODY, b""))


def read(path: Path, keys: Path | None, streams: int, ports: Mapping[int, str]) -> list[Stream]:
    """What tshark sees in the file.

    Args:
        path: the capture.
        keys: its TLS key log, if it has one.
        streams: how many TCP streams to follow; tshark wants their numbers beforehand.
        ports: what ports speak that tshark cannot know, by tshark's names.
    """
    command = ["tshark", "-n", "-r", str(path), "-o", f"tls.keylog_file:{keys or ''}"]
    for port, name in ports.items():
        command += ["-d", f"tcp.port=={port},{name}"]
    command += ["-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"]
    for name in (*_FIELDS, "smtp.req.command"):
        command += ["-e", name]
    for number in range(streams):
        command += ["-z", f"follow,tcp,raw,{number}", "-z", f"follow,tls,raw,{number}"]
    # a file that is cut short makes it complain and end with 2; what it read counts
    done = subprocess.run(command, capture_output=True, check=False)
    packets, *follows = done.stdout.decode("utf-8", "replace").split(_RULE + "\n")
    found = [Stream() for _ in range(streams)]
    for line in packets.split("\n"):  # not splitlines: captured bytes have other line ends
        if line:
            _take_commands(line.split("\t"), found)
    for text in follows:
        _take_follow(text, found)
    return [stream for stream in found if stream.ends]


def _take_commands(row: list[str], found: list[Stream]) -> None:
    number, stream, *cells = row
    if not stream:
        return
    words = [word.upper() for cell in cells for word in cell.split("|") if word]
    for place in stream.split("|")[:1]:
        assert int(place) < len(found), "tshark sees more streams than we do"
        found[int(place)].commands += [(int(number), word) for word in words]


def _take_follow(text: str, found: list[Stream]) -> None:
    lines = text.splitlines()
    if len(lines) < 4 or not lines[0].startswith("Follow: "):
        return
    stream = found[int(lines[1].rpartition(" ")[2])]
    into = stream.ends if lines[0] == "Follow: tcp,raw" else stream.inside
    ends = [_endpoint(line.partition(": ")[2]) for line in lines[2:4]]
    said = [b"", b""]
    for line in lines[4:]:
        if line.strip():
            said[line.startswith("\t")] += bytes.fromhex(line.strip())
    for end, data in zip(ends, said, strict=True):
        if data or end != NOBODY:
            into[end] = _MISSING.sub(b"", data)


def _endpoint(text: str) -> Endpoint:
    address, _, port = text.rpartition(":")
    if not address:
        return NOBODY
    return Endpoint(str(ipaddress.ip_address(address.strip("[]"))), int(port))
