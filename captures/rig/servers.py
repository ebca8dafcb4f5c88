"""Dovecot and Postfix, each with its whole configuration in a temporary folder."""

import os
import re
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rig.certificates import Authority
from rig.name_server import name_server
from rig.network import NET, ORG, Host, inside, run, wait_for_port

TOKEN_KEY = b"whoever knows this can sign tokens"
MAIL_USER = 5000  # owns the mailboxes; needs no entry in /etc/passwd

_DOVECOT = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
instance_name = rig-{host.name}
protocols = imap pop3 lmtp
listen = {host.ipv4}, {host.ipv6}
hostname = {host.fqdn}
ssl = {ssl}
ssl_cert = <{cert}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = {strict}
auth_mechanisms = {mechanisms}
mail_location = maildir:~/Maildir
mail_uid = {user}
mail_gid = {user}
first_valid_uid = {user}
first_valid_gid = {user}
# Whoever brings a token shows that; all others have a password.
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={user} home={root}/mail/%d/%n
}}
namespace inbox {{
  inbox = yes
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
}}
# One process for all connections of a service: TLS sessions can be resumed.
service imap-login {{
  service_count = 0
  process_min_avail = 1
  process_limit = 1
}}
service pop3-login {{
  service_count = 0
  process_min_avail = 1
  process_limit = 1
}}
# Refusals keep their two seconds, but do not grow from one recording to the next.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {queue}/private/auth {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener {queue}/private/dovecot-lmtp {{
    mode = 0666
  }}
  inet_listener lmtp {{
    address = {host.ipv4}
    port = 24
  }}
}}
protocol imap {{
  mail_plugins = $mail_plugins imap_zlib
}}
"""

_OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={root}/tokens/
username_attribute = email
scope = mail
openid_configuration_url = https://login.example.org/.well-known/openid-configuration
"""


@dataclass
class Dovecot:
    """IMAP, POP3 and LMTP of one domain."""

    host: Host
    root: Path
    authority: Authority
    ssl: str = "yes"
    strict: bool = False
    mechanisms: str = "plain login"
    passwords: Mapping[str, str] = field(default_factory=dict)
    shows: str = ""  # whose certificate it shows, if not its own
    more: str = ""  # more of dovecot.conf, in which ROOT and CA are files
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start with the present settings."""
        for folder in ("run", "state", "mail"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        os.chown(self.root / "mail", MAIL_USER, MAIL_USER)
        entries = [f"{name}:{{PLAIN}}{secret}\n" for name, secret in self.passwords.items()]
        (self.root / "passwd").write_text("".join(entries))
        cert, key = self.authority.server(self.shows or self.host.fqdn)
        config = self.root / "dovecot.conf"
        config.write_text(
            _DOVECOT.format(
                root=self.root,
                queue=self.root / "queue",
                host=self.host,
                ssl=self.ssl,
                cert=cert,
                key=key,
                strict="yes" if self.strict else "no",
                mechanisms=self.mechanisms,
                user=MAIL_USER,
            )
            + self.more.replace("ROOT", str(self.root)).replace(
                "CA", str(self.authority.certificate)
            )
        )
        self._trust_tokens()
        self._process = subprocess.Popen(inside(self.host, ["dovecot", "-F", "-c", str(config)]))
        for port in (24, 110, 143, *((993, 995) if self.ssl == "yes" else ())):
            wait_for_port(self.host, port)

    def _trust_tokens(self) -> None:
        """Take tokens that are signed with `TOKEN_KEY` (RFC 7519), without asking anybody."""
        key = self.root / "tokens" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True, exist_ok=True)
        key.write_bytes(b64encode(TOKEN_KEY))
        (self.root / "oauth2.conf").write_text(_OAUTH2.format(root=self.root))

    def stop(self) -> None:
        """Stop, and wait until the last connection is closed."""
        if self._process:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def home(self, user: str) -> Path:
        """Where a user's mail is."""
        name, _, domain = user.partition("@")
        return self.root / "mail" / domain / name

    def deliver(self, user: str, message: bytes) -> None:
        """Put a message into a user's inbox."""
        config = str(self.root / "dovecot.conf")
        command = inside(self.host, ["doveadm", "-c", config, "save", "-u", user])
        subprocess.run(command, input=message, check=True)


