"""Runs a capturing program, and ends it when whoever asked for it is gone, however that went.

A program that captures on a quiet interface notices the death of its reader only with the next
packet, which may never come; and signals do not cross from a user to a program that runs as root.
So this small process stands between, with a pipe to its standard input: the pipe's end means stop,
and each byte in it asks the program for its counts. What is captured does not pass here.

It is run as a file of its own, by Python without the packages of anybody: it may be root.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

ASK = getattr(signal, "SIGINFO", signal.SIGUSR1)
"""Asks for counts. Where there is SIGINFO (BSD, macOS), SIGUSR1 would end tcpdump."""

_PATIENCE = 2.0
"""Seconds that the program gets to end by itself."""


def main(command: list[str]) -> None:
    """Run it until it ends or standard input does; leave with its code."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the pipe alone says when it is over
    _hurry()
    try:
        child = subprocess.Popen(  # noqa: S603 - as it was told
            command, stdin=subprocess.DEVNULL, preexec_fn=_heed
        )
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")
    os.close(1)  # the program alone holds the pipe: its end is the end
    threading.Thread(target=_watch, args=(child,), daemon=True).start()
    try:
        while os.read(0, 64):
            child.send_signal(ASK)
    finally:
        child.terminate()
        try:
            child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()


def _heed() -> None:
    """What is ignored here is not to be ignored there: a child inherits it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _watch(child: subprocess.Popen[bytes]) -> None:
    code = child.wait()
    os._exit(code if code >= 0 else 128 - code)


def _hurry() -> None:
    """Come before others, where that is allowed: a late reader is what loses packets."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)


if __name__ == "__main__":
    main(sys.argv[1:])
