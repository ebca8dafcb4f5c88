"""What tshark says of a recording: an opinion that owes nothing to wiretutor.

It judges whether a recording is fit to ship, and gives the manifest its addresses and TLS facts.
"""

import ipaddress
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rig.deeds import PORTS, TUNNELS
from rig.network import run

_CHECKS = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
_CHECKS += ["-o", "udp.check_checksum:TRUE"]
_FAULTS = {
    "bad checksum": "ip.checksum.status==0 || tcp.checksum.status==0 || udp.checksum.status==0",
    # A receiver that needs a moment is no fault.
    "TCP anomaly": "tcp.analysis.flags && !tcp.analysis.window_update"
    " && !tcp.analysis.window_full && !tcp.analysis.zero_window",
    # Not imap: tshark's dissector stumbles over the server's `+` before a literal.
    "malformed packet": "_ws.malformed && !imap",
    "ICMP error": "icmp || icmpv6",
}
_VERSIONS = {"0x0301": "1.0", "0x0302": "1.1", "0x0303": "1.2", "0x0304": "1.3"}


@dataclass(slots=True)
class Stream:
    """A TCP connection as tshark sees it."""

    number: int
    client: tuple[str, int]
    server: tuple[str, int]
    ends: list[str] = field(default_factory=list)  # the ends that sent FIN, and "reset"
    answered: bool = False  # somebody acknowledged something

    @property
    def complete(self) -> bool:
        return "reset" in self.ends or {"client", "server"} <= set(self.ends)


def fields(
    path: Path, names: Iterable[str], wanted: str = "", keys: Path | None = None
) -> list[list[str]]:
    """The values of fields, packet by packet."""
    options = [*_CHECKS, "-o", f"tls.keylog_file:{keys or ''}"]
    columns = [word for name in names for word in ("-e", name)]
    query = ["-Y", wanted] if wanted else []
    out = run("tshark", "-n", "-r", str(path), *options, *query, "-T", "fields", *columns)
    return [line.split("\t") for line in out.splitlines()]


def _connections(path: Path) -> list[Stream]:
    """All attempts to connect, in the order of their first packets."""
    names = ["tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport"]
    flags = ["tcp.flags.syn", "tcp.flags.ack", "tcp.flags.fin", "tcp.flags.reset"]
    found: dict[int, Stream] = {}
    for row in fields(path, [*names, *flags], "tcp && tcp.port != 53"):
        number = int(row[0])
        source = (str(ipaddress.ip_address(row[1] or row[2])), int(row[3]))
        target = (str(ipaddress.ip_address(row[4] or row[5])), int(row[6]))
        syn, ack, fin, reset = (value in ("1", "True") for value in row[7:11])
        ends = (target, source) if syn and ack else (source, target)  # if the SYN is not there
        stream = found.setdefault(number, Stream(number, *ends))
        stream.answered |= ack and not reset
        if fin:
            stream.ends.append("client" if source == stream.client else "server")
        if reset:
            stream.ends.append("reset")
    return list(found.values())


def refused(path: Path) -> list[Stream]:
    """The connections that were refused: an RST answered the SYN."""
    return [stream for stream in _connections(path) if not stream.answered]


def streams(path: Path) -> list[Stream]:
    """The connections that came about, in the order of their first packets."""
    return [stream for stream in _connections(path) if stream.answered]


def faults(path: Path, *, one_side: bool = False) -> list[str]:
    """What is wrong with a recording's packets; nothing, if it is fit to ship."""
    found = []
    for name, wanted in _FAULTS.items():
        if one_side and name == "TCP anomaly":  # of what only the other side could explain
            continue
        if packets := fields(path, ["frame.number"], wanted):
            found.append(f"{name} in packet {packets[0][0]}")
    times = [float(row[0]) for row in fields(path, ["frame.time_epoch"])]
    if times != sorted(times):
        found.append("timestamps go backwards")
    ports = {stream.server[1] for stream in _connections(path)} - set(PORTS) - set(TUNNELS)
    return found + [f"a connection to port {port}, which is no mail" for port in ports]


