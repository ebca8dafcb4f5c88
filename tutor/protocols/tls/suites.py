"""Cipher suites: their numbers, IANA names, and what each is made of.

The registry is regular: most suites come in families of *key exchanges* times *ciphers*, numbered
in order. So the table below gives, for each family, its first number and the two lists.

Sources: RFC 5246 A.5, 8446 B.4, 4492 and 8422, 5288, 5289, 6655, 7251, 7905, 4132, 5932, 6367,
4162, 4279, 4785, 5487, 5489, 5054, 6209, 2712, 8442, 8492, 8998, 9150, 9189, 9367, and the IANA
"TLS Cipher Suites" registry that collects them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_DH4 = "DH_DSS DH_RSA DHE_DSS DHE_RSA"
_SIX = f"RSA {_DH4} DH_anon"
_EC4 = "ECDHE_ECDSA ECDH_ECDSA ECDHE_RSA ECDH_RSA"
_PSK3 = "PSK DHE_PSK RSA_PSK"
_GCM6 = "RSA DHE_RSA DH_RSA DHE_DSS DH_DSS DH_anon"
_OLD_DES = "EXPORT_WITH_DES40_CBC_SHA WITH_DES_CBC_SHA WITH_3DES_EDE_CBC_SHA"
_OLD_KRB = "DES_CBC_{0} 3DES_EDE_CBC_{0} RC4_128_{0} IDEA_CBC_{0}"
_PSK_CBC = "RC4_128_SHA 3DES_EDE_CBC_SHA AES_128_CBC_SHA AES_256_CBC_SHA"
_GCM = "AES_128_GCM_SHA256 AES_256_GCM_SHA384"
_CBC2 = "AES_128_CBC_SHA256 AES_256_CBC_SHA384"
_CCM = "AES_128_CCM AES_256_CCM"
_CCM8 = "AES_128_CCM_8 AES_256_CCM_8"
_ARIA_CBC = "ARIA_128_CBC_SHA256 ARIA_256_CBC_SHA384"
_ARIA_GCM = "ARIA_128_GCM_SHA256 ARIA_256_GCM_SHA384"
_CAMELLIA_CBC = "CAMELLIA_128_CBC_SHA256 CAMELLIA_256_CBC_SHA384"
_CAMELLIA_GCM = "CAMELLIA_128_GCM_SHA256 CAMELLIA_256_GCM_SHA384"

# first number, key exchanges, ciphers; WITH_ is put between unless the cipher brings its own.
_FAMILIES: tuple[tuple[int, str, str], ...] = (
    (0x0000, "NULL", "NULL_NULL"),
    (0x0001, "RSA", "NULL_MD5 NULL_SHA EXPORT_WITH_RC4_40_MD5 RC4_128_MD5 RC4_128_SHA"),
    (0x0006, "RSA", "EXPORT_WITH_RC2_CBC_40_MD5 IDEA_CBC_SHA"),
    (0x0008, f"RSA {_DH4}", _OLD_DES),
    (0x0017, "DH_anon", f"EXPORT_WITH_RC4_40_MD5 RC4_128_MD5 {_OLD_DES}"),
    (0x001E, "KRB5", f"{_OLD_KRB.format('SHA')} {_OLD_KRB.format('MD5')}"),
    (0x0026, "KRB5_EXPORT", "DES_CBC_40_SHA RC2_CBC_40_SHA RC4_40_SHA"),
    (0x0029, "KRB5_EXPORT", "DES_CBC_40_MD5 RC2_CBC_40_MD5 RC4_40_MD5"),
    (0x002C, _PSK3, "NULL_SHA"),
    (0x002F, _SIX, "AES_128_CBC_SHA"),
    (0x0035, _SIX, "AES_256_CBC_SHA"),
    (0x003B, "RSA", "NULL_SHA256 AES_128_CBC_SHA256 AES_256_CBC_SHA256"),
    (0x003E, "DH_DSS DH_RSA DHE_DSS", "AES_128_CBC_SHA256"),
    (0x0041, _SIX, "CAMELLIA_128_CBC_SHA"),
    # never registered, but old browsers and mail programs offer them
    (0x0060, "RSA_EXPORT1024", "RC4_56_MD5 RC2_CBC_56_MD5 DES_CBC_SHA"),
    (0x0063, "DHE_DSS_EXPORT1024", "DES_CBC_SHA"),
    (0x0064, "RSA_EXPORT1024 DHE_DSS_EXPORT1024", "RC4_56_SHA"),
    (0x0066, "DHE_DSS", "RC4_128_SHA"),
    (0x0067, "DHE_RSA", "AES_128_CBC_SHA256"),
    (0x0068, _DH4, "AES_256_CBC_SHA256"),
    (0x006C, "DH_anon", "AES_128_CBC_SHA256 AES_256_CBC_SHA256"),
    (0x0084, _SIX, "CAMELLIA_256_CBC_SHA"),
    (0x008A, _PSK3, _PSK_CBC),
    (0x0096, _SIX, "SEED_CBC_SHA"),
    (0x009C, f"{_GCM6} {_PSK3}", _GCM),
    (0x00AE, _PSK3, f"{_CBC2} NULL_SHA256 NULL_SHA384"),
    (0x00BA, _SIX, "CAMELLIA_128_CBC_SHA256"),
    (0x00C0, _SIX, "CAMELLIA_256_CBC_SHA256"),
    (0xC001, "ECDH_ECDSA ECDHE_ECDSA ECDH_RSA ECDHE_RSA ECDH_anon", f"NULL_SHA {_PSK_CBC}"),
    (0xC01A, "SRP_SHA SRP_SHA_RSA SRP_SHA_DSS", "3DES_EDE_CBC_SHA"),
    (0xC01D, "SRP_SHA SRP_SHA_RSA SRP_SHA_DSS", "AES_128_CBC_SHA"),
    (0xC020, "SRP_SHA SRP_SHA_RSA SRP_SHA_DSS", "AES_256_CBC_SHA"),
    (0xC023, _EC4, _CBC2),
    (0xC02B, _EC4, _GCM),
    (0xC033, "ECDHE_PSK", f"{_PSK_CBC} {_CBC2} NULL_SHA NULL_SHA256 NULL_SHA384"),
    (0xC03C, f"{_SIX} {_EC4}", _ARIA_CBC),
    (0xC050, f"{_GCM6} {_EC4}", _ARIA_GCM),
    (0xC064, _PSK3, _ARIA_CBC),
    (0xC06A, _PSK3, _ARIA_GCM),
    (0xC070, "ECDHE_PSK", _ARIA_CBC),
    (0xC072, _EC4, _CAMELLIA_CBC),
    (0xC07A, f"{_GCM6} {_EC4} {_PSK3}", _CAMELLIA_GCM),
    (0xC094, f"{_PSK3} ECDHE_PSK", _CAMELLIA_CBC),
    (0xC09C, "RSA DHE_RSA", _CCM),
    (0xC0A0, "RSA DHE_RSA", _CCM8),
    (0xC0A4, "PSK DHE_PSK", _CCM),
    (0xC0A8, "PSK PSK_DHE", _CCM8),
    (0xC0AC, "ECDHE_ECDSA", f"{_CCM} {_CCM8}"),
    (0xC0B0, "ECCPWD", f"{_GCM} AES_128_CCM_SHA256 AES_256_CCM_SHA384"),
    (0xC100, "GOSTR341112_256", "KUZNYECHIK_CTR_OMAC MAGMA_CTR_OMAC 28147_CNT_IMIT"),
    (0xC103, "GOSTR341112_256",
     "KUZNYECHIK_MGM_L MAGMA_MGM_L KUZNYECHIK_MGM_S MAGMA_MGM_S"),
    (0xCCA8, "ECDHE_RSA ECDHE_ECDSA DHE_RSA PSK ECDHE_PSK DHE_PSK RSA_PSK",
     "CHACHA20_POLY1305_SHA256"),
    (0xD001, "ECDHE_PSK", f"{_GCM} AES_128_CCM_8_SHA256"),
    (0xD005, "ECDHE_PSK", "AES_128_CCM_SHA256"),
)  # fmt: skip

_SINGLE = {
    0x00C6: "TLS_SM4_GCM_SM3",
    0x00C7: "TLS_SM4_CCM_SM3",
    0x00FF: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0x1304: "TLS_AES_128_CCM_SHA256",
    0x1305: "TLS_AES_128_CCM_8_SHA256",
    0x1306: "TLS_AEGIS_256_SHA512",
    0x1307: "TLS_AEGIS_128L_SHA256",
    0x5600: "TLS_FALLBACK_SCSV",
    0xC0B4: "TLS_SHA256_SHA256",
    0xC0B5: "TLS_SHA384_SHA384",
}


def _registry() -> dict[int, str]:
    names = dict(_SINGLE)
    for first, exchanges, ciphers in _FAMILIES:
        number = first
        for exchange in exchanges.split():
            for cipher in ciphers.split():
                joint = "_" if "WITH_" in cipher else "_WITH_"
                names[number] = f"TLS_{exchange}{joint}{cipher}"
                number += 1
    return names


SUITES = _registry()
"""IANA name of each known cipher suite by its number."""


def suite_name(number: int) -> str:
    """The IANA name of a cipher suite; ``0xC0FF`` where it is not known."""
    return SUITES.get(number) or f"0x{number:04X}"


_CIPHER_CLASSES = {
    "GCM": "GCM",
    "CCM": "CCM",
    "CHACHA20": "ChaCha20",
    "RC4": "RC4",
    "3DES": "3DES",
    "DES": "DES",
    "DES40": "DES",
    "NULL": "NULL",
    "CBC": "CBC",
}
_EXCHANGE_CLASSES = {"ECDHE": "ECDHE", "DHE": "DHE", "ECDH": "fixed", "DH": "fixed", "RSA": "RSA"}


def exchange_class(name: str) -> str:
    """How a suite's keys are agreed on: ``ECDHE``, ``DHE``, ``fixed``, ``RSA``, ``PSK``, ``anon``.

    ``1.3`` where the suite does not say it, ``other`` for the rest.
    """
    exchange, joint, _ = name.removeprefix("TLS_").partition("_WITH_")
    if not joint:
        return "1.3" if suite_version_13(name) else "other"
    words = exchange.split("_")
    if "anon" in words:
        return "anon"
    if words[0] == "PSK" or words[:2] == ["RSA", "PSK"]:
        return "PSK"
    return _EXCHANGE_CLASSES.get(words[0], "other")


def cipher_class(name: str) -> str:
    """What a suite encrypts with: ``GCM``, ``CBC``, ``RC4``...; ``export``, ``NULL``, ``other``."""
    if "_EXPORT" in name:
        return "export"
    if name in ("TLS_SHA256_SHA256", "TLS_SHA384_SHA384"):
        return "NULL"  # RFC 9150
    words = name.partition("_WITH_")[2].split("_") if "_WITH_" in name else name.split("_")
    return next((_CIPHER_CLASSES[word] for word in words if word in _CIPHER_CLASSES), "other")


def encrypts_nothing(name: str | None) -> bool:
    """Whether a suite of TLS 1.2 or older only signs what it carries: all of it is readable."""
    return name is not None and "_WITH_NULL_" in name


def suite_version_13(name: str) -> bool:
    """Whether a suite is one of TLS 1.3, which names no key exchange (RFC 8446 B.4)."""
    return "_WITH_" not in name and name.startswith("TLS_") and not name.endswith("_SCSV")


class Suite(NamedTuple):
    """What a cipher suite is made of, as far as decryption needs it. Lengths are in bytes.

    ``cipher`` is the cipher's name in the suite's without the key length (``AES``, ``3DES_EDE``);
    ``mode`` is ``gcm``, ``ccm``, ``chacha``, ``cbc`` or ``stream``. ``block`` is the block's
    length, 0 in a stream. ``tag`` is 0 in CBC and streams, where ``mac`` is the hash of the HMAC.
    ``prf`` is the hash of the key derivation in TLS 1.2 and 1.3 (RFC 5246 5: SHA-256 unless the
    suite names a longer one).
    """

    name: str
    cipher: str
    mode: str
    key: int
    block: int
    tag: int
    mac: str
    prf: str


_SEALED = re.compile(r"_AES_(?P<bits>128|256)_(?P<mode>GCM|CCM_8|CCM)(_SHA(256|384))?$")
_MACED = re.compile(
    r"_WITH_(?P<cipher>AES|CAMELLIA|3DES_EDE|DES|IDEA|SEED|RC4|NULL)(_(?P<bits>128|256))?"
    r"(?P<cbc>_CBC)?_(?P<mac>MD5|SHA|SHA256|SHA384)$"
)
_CHACHA = "_CHACHA20_POLY1305_SHA256"
_KEYS = {"3DES_EDE": 24, "DES": 8, "IDEA": 16, "SEED": 16, "NULL": 0}
_BLOCKS = {"3DES_EDE": 8, "DES": 8, "IDEA": 8}
_HASHES = {"SHA": "sha1", "SHA256": "sha256", "SHA384": "sha384", "MD5": "md5"}


@cache
def suite(number: int) -> Suite | None:
    """The make-up of a suite; None where this program cannot decrypt it."""
    name = SUITES.get(number, "")
    prf = "sha384" if name.endswith("_SHA384") else "sha256"
    if name.endswith(_CHACHA):
        return Suite(name, "CHACHA20", "chacha", 32, 0, 16, "", prf)
    if found := _SEALED.search(name):
        mode, key = found["mode"], int(found["bits"]) // 8
        return Suite(name, "AES", mode[:3].lower(), key, 0, 8 if mode == "CCM_8" else 16, "", prf)
    found = _MACED.search(name)
    if found is None or "EXPORT" in name:  # export suites weaken their keys in ways of their own
        return None
    cipher = found["cipher"]
    key = int(found["bits"]) // 8 if found["bits"] else _KEYS[cipher]
    block = _BLOCKS.get(cipher, 16) if found["cbc"] else 0
    mode = "cbc" if block else "stream"
    return Suite(name, cipher, mode, key, block, 0, _HASHES[found["mac"]], prf)
