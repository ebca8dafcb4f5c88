"""Numbers and their standard names: records, handshake messages, alerts, extensions, versions.

Sources: RFC 8446 B, RFC 5246 A, RFC 6066, and the IANA "TLS Parameters" registries.
"""

from __future__ import annotations

CHANGE_CIPHER_SPEC = 20
ALERT = 21
HANDSHAKE = 22
APPLICATION_DATA = 23
HEARTBEAT = 24

CLIENT_HELLO = 1
SERVER_HELLO = 2
NEW_SESSION_TICKET = 4
END_OF_EARLY_DATA = 5
ENCRYPTED_EXTENSIONS = 8
CERTIFICATE = 11
SERVER_KEY_EXCHANGE = 12
SERVER_HELLO_DONE = 14
FINISHED = 20
KEY_UPDATE = 24
COMPRESSED_CERTIFICATE = 25

SSL3, TLS10, TLS11, TLS12, TLS13 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304

HANDSHAKE_NAMES = {
    0: "HelloRequest",
    CLIENT_HELLO: "ClientHello",
    SERVER_HELLO: "ServerHello",
    NEW_SESSION_TICKET: "NewSessionTicket",
    END_OF_EARLY_DATA: "EndOfEarlyData",
    6: "HelloRetryRequest",
    ENCRYPTED_EXTENSIONS: "EncryptedExtensions",
    CERTIFICATE: "Certificate",
    SERVER_KEY_EXCHANGE: "ServerKeyExchange",
    13: "CertificateRequest",
    SERVER_HELLO_DONE: "ServerHelloDone",
    15: "CertificateVerify",
    16: "ClientKeyExchange",
    FINISHED: "Finished",
    21: "CertificateURL",
    22: "CertificateStatus",
    23: "SupplementalData",
    KEY_UPDATE: "KeyUpdate",
    COMPRESSED_CERTIFICATE: "CompressedCertificate",
    67: "NextProtocol",
    254: "MessageHash",
}
"""Handshake messages by type, spelled as the RFCs spell them."""

ALERT_NAMES = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    111: "certificate_unobtainable",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    114: "bad_certificate_hash_value",
    115: "unknown_psk_identity",
    116: "certificate_required",
    117: "general_error",
    120: "no_application_protocol",
    121: "ech_required",
}
"""Alert descriptions by number, spelled as the RFCs spell them."""

SERVER_NAME = 0
TRUNCATED_HMAC = 4
ALPN = 16
ENCRYPT_THEN_MAC = 22
SESSION_TICKET = 35
PRE_SHARED_KEY = 41
EARLY_DATA = 42
SUPPORTED_VERSIONS = 43
KEY_SHARE = 51
ENCRYPTED_CLIENT_HELLO = 0xFE0D

_FIRST_EXTENSIONS = """
server_name max_fragment_length client_certificate_url trusted_ca_keys truncated_hmac
status_request user_mapping client_authz server_authz cert_type supported_groups
ec_point_formats srp signature_algorithms use_srtp heartbeat
application_layer_protocol_negotiation status_request_v2 signed_certificate_timestamp
client_certificate_type server_certificate_type padding encrypt_then_mac
extended_master_secret token_binding cached_info tls_lts compress_certificate
record_size_limit pwd_protect pwd_clear password_salt ticket_pinning
tls_cert_with_extern_psk delegated_credential session_ticket
"""  # numbers 0 to 35

EXTENSION_NAMES = dict(enumerate(_FIRST_EXTENSIONS.split())) | {
    PRE_SHARED_KEY: "pre_shared_key",
    EARLY_DATA: "early_data",
    SUPPORTED_VERSIONS: "supported_versions",
    44: "cookie",
    45: "psk_key_exchange_modes",
    47: "certificate_authorities",
    48: "oid_filters",
    49: "post_handshake_auth",
    50: "signature_algorithms_cert",
    KEY_SHARE: "key_share",
    13172: "next_protocol_negotiation",
    17513: "application_settings",
    ENCRYPTED_CLIENT_HELLO: "encrypted_client_hello",
    0xFF01: "renegotiation_info",
}
"""ClientHello and ServerHello extensions by number."""

_CURVES = """
sect163k1 sect163r1 sect163r2 sect193r1 sect193r2 sect233k1 sect233r1 sect239k1 sect283k1 sect283r1
sect409k1 sect409r1 sect571k1 sect571r1 secp160k1 secp160r1 secp160r2 secp192k1 secp192r1 secp224k1
secp224r1 secp256k1 secp256r1 secp384r1 secp521r1 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1
x25519 x448 brainpoolP256r1tls13 brainpoolP384r1tls13 brainpoolP512r1tls13
"""  # numbers 1 to 33

GROUP_NAMES = dict(enumerate(_CURVES.split(), 1)) | {
    256: "ffdhe2048",
    257: "ffdhe3072",
    258: "ffdhe4096",
    259: "ffdhe6144",
    260: "ffdhe8192",
    512: "MLKEM512",
    513: "MLKEM768",
    514: "MLKEM1024",
    4587: "SecP256r1MLKEM768",
    4588: "X25519MLKEM768",
    4589: "SecP384r1MLKEM1024",
    0x6399: "X25519Kyber768Draft00",
}
"""Groups of the key exchange by number (RFC 8446 4.2.7, RFC 8422, RFC 7919)."""

_VERSIONS = {
    0x0002: "SSL 2.0",
    SSL3: "SSL 3.0",
    TLS10: "1.0",
    TLS11: "1.1",
    TLS12: "1.2",
    TLS13: "1.3",
}


def version_name(number: int) -> str:
    """``1.3``, ``1.2``, ... ``SSL 3.0``; a draft of 1.3 (0x7Fxx) is 1.3; else ``0x0305``."""
    if draft(number):
        return "1.3"
    return _VERSIONS.get(number) or f"0x{number:04X}"


def draft(number: int) -> int:
    """Which draft of TLS 1.3 a version number means; 0 where it means none."""
    return number & 0xFF if number >> 8 == 0x7F else 0


def is_grease(number: int) -> bool:
    """Tell a value that is sent only to keep the other side tolerant (RFC 8701)."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


def group_name(number: int) -> str:
    """The IANA name of a group of the key exchange; ``0x1234`` where it is not known."""
    return GROUP_NAMES.get(number) or f"0x{number:04X}"


def group_class(name: str) -> str:
    """``post-quantum``, ``finite-field``, ``curve``, or ``other`` where the name is a number."""
    if "MLKEM" in name or "Kyber" in name:
        return "post-quantum"
    if name.startswith(("ffdhe", "DH ")):
        return "finite-field"
    return "other" if name.startswith("0x") else "curve"


def extension_name(number: int) -> str:
    """The IANA name of an extension; ``0x1234`` where it is not known."""
    return EXTENSION_NAMES.get(number) or f"0x{number:04X}"


def handshake_name(number: int) -> str:
    """The RFC's name of a handshake message; ``unknown-handshake`` where it is not known."""
    return HANDSHAKE_NAMES.get(number, "unknown-handshake")


def alert_name(number: int) -> str:
    """The RFC's name of an alert; ``unknown`` where it is not known."""
    return ALERT_NAMES.get(number, "unknown")