def tls(path: Path, stream: int, keys: Path | None) -> dict[str, object] | None:
    """Version, suite, names and resumption of the TLS in a stream, or None."""
    names = ["version", "extensions.supported_version", "extensions_alpn_str"]
    names += ["ciphersuite", "extensions.psk.identity.selected", "session_id"]
    hello = [f"tls.handshake.{name}" for name in names]
    here = f"tcp.stream=={stream} && tls.handshake.type=="
    asked = ["tls.handshake.extensions_server_name", "tls.handshake.session_id"]
    client = fields(path, asked, f"{here}1", keys)
    if not client:
        return None
    sni, offered = (client[0] + [""] * 2)[:2]
    server = fields(path, hello, f"{here}2", keys)
    if not server:  # it never answered
        unknown = dict.fromkeys(("version", "cipher", "alpn"))
        return {**unknown, "sni": sni or None, "resumed": False}
    version, supported, alpn, suite, selected, session = (server[-1] + [""] * 6)[:6]
    version = _VERSIONS[(supported or version).split(",")[0]]
    # Before 1.3 the server repeats the session's id, or no certificate follows a ticket.
    resumed = bool(selected) if version == "1.3" else bool(session) and session == offered
    return {
        "version": version,
        "cipher": _suite(int(suite.split(",")[0], 0)),
        "sni": sni or None,
        "alpn": alpn or None,
        "resumed": resumed,
    }


def _suite(number: int) -> str:
    """IANA's name of a cipher suite, as OpenSSL knows it."""
    wanted = f"0x{number >> 8:02X},0x{number & 0xFF:02X}"
    for line in run("openssl", "ciphers", "-stdname", "-V", "ALL:COMPLEMENTOFALL").splitlines():
        code, _, name = line.split()[:3]
        if code == wanted:
            return name
    raise RuntimeError(f"openssl does not know cipher suite {wanted}")


def hidden(
    path: Path, keys: Path | None, stream: int, credential: Mapping[str, object]
) -> str | None:
    """A fault, unless a secret under TLS is nowhere to be seen, and tshark finds it with the keys.

    The keys may also be in the recording itself.
    """
    if credential["strength"] != "protected" or not credential["secret"]:
        return None
    secret = str(credential["secret"])
    tokens = (secret, f"\0{credential['username']}\0{secret}")
    spellings = [secret, *(b64encode(token.encode()).decode() for token in tokens)]
    rows = fields(path, ["tcp.payload"], f"tcp.stream=={stream} && tcp.len > 0")
    crossed = b"".join(bytes.fromhex(row[0].replace(":", "")) for row in rows)
    if any(spelling.encode() in crossed for spelling in spellings):
        return "a secret under TLS can be read"
    options = ["-o", f"tls.keylog_file:{keys or ''}", "-q", "-z", f"follow,tls,ascii,{stream}"]
    text = run("tshark", "-n", "-r", str(path), *options)
    if not any(spelling in text for spelling in spellings):
        return "tshark cannot decrypt with the keys"
    return None


def lookups(path: Path) -> list[dict[str, object]]:
    """The DNS look-ups in a recording, in the order of their answers."""
    names = ["dns.qry.name", "dns.qry.type", "dns.a", "dns.aaaa"]
    names += ["dns.mx.preference", "dns.mx.mail_exchange", "dns.flags.rcode", "dns.count.answers"]
    types = {"1": "A", "28": "AAAA", "15": "MX", "12": "PTR", "16": "TXT"}
    found: list[dict[str, object]] = []
    for row in fields(path, names, "dns.flags.response==1"):
        name, kind, ipv4, ipv6, preference, exchange = row[:6]
        pairs = zip(preference.split(","), exchange.split(","), strict=True)
        answers = {
            "A": ipv4.split(","),
            "AAAA": ipv6.split(","),
            # tshark writes the root, which a null MX names (RFC 7505), in a word of its own
            "MX": [" ".join(pair).replace("<Root>", ".") for pair in pairs],
        }.get(types[kind], [])
        answered = answers if row[7] != "0" else []  # additional records are no answer
        found.append({"name": name, "type": types[kind], "answer": answered})
    return found
