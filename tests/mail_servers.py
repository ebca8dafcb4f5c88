"""Real servers for tests: Dovecot (IMAP, POP3) and Postfix (SMTP) on odd ports of loopback.

They need root, and nothing of the machine's own configuration: all that they know and write is in
one directory.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

USER, SECRET = "alice@example.org", "correct-horse"

_DOVECOT = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{root}/mail/%u
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {root}/passwd
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""

_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
myhostname = mail.example.org
mydestination = example.org
local_recipient_maps =
local_transport = discard
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
disable_dns_lookups = yes
alias_maps =
alias_database =
default_database_type = texthash
"""

_MASTER_CF = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


def why_not() -> str | None:
    """Why they cannot run here; None where they can."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [name for name in ("dovecot", "postfix", "tcpdump") if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


class MailServers:
    """Dovecot and Postfix, running while the context is open.

    Attributes:
        imap, pop3, smtp: their ports.
    """

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="wiretutor-servers-"))
        self.root.chmod(0o711)  # the servers' users pass through
        self.imap, self.pop3, self.smtp = free_port(), free_port(), free_port()
        self._dovecot: subprocess.Popen[bytes] | None = None

    @property
    def expression(self) -> str:
        """The pcap filter for their traffic."""
        return " or ".join(f"tcp port {port}" for port in (self.imap, self.pop3, self.smtp))

    def __enter__(self) -> Self:
        try:
            self._start_dovecot()
            self._start_postfix()
            for port in (self.imap, self.pop3, self.smtp):
                _wait_for(port)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End both."""
        if self._dovecot:
            self._dovecot.terminate()
            self._dovecot.wait(20)
        self._postfix("stop", check=False)
        shutil.rmtree(self.root, ignore_errors=True)

    def _start_dovecot(self) -> None:
        for folder in ("run", "state", "mail"):
            (self.root / folder).mkdir()
        owner = pwd.getpwnam("mail")
        os.chown(self.root / "mail", owner.pw_uid, owner.pw_gid)
        (self.root / "passwd").write_text(f"{USER}:{{PLAIN}}{SECRET}\n")
        config = self.root / "dovecot.conf"
        config.write_text(
            _DOVECOT.format(
                root=self.root,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                imap=self.imap,
                pop3=self.pop3,
            )
        )
        self._dovecot = subprocess.Popen(["dovecot", "-F", "-c", str(config)])

    def _start_postfix(self) -> None:
        for folder in ("postfix", "queue", "data"):
            (self.root / folder).mkdir()
        shutil.chown(self.root / "data", "postfix")
        (self.root / "postfix" / "main.cf").write_text(_MAIN_CF.format(root=self.root))
        (self.root / "postfix" / "master.cf").write_text(_MASTER_CF.format(smtp=self.smtp))
        self._postfix("start")

    def _postfix(self, word: str, *, check: bool = True) -> None:
        command = ["postfix", "-c", str(self.root / "postfix"), word]
        subprocess.run(command, check=check, capture_output=True, timeout=60)


def _wait_for(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nobody listens on port {port}")
