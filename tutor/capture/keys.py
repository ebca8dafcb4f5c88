"""Where TLS keys come from: ``--keys``, beside the capture, inside a pcapng."""

from __future__ import annotations

from pathlib import Path

from tutor.base import CaptureError
from tutor.protocols.tls import KeyLog
from tutor.words import _
from tutor.words.errors import system_words

_LARGEST = 64 << 20


def read_keys(path: str) -> KeyLog:
    """Read a key log (RFC 9850). CaptureError where it cannot be read or is absurdly large."""
    try:
        file = Path(path)
        if file.stat().st_size > _LARGEST:
            raise CaptureError(path, _("this is too large for a TLS key log"))
        return KeyLog.parse(file.read_bytes())
    except OSError as error:
        why = _("the key log cannot be read: {why}").format(why=system_words(error))
        raise CaptureError(path, why) from error


def files_beside(path: Path) -> list[Path]:
    """Where keys of a capture may lie: ``NAME.keys``, ``NAME.keylog`` beside ``NAME.pcapng``."""
    name = path.with_suffix("") if path.suffix == ".gz" else path
    return [name.with_suffix(suffix) for suffix in (".keys", ".keylog")]


def beside(path: str) -> KeyLog:
    """Keys from ``NAME.keys`` or ``NAME.keylog`` beside ``NAME.pcap`` or ``NAME.pcapng``."""
    found = KeyLog.parse(b"")
    if path == "-":
        return found
    for candidate in files_beside(Path(path)):
        if candidate.is_file():
            found = found | read_keys(str(candidate))
    return found
