"""What TLS is worth: version and cipher suite, and the server's certificate.

Better than plain text, yet weak, are versions below 1.2 and suites with RC4, DES, 3DES, no
encryption, export keys or no authentication (RFC 9325 3.1.1, 4.1). Only what the server chose
counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from tutor.protocols.events import Certificate

_WEAK_VERSIONS = frozenset({"SSL 2.0", "SSL 3.0", "1.0", "1.1"})
_WEAK_WORDS = (
    "_RC4_",
    "_DES_",
    "_DES40_",
    "_3DES_",
    "_NULL_",
    "_EXPORT_",
    "_EXPORT1024_",
    "_anon_",
)
_NO_ENCRYPTION = frozenset({"TLS_SHA256_SHA256", "TLS_SHA384_SHA384"})  # RFC 9150


def weak(version: str | None, cipher: str | None) -> bool:
    """Whether a version (``1.0``) or a suite (its IANA name) is too weak; None: not known."""
    broken = cipher in _NO_ENCRYPTION or any(word in f"{cipher}_" for word in _WEAK_WORDS)
    return version in _WEAK_VERSIONS or broken


def judge(certificate: Certificate, when: int, name: str | None) -> Iterator[str]:
    """The rules that a server's certificate breaks.

    Args:
        certificate: what it says.
        when: Unix time in seconds at which it crossed; 0 where the capture keeps no time.
        name: the name that the client asked for (SNI); without one nothing is said of names.
    """
    if when and not certificate.not_before <= when <= certificate.not_after:
        yield "certificate-expired"
    if certificate.self_signed:
        yield "certificate-self-signed"
    if name and certificate.names and not any(covers(each, name) for each in certificate.names):
        yield "certificate-name"


def covers(pattern: str, host: str) -> bool:
    """Whether a certificate's name covers a host (RFC 9525 6.3: a star is one whole label)."""
    address = _address(host)
    if address:
        return _address(pattern) == address
    pattern, host = (name.lower().removesuffix(".") for name in (pattern, host))
    if pattern.startswith("*."):
        label, _, rest = host.partition(".")
        return bool(label) and rest == pattern[2:]
    return pattern == host


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
