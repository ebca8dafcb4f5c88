"""Key logs: the secrets that clients and servers write down for the sake of analysis.

The format (RFC 9850, long known as ``SSLKEYLOGFILE``) has one secret a line::

    LABEL <client random, hex> <secret, hex>

``CLIENT_RANDOM`` gives the master secret of TLS 1.2 and older; TLS 1.3 has one label for each
secret of its key schedule (``CLIENT_TRAFFIC_SECRET_0`` and so on). The client random of the
ClientHello, which crosses in the clear, says which lines belong to a session.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import final

_LINE = re.compile(rb"([A-Z][A-Z0-9_]{0,63}) ([0-9A-Fa-f]{64}) ((?:[0-9A-Fa-f]{2}){16,128})")


@final
class KeyLog:
    """The secrets of any number of sessions. Empty is falsy; ``a | b`` merges (b wins).

    Attributes:
        bad: how many lines were neither a secret, nor empty, nor a comment.
    """

    __slots__ = ("_randoms", "_secrets", "bad")

    def __init__(
        self, secrets: Mapping[tuple[str, bytes], bytes] = MappingProxyType({}), bad: int = 0
    ) -> None:
        self._secrets = dict(secrets)
        self._randoms = Counter(random for _, random in self._secrets)
        self.bad = bad

    @classmethod
    def parse(cls, data: bytes) -> KeyLog:
        """Read a key log; lines that are no secrets are skipped and counted in ``bad``."""
        secrets: dict[tuple[str, bytes], bytes] = {}
        bad = 0
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # as Windows' PowerShell writes it
            data = data.decode("utf-16", "replace").encode()
        for raw in data.removeprefix(b"\xef\xbb\xbf").splitlines():
            line = raw.strip()
            if not line or line.startswith(b"#"):
                continue
            found = _LINE.fullmatch(b" ".join(line.split()))
            if found is None:
                bad += 1
                continue
            label, random, secret = (group.decode("ascii") for group in found.groups())
            secrets[label, bytes.fromhex(random)] = bytes.fromhex(secret)
        return cls(secrets, bad)

    def get(self, label: str, client_random: bytes) -> bytes | None:
        """The secret of that label for the session with that client random, or None."""
        return self._secrets.get((label, client_random))

    def knows(self, client_random: bytes) -> bool:
        """Tell whether there is any secret for the session with that client random."""
        return client_random in self._randoms

    def count(self, client_random: bytes) -> int:
        """How many secrets there are for the session with that client random."""
        return self._randoms[client_random]

    @property
    def randoms(self) -> Iterable[bytes]:
        """The client randoms of all its sessions, in the order of the lines."""
        return self._randoms.keys()

    def __sub__(self, other: KeyLog) -> KeyLog:
        """The secrets that ``other`` does not have."""
        theirs = other._secrets
        return KeyLog({key: value for key, value in self._secrets.items() if key not in theirs})

    def __or__(self, other: KeyLog) -> KeyLog:
        return KeyLog(self._secrets | other._secrets, self.bad + other.bad)

    def __len__(self) -> int:
        return len(self._secrets)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyLog) and other._secrets == self._secrets

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"KeyLog({len(self)} secrets, {self.bad} bad lines)"  # never the secrets
