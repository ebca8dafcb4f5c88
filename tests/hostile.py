"""Bytes that want to do something to a terminal, a widget or a reader, inside mail talk."""

from __future__ import annotations

from pathlib import Path

from tests.sources import wire

TRICKS: dict[str, bytes] = {
    "title": b"\x1b]0;OWNED-TITLE\x07",
    "clipboard": b"\x1b]52;c;T1dORUQtQ0xJUA==\x07",
    "colour": b"\x1b[31;43mred",
    "clear": b"\x1b[2J\x1b[H\x1b[3J",
    "up": b"\x1b[5A\x1b[2Koverwritten",
    "c1": "\u009b31m\u009d0;OWNED-C1\u009c".encode(),
    "shift": b"\x0e\x0f\x08\x08\x08\x7f",
    "bidi": "\u202egnp.exe\u2066\u2069\u200b\U000e0041".encode(),
    "marks": ("e" + "\u0301" * 30).encode(),
    "markup": b"[bold red on white]loud[/] [/nope] [@click=app.quit]click[/] [link=x]y[/link]",
    "not-utf8": b"\xff\xfe\x80\x9b2J",
    "tab-nul": b"a\x00b\tc\x0b\x0cd",
}
"""Name and bytes of each trick. None holds CR or LF."""


def turns() -> list[tuple[str, bytes]]:
    """An IMAP session in which every place that can carry free bytes carries the tricks."""
    every = b" ".join(TRICKS.values())
    out: list[tuple[str, bytes]] = [("s", b"* OK " + every + b" ready\r\n")]
    for number, trick in enumerate(TRICKS.values()):
        tag = f"a{number}".encode()
        out += [
            ("c", tag + b" LOGIN " + b'"us' + trick + b'er" "pw' + trick + b'pw"\r\n'),
            ("s", tag + b" NO " + trick + b"\r\n"),
        ]
    body = b"Subject: " + every + b"\r\nFrom: " + every + b"\r\n\r\n" + every + b"\r\n"
    size = str(len(body)).encode()
    return [
        *out,
        ("c", b"b1 SELECT " + b'"' + every + b'"\r\n'),
        ("s", b'* LIST () "/" "' + every + b'"\r\nb1 OK ' + every + b"\r\n"),
        ("c", b"b2 FETCH 1 BODY[]\r\n"),
        ("s", b"* 1 FETCH (BODY[] {" + size + b"}\r\n" + body + b")\r\nb2 OK " + every + b"\r\n"),
        ("c", every + b"\r\n"),
        ("s", every + b"\r\n"),
    ]


def write_capture(path: Path) -> Path:
    """Write the session as a pcap."""
    frames = wire.conversation(("192.0.2.66", 50066), ("198.51.100.25", 143), turns())
    path.write_bytes(wire.pcap(frames))
    return path
