"""What a recording's script can do: set up mailboxes, let clients run, touch the cable."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rig import mailboxes
from rig.deeds import Deed
from rig.network import HOSTS, Network, inside
from rig.servers import ALICE, Dovecot, Postfix, Site

Action = Callable[[], object]


@dataclass
class Stage:
    """The running lab as one recording sees it, and the sessions held in it so far."""

    network: Network
    sites: dict[str, Site]
    authority: Path
    keys: Path | None
    day: float  # the day's first second, so that twins have the same messages
    deeds: list[Deed] = field(default_factory=list)

    @property
    def dovecot(self) -> Dovecot:
        return self.sites["org"].dovecot

    @property
    def postfix(self) -> Postfix:
        return self.sites["org"].postfix

    @property
    def certificate(self) -> Path:
        """Some certificate of the lab, to encrypt for."""
        return self.dovecot.authority.server(self.dovecot.host.fqdn)[0]

    @property
    def own(self) -> Path:
        """Alice's own certificate, without its ending."""
        return self.dovecot.authority.server(f"client/{ALICE}")[0].with_suffix("")

    def mailbox(self, user: str, *mails: mailboxes.Mail) -> None:
        """Let a user's mailbox hold exactly these messages."""
        site = self.sites["org" if user.endswith("@example.org") else "net"]
        mailboxes.reset(site.dovecot, user, mails, self.day)

    def environment(self) -> dict[str, str]:
        added = {
            "RIG_CA": str(self.authority),
            "RIG_OWN": str(self.own),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        if self.keys:
            added["SSLKEYLOGFILE"] = str(self.keys)
        return {**os.environ, **added}

    def client(
        self, host: str, name: str, meanwhile: Sequence[Action] = (), /, **arguments: object
    ) -> list[Deed]:
        """Run one of our Python clients on a host, and note its sessions.

        Each time the client pauses, the next action of `meanwhile` happens.
        """
        place = len(self.deeds)  # what happens meanwhile begins later
        told = self.run_client(host, name, meanwhile, **arguments)
        self.deeds[place:place] = told
        return told

    def run_client(
        self, host: str, name: str, meanwhile: Sequence[Action] = (), /, **arguments: object
    ) -> list[Deed]:
        """Run one of our Python clients, and give back its sessions without noting them."""
        command = [
            "timeout",
            "90",
            "/usr/bin/python3",
            "-B",
            "-m",
            "rig.clients",
            name,
            json.dumps(arguments),
        ]
        return [Deed(**deed) for deed in json.loads(self._run(host, command, meanwhile))]

    def _run(self, host: str, command: list[str], meanwhile: Sequence[Action]) -> str:
        """Run a client that may pause, and give back its last line."""
        process = subprocess.Popen(
            inside(HOSTS[host], command),
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        assert process.stdout
        actions = iter(meanwhile)
        while (line := process.stdout.readline()) == "pause\n":
            next(actions)()
            process.stdin.write("\n")
            process.stdin.flush()
        complaints = process.communicate(timeout=60)[1]
        if process.returncode:
            raise RuntimeError(f"{command}: {complaints}")
        return line

    def program(self, host: str, *command: str, ok: tuple[int, ...] = (0,), typed: str = "") -> str:
        """Run any program on a host; `ok` are the exit codes that the script expects."""
        done = subprocess.run(
            inside(HOSTS[host], command),
            env=self.environment(),
            input=typed,
            text=True,
            capture_output=True,
            timeout=120,
        )
        if done.returncode not in ok:
            raise RuntimeError(f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def session(self, port: int, security: str = "plaintext", *, complete: bool = True) -> Deed:
        """Note a session of a program that cannot tell about itself."""
        deed = Deed(port, security, complete=complete)
        self.deeds.append(deed)
        return deed

    def deliver(self, mail: mailboxes.Mail) -> None:
        """A message arrives in Alice's inbox, by no network."""
        self.dovecot.deliver("alice@example.org", mail.text(self.day))

    def wait_until_delivered(self) -> None:
        """Wait until no server holds mail that is on its way."""
        for site in self.sites.values():
            site.postfix.wait_until_delivered()

    @contextmanager
    def settings(self, dovecot: Mapping[str, object], postfix: Mapping[str, str]) -> Iterator[None]:
        """The servers of example.org with other settings for a while."""
        before = {name: getattr(self.dovecot, name) for name in dovecot}
        self._apply(dovecot, postfix)
        try:
            yield
        finally:
            self._apply(before, {} if postfix else None)

    def _apply(self, dovecot: Mapping[str, object], postfix: Mapping[str, str] | None) -> None:
        if dovecot:
            self.dovecot.stop()
            for name, value in dovecot.items():
                setattr(self.dovecot, name, value)
            self.dovecot.start()
        if postfix is not None and postfix != self.postfix.settings:
            self.postfix.stop()
            self.postfix.settings = postfix
            self.postfix.start()
