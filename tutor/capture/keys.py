"""Where TLS keys come from: ``--keys``, beside the capture, inside a pcapng."""

from __future__ import annotations

from pathlib import Path

from tutor.base import CaptureError
from tutor.protocols.tls import KeyLog

_LARGEST = 64 << 20


def read_keys(path: str) -> KeyLog:
    """Read a key log (RFC 9850). CaptureError where it cannot be read or is absurdly large."""
    try:
        file = Path(path)
        if file.stat().st_size > _LARGEST:
            raise CaptureError(path, "this is too large for a TLS key log")
        return KeyLog.parse(file.read_bytes())
    except OSError as error:
        raise CaptureError(path, f"the key log cannot be read: {error.strerror}") from error


def beside(path: str) -> KeyLog:
    """Keys from ``NAME.keys`` or ``NAME.keylog`` beside ``NAME.pcap`` or ``NAME.pcapng``."""
    found = KeyLog.parse(b"")
    if path == "-":
        return found
    name = Path(path)
    if name.suffix == ".gz":
        name = name.with_suffix("")
    for suffix in (".keys", ".keylog"):
        candidate = name.with_suffix(suffix)
        if candidate.is_file():
            found = found | read_keys(str(candidate))
    return found
