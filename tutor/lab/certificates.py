"""Certificates made on the spot (trustme): the lab's own, and those that Mallory shows."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme

from tutor.lab.store import HOST

_WRONG = "other.example.net"


class Certificates:
    """An authority that the lab's clients trust, and one that they do not.

    Args:
        folder: where the authority's certificate is written, for clients that want to check.
        keylog: where TLS secrets are logged (RFC 9850), so that the app can look inside.
    """

    def __init__(self, folder: Path, keylog: Path) -> None:
        self._keylog = keylog
        self._trusted = trustme.CA(
            organization_name="wiretutor lab",
            organization_unit_name="an authority for teaching",
            key_type=trustme.KeyType.ECDSA,
        )
        self._unknown = trustme.CA(
            organization_name="Mallory",
            organization_unit_name="an authority that nobody knows",
            key_type=trustme.KeyType.ECDSA,
        )
        self.authority = folder / "lab-ca.pem"
        self._trusted.cert_pem.write_to_path(self.authority)

    def server(self) -> ssl.SSLContext:
        """What the lab's servers show: the right name, from the trusted authority."""
        return self._context(self._trusted, HOST, "localhost", "127.0.0.1")

    def wrong_name(self) -> ssl.SSLContext:
        """A certificate of the trusted authority, for another host."""
        return self._context(self._trusted, _WRONG)

    def unknown_issuer(self) -> ssl.SSLContext:
        """The right name, from an authority that nobody knows."""
        return self._context(self._unknown, HOST, "localhost", "127.0.0.1")

    def client(self, *, checks: bool = True) -> ssl.SSLContext:
        """A client's side; one that does not check takes any certificate."""
        context = ssl.create_default_context(cafile=str(self.authority))
        if not checks:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        context.keylog_filename = str(self._keylog)
        return context

    def _context(self, issuer: trustme.CA, *names: str) -> ssl.SSLContext:
        leaf = issuer.issue_cert(
            *names,
            common_name=names[0],
            organization_name="wiretutor lab",
            organization_unit_name="for teaching",
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        context.keylog_filename = str(self._keylog)
        return context