_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
myhostname = {host.fqdn}
mydomain = {domain}
myorigin = {domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = {host.ipv4}
inet_protocols = ipv4
smtpd_banner = $myhostname ESMTP Postfix
smtpd_peername_lookup = no
smtp_host_lookup = dns
disable_dns_lookups = no
biff = no
default_database_type = texthash
alias_maps =
alias_database =
virtual_mailbox_domains = {domain}, club.{domain}, attic.{domain}, large.{domain}
virtual_alias_maps = inline:{{ @club.{domain}=@{domain}, @attic.{domain}=@{domain},
  @large.{domain}=@{domain} }}
virtual_mailbox_maps = texthash:{root}/recipients
virtual_transport = lmtp:unix:private/dovecot-lmtp
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtp_tls_security_level = none
smtpd_tls_session_cache_database =
disable_vrfy_command = no
minimal_backoff_time = 8s
maximal_backoff_time = 16s
queue_run_delay = 2s
login_first = permit_sasl_authenticated, check_sender_access static:{{530 5.7.0 Log in first}}
"""

_MASTER_CF = """
{host.ipv4}:25  inet  n - n - - smtpd
{host.ipv4}:587 inet  n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_delay_reject=no
  -o smtpd_sender_restrictions=$login_first
{host.ipv4}:465 inet  n - n - - smtpd
  -o syslog_name=postfix/submissions
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_delay_reject=no
  -o smtpd_sender_restrictions=$login_first
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
virtual   unix - n n - - virtual
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """Submission (587, 465) and relay (25) of one domain; delivery into Dovecot by LMTP."""

    host: Host
    root: Path
    authority: Authority
    recipients: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start with the present settings."""
        self._configure()
        self._control("start")
        for port in (25, 465, 587):
            wait_for_port(self.host, port)

    def reload(self, settings: Mapping[str, str]) -> None:
        """Go on with other settings, and with what is in the queue."""
        self.settings = settings
        self._configure()
        self._control("reload")

    def _control(self, word: str) -> None:
        run(*inside(self.host, ["postfix", "-c", str(self.root / "postfix"), word]))

    def _configure(self) -> None:
        config = self.root / "postfix"
        for folder in ("postfix", "queue", "data"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        shutil.chown(self.root / "data", "postfix")
        (self.root / "recipients").write_text("".join(f"{name} x\n" for name in self.recipients))
        cert, key = self.authority.server(self.host.fqdn)
        domain = self.host.fqdn.partition(".")[2]
        main = _MAIN_CF.format(root=self.root, host=self.host, domain=domain, cert=cert, key=key)
        main += "".join(f"{name} = {value}\n" for name, value in self.settings.items())
        (config / "main.cf").write_text(main)
        (config / "master.cf").write_text(_MASTER_CF.format(host=self.host))

    def stop(self) -> None:
        run(*inside(self.host, ["postfix", "-c", str(self.root / "postfix"), "stop"]), check=False)

    def wait_until_delivered(self, patience: float = 60.0) -> None:
        """Wait until the queue is empty."""
        deadline = time.monotonic() + patience
        queue = inside(self.host, ["postqueue", "-c", str(self.root / "postfix"), "-p"])
        while time.monotonic() < deadline:
            if "is empty" in run(*queue):
                return
            time.sleep(0.2)
        raise RuntimeError(f"{self.host.fqdn}: mail is stuck in the queue")


@dataclass
class Site:
    """The servers of one domain."""

    dovecot: Dovecot
    postfix: Postfix


ALICE = "alice@example.org"
BOB = "bob@example.net"
CAROL = "carol@example.net"
ACCOUNTS = {ORG: {ALICE: "correct-horse"}, NET: {BOB: "paper-boat", CAROL: "tin-whistle"}}


def accounts(user: str, secret: str) -> dict[str, str]:
    """The accounts of a user's domain, with another password for this user."""
    usual = next(names for names in ACCOUNTS.values() if user in names)
    return {**usual, user: secret}


@contextmanager
def sites(root: Path, authority: Authority) -> Iterator[dict[str, Site]]:
    """Both mail hosts with all servers running."""
    with ExitStack() as stack:
        stack.enter_context(name_server(root))
        built = {}
        for host, accounts in ACCOUNTS.items():
            home = root / host.name
            home.mkdir()
            postfix = Postfix(host, home, authority, recipients=tuple(accounts))
            dovecot = Dovecot(host, home, authority, passwords=accounts)
            stack.callback(postfix.stop)
            postfix.start()
            stack.callback(dovecot.stop)
            dovecot.start()
            built[host.name] = Site(dovecot, postfix)
        yield built


def versions() -> dict[str, str]:
    """What the servers are, for the manifest."""
    dovecot = run("dovecot", "--version").split()[0]
    postfix = run("postconf", "-d", "-h", "mail_version").strip()
    found = re.search(r"version (\S+)", run("dnsmasq", "--version"))
    return {
        "dovecot": f"Dovecot {dovecot}",
        "postfix": f"Postfix {postfix}",
        "dnsmasq": f"dnsmasq {found[1] if found else 'unknown'}",
    }
