"""TLS: what both sides agree on, certificates that are not good, early data, old suites."""

import shlex
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from rig.fronts import haproxy
from rig.mailboxes import LUNCH
from rig.network import LAPTOP, ORG
from rig.recordings import IMAPLIB, Recording, openssl
from rig.servers import ALICE
from rig.stage import Stage

WAITING = {ALICE: (LUNCH,)}
LOGIN = f"a1 LOGIN {ALICE} correct-horse"
TYPED = (LOGIN, "a2 SELECT INBOX", "a3 FETCH 1 (BODY[])", "a4 LOGOUT")
WRONG = "mail.example.com"
EXPIRED = "expired/mail.example.org"
SELF = "self/mail.example.org"
OLD = "ssl_min_protocol = TLSv1\nssl_cipher_list = ALL:eNULL:@SECLEVEL=0\n"
CERTIFIED = """
ssl_ca = <CA
ssl_verify_client_cert = yes
ssl_cert_username_field = commonName
auth_ssl_username_from_cert = yes
ssl_require_crl = no
passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
"""


def _imap(
    name: str,
    done: str,
    play: Callable[[Stage], object],
    *verdicts: str,
    client: str = IMAPLIB,
    dovecot: Mapping[str, object] = {},
    server: str = "",
) -> Recording:
    return Recording(
        name=f"imap-{name}",
        done=done,
        client=client,
        play=play,
        mail=WAITING,
        dovecot=dovecot,
        keys=True,
        wanted=f"tcp and host {LAPTOP.ipv4}",
        server=server,
        verdicts=verdicts,
    )


def _python(name: str, done: str, function: str, *verdicts: str, **more: object) -> Recording:
    """One of our Python clients; `shows` is the certificate that the server shows it."""
    shows = str(more.get("shows", ""))
    dovecot = {"shows": shows} if shows else more.pop("dovecot", {})
    return _imap(
        name,
        done,
        lambda stage: stage.client("laptop", function, **more),
        *verdicts,
        dovecot=dovecot,  # type: ignore[arg-type]
    )


def s_client(stage: Stage, lines: tuple[str, ...], *options: str) -> None:
    """openssl's client sends line by line; of `k` and `K` alone it makes a KeyUpdate."""
    typing = "; ".join(f"sleep 0.4; printf '%s\\n' {shlex.quote(line)}" for line in lines)
    usual = "-servername mail.example.org -crlf"
    trust = '-CAfile "$RIG_CA" -keylogfile "$SSLKEYLOGFILE"'
    command = f"openssl s_client {usual} {trust} {shlex.join(options)}"
    stage.program("laptop", "sh", "-c", f"({typing}; sleep 2) | {command}")


def _typed(
    name: str,
    done: str,
    *options: str,
    lines: tuple[str, ...] = TYPED,
    dovecot: Mapping[str, object] = {},
    verdicts: tuple[str, ...] = (),
) -> Recording:
    def play(stage: Stage) -> None:
        s_client(stage, lines, "-connect", "mail.example.org:993", *options)
        stage.session(993, "tls").sent("LOGIN", ALICE, "correct-horse", accepted=True)

    client = f"openssl s_client {openssl()}"
    return _imap(name, done, play, *verdicts, client=client, dovecot=dovecot)


def _early_data(stage: Stage) -> None:
    """The second connection sends LOGIN before the server has said a word."""
    with haproxy(stage), tempfile.TemporaryDirectory(prefix="rig-early-") as folder:
        ticket, early = Path(folder) / "ticket", Path(folder) / "early"
        early.write_bytes(f"{LOGIN}\r\n".encode())
        at = ("-connect", f"{ORG.second}:993", "-alpn", "imap")
        s_client(stage, TYPED, *at, "-sess_out", str(ticket))
        more = ("-sess_in", str(ticket), "-early_data", str(early))
        s_client(stage, TYPED[1:], *at, *more)
    for _ in range(2):
        deed = stage.session(993, "tls")
        deed.sent("LOGIN", ALICE, "correct-horse", accepted=True)


RECORDINGS = (
    _imap(
        "tls-early-data",
        "Alice's LOGIN goes out as early data (0-RTT), before the server's first byte.",
        _early_data,
        "early-data",
        client=f"openssl s_client {openssl()}",
        server="HAProxy 2.6.12 before Dovecot 2.3.19.1",
    ),
    _typed(
        "tls-key-update",
        "Alice changes the keys of her own side, then asks the server to change its too.",
        lines=(LOGIN, "k", "a2 SELECT INBOX", "K", "a3 FETCH 1 (BODY[])", "a4 LOGOUT"),
    ),
    _typed(
        "tls12-cbc-mac-then-encrypt",
        "TLS 1.2 with AES-CBC, its MAC inside what is encrypted.",
        *("-no_etm", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA"),
    ),
    _typed(
        "tls12-cbc-sha384",
        "TLS 1.2 with AES-256-CBC and SHA-384, encrypt-then-MAC.",
        *("-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"),
    ),
    _typed(
        "tls12-ccm",
        "TLS 1.2 with AES-CCM.",
        *("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM8"),
    ),
    _typed(
        "tls11-cbc",
        "TLS 1.1, which nobody should use any more, with AES-CBC.",
        *("-tls1_1", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
        dovecot={"more": OLD},
        verdicts=("weak-tls",),
    ),
    _typed(
        "tls10-cbc",
        "TLS 1.0 with AES-CBC, its MAC inside: each record's last block begins the next.",
        *("-tls1", "-no_etm", "-cipher", "ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"),
        dovecot={"more": OLD},
        verdicts=("weak-tls",),
    ),
    _typed(
        "tls-fragmented",
        "No TLS record is longer than 512 bytes, not even in the handshake.",
        *("-max_send_frag", "512", "-maxfraglen", "512"),
    ),
    _python(
        "tls-hello-retry",
        "The server does not like the client's first key share, and asks for another group.",
        "first_look",
        security="tls",
        dovecot={"more": "ssl_curve_list = P-384\n"},
    ),
    _python(
        "tls12-client-certificate",
        "Alice's certificate says who she is, readable for all under TLS 1.2; EXTERNAL.",
        "external",
        newest="1.2",
        dovecot={"more": CERTIFIED, "mechanisms": "plain login external"},
    ),
    _python(
        "tls-client-certificate",
        "The same under TLS 1.3, where her certificate is encrypted.",
        "external",
        dovecot={"more": CERTIFIED, "mechanisms": "plain login external"},
    ),
    _python(
        "tls12-expired-refused",
        "The certificate expired yesterday; a client that checks says so and leaves.",
        "careful",
        "certificate-expired",
        shows=EXPIRED,
        newest="1.2",
    ),
    _python(
        "tls12-wrong-name-refused",
        "The certificate is for another name; a client that checks leaves.",
        "careful",
        "certificate-name",
        shows=WRONG,
        newest="1.2",
    ),
    _python(
        "tls-self-signed-refused",
        "Nobody vouches for the certificate; a client that checks says so and leaves.",
        "careful",
        "certificate-self-signed",
        shows=SELF,
    ),
    _python(
        "tls-wrong-name-taken",
        "The certificate is for another name; a client that does not check logs in all the same.",
        "careless",
        "certificate-name",
        shows=WRONG,
    ),
    _python(
        "tls-self-signed-taken",
        "Nobody vouches for the certificate; a client that does not check logs in all the same.",
        "careless",
        "certificate-self-signed",
        shows=SELF,
    ),
    _python(
        "tls-compress",
        "Alice logs in under TLS, and then both sides go on compressed inside it.",
        "compressed_under_tls",
    ),
)
