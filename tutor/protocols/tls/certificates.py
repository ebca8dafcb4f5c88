"""Certificate messages: the end's own certificate, and what it says (RFC 5280).

TLS 1.2 sends a bare list (RFC 5246 7.4.2), TLS 1.3 adds a context and extensions (RFC 8446
4.4.2) and may compress it (RFC 8879). Only the first certificate, the sender's own, is read.
"""

from __future__ import annotations

import warnings
import zlib
from typing import TYPE_CHECKING

from tutor.protocols.events import Certificate
from tutor.protocols.tls.wire import Reader, Short

if TYPE_CHECKING:
    from cryptography import x509

_ZLIB = 1
_MOST = 1 << 18  # a compressed certificate may not blow up beyond this many bytes

_SIGNATURES = {
    "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.10": "rsassaPss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.10040.4.3": "dsa-with-sha1",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}


def first_certificate(body: bytes, *, tls13: bool) -> bytes | None:
    """The sender's own certificate (DER) out of a Certificate message; None where there is none."""
    reader = Reader(body)
    try:
        if tls13:
            reader.vector(1)
        return reader.vector(3).vector(3).rest() or None
    except Short:
        return None


def decompress(body: bytes) -> bytes | None:
    """The Certificate message inside a CompressedCertificate; None unless it is zlib's."""
    reader = Reader(body)
    try:
        algorithm = reader.number(2)
        size = reader.number(3)
        packed = reader.vector(3).rest()
    except Short:
        return None
    if algorithm != _ZLIB or size > _MOST:
        return None
    try:
        plain = zlib.decompressobj().decompress(packed, _MOST)
    except zlib.error:
        return None
    return plain if len(plain) == size else None


def parse_certificate(der: bytes) -> Certificate | None:
    """What a certificate says; None where it is no certificate.

    ``names`` are the DNS names and addresses of subjectAltName; where it has none, the subject's
    common name, as clients once did (RFC 6125 6.4.4).
    """
    from cryptography import x509

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old certificates break rules that it warns about
            return _read(x509.load_der_x509_certificate(der))
    except (ValueError, TypeError, KeyError, x509.InvalidVersion):
        # KeyError: cryptography before 50 looks the tag of a damaged name up in a table
        return None


def _read(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        names=_names(certificate),
        not_before=int(certificate.not_valid_before_utc.timestamp()),
        not_after=int(certificate.not_valid_after_utc.timestamp()),
        self_signed=_self_signed(certificate),
        key=_key(certificate),
        signature=_signature(certificate),
    )


def _name(name: x509.Name) -> str:
    from cryptography.x509.oid import NameOID

    spelled = {NameOID.EMAIL_ADDRESS: "emailAddress", NameOID.SERIAL_NUMBER: "serialNumber"}
    return name.rfc4514_string(spelled)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = map(str, found.get_values_for_type(x509.IPAddress))
        names = (*found.get_values_for_type(x509.DNSName), *addresses)
    except x509.ExtensionNotFound:
        names = ()
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return ()
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return names or tuple(str(attribute.value) for attribute in common)


def _self_signed(certificate: x509.Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, ValueError):
        return False
    except (UnsupportedAlgorithm, TypeError):
        return True  # the signature cannot be checked (MD5, say); the names say it
    return True


def _key(certificate: x509.Certificate) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return ""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    if isinstance(key, dsa.DSAPublicKey):
        return f"DSA {key.key_size}"
    return type(key).__name__.removesuffix("PublicKey")


def _signature(certificate: x509.Certificate) -> str:
    oid = certificate.signature_algorithm_oid.dotted_string
    return _SIGNATURES.get(oid, oid)
