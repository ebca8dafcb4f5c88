"""One end of a TCP connection or a UDP exchange."""

from __future__ import annotations

from typing import NamedTuple


class Endpoint(NamedTuple):
    """An address as text (RFC 5952 for IPv6) and a port."""

    address: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"
