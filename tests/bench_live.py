"""How late the screen is: ``python -m tests.bench_live`` (root, tcpdump, Dovecot, Postfix).

The app listens to loopback in a pseudo-terminal, and real clients talk to real servers. Measured is
the time from the moment when a client sends a line to the moment when that line has been written
to the terminal; and the same for new sessions in the list. More than 100 ms at p99 is a failure.
"""

from __future__ import annotations

import fcntl
import imaplib
import os
import pty
import re
import shlex
import smtplib
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.mail_servers import SECRET, USER, MailServers, why_not

LIMIT_MS = 100.0
LINES = 200
SESSIONS = 40
_ROOT = Path(__file__).parent.parent
_PAUSE = 0.03
_TO_THE_END = 20
_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")


class Screen:
    """The app in a pseudo-terminal; remembers when what came out of it.

    Args:
        command: what follows ``wiretutor``.
        before: a shell command whose output is piped into it.
    """

    def __init__(
        self, *command: str, before: str = "", columns: int = 110, lines: int = 40
    ) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        app = shlex.join([sys.executable, "-m", "tutor", *command])
        line = f"{before} | {app}" if before else f"exec {app}"
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(_ROOT)}
        self.process = subprocess.Popen(
            ["sh", "-c", line],
            stdin=slave, stdout=slave, stderr=slave, env=environment, preexec_fn=_own_terminal,
        )  # fmt: skip
        os.close(slave)
        self._master = master
        self._text = b""
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            now = time.perf_counter()
            with self._news:
                self._text = self._text[-(1 << 18) :] + data
                self._when = now
                self._news.notify_all()

    def wait(self, text: str, seconds: float = 20.0) -> float:
        """Wait until it has been drawn; the moment when it was."""
        wanted = text.encode()
        with self._news:
            if self._news.wait_for(lambda: wanted in self.plain(), seconds):
                return self._when
        raise AssertionError(f"{text!r} was not drawn; drawn was {self.plain()[-2000:]!r}")

    def plain(self) -> bytes:
        """What was written since ``forget``, without what only moves and colours."""
        return _ESCAPES.sub(b"", self._text)

    def forget(self) -> None:
        """Look only at what comes from now on."""
        with self._news:
            self._text = b""

    def keys(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            os.close(self._master)  # hangs up on what is left of a pipeline


def _own_terminal() -> None:
    """In the child: its standard input is the terminal that /dev/tty means."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def lines(screen: Screen, servers: MailServers, count: int = LINES) -> list[float]:
    """Milliseconds from sending a command to its line on the player's screen."""
    client = imaplib.IMAP4("127.0.0.1", servers.imap)
    screen.wait("1 session")
    client.login(USER, SECRET)
    for _step in range(_TO_THE_END):  # whoever stands at the end goes along
        screen.keys("\r")
        time.sleep(0.05)
    time.sleep(1)
    late = []
    for number in range(1000, 1000 + count):
        time.sleep(_PAUSE)
        screen.forget()
        tag = f"tag{number}"
        begin = time.perf_counter()
        client.send(f"{tag} NOOP\r\n".encode())
        late.append((screen.wait(tag) - begin) * 1000)
        client.readline()
    client.logout()
    return late


def sessions(screen: Screen, servers: MailServers, count: int = SESSIONS) -> list[float]:
    """Milliseconds from connecting to a row more in the list of sessions."""
    late = []
    for number in range(1, count + 1):
        time.sleep(_PAUSE)
        screen.forget()
        begin = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", servers.smtp) as client:
            client.noop()
            late.append((screen.wait(f"{number} session") - begin) * 1000)
    return late


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(name: str, late: Sequence[float]) -> float:
    """Print p50, p99 and the worst; the p99."""
    p99 = percentile(late, 0.99)
    print(
        f"{name:<32} n={len(late):<4} p50 {percentile(late, 0.5):6.1f} ms   "
        f"p99 {p99:6.1f} ms   worst {max(late):6.1f} ms"
    )
    return p99


def main() -> int:
    """Measure; 1 where the screen is late."""
    if why := why_not():
        print(f"not measured: {why}")
        return 0
    worst = 0.0
    with MailServers() as servers:
        command = ("live", "-i", "lo", servers.expression)
        with Screen(*command) as screen:
            screen.wait("istening")
            time.sleep(1.0)
            worst = max(worst, report("packet to line in the player", lines(screen, servers)))
        with Screen(*command) as screen:
            screen.wait("istening")
            time.sleep(1.0)
            worst = max(worst, report("connection to row in the list", sessions(screen, servers)))
    return 1 if worst > LIMIT_MS else 0


if __name__ == "__main__":
    sys.exit(main())
