"""A real terminal for tests: tmux on a socket of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

HAVE_TMUX = shutil.which("tmux") is not None
needs_tmux = pytest.mark.skipif(not HAVE_TMUX, reason="tmux is not installed")


class Terminal:
    """A tmux window that runs a command; ``screen()`` is what a person sees."""

    def __init__(
        self, command: list[str], width: int = 80, height: int = 24, **environment: str
    ) -> None:
        self.socket = f"wiretutor-test-{uuid.uuid4().hex[:8]}"
        # the shell stays behind, so that what a command leaves on the terminal can be seen
        line = f"{shlex.join(command)}; code=$?; echo; echo EXIT=$code; sleep 600"
        variables = {"TERM": "tmux-256color", "LANG": "C.UTF-8", **environment}
        exports = [part for k, v in variables.items() for part in ("-e", f"{k}={v}")]
        settings = Path(tempfile.gettempdir()) / f"{self.socket}.conf"
        settings.write_text("set -g set-clipboard on\nset -g allow-rename on\n")
        self.tmux("-f", str(settings), "new-session", "-d", "-x", str(width), "-y", str(height),
                  *exports, "sh", "-c", line)  # fmt: skip
        settings.unlink()

    def tmux(self, *args: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, *args],
            capture_output=True,
            text=True,
            timeout=20,
            env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def screen(self, *, styles: bool = False, history: bool = False) -> str:
        extra = (["-e"] if styles else []) + (["-S", "-"] if history else [])
        return self.tmux("capture-pane", "-p", *extra)

    def wait(
        self, seen: Callable[[str], bool], seconds: float = 20, *, history: bool = False
    ) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.screen(history=history)
            if seen(text):
                return text
            time.sleep(0.05)
        raise AssertionError(f"not seen in {seconds} s; the screen is:\n{self.screen()}")

    @property
    def title(self) -> str:
        return self.tmux("display-message", "-p", "#{pane_title}|#{window_name}")

    @property
    def clipboard(self) -> str:
        return self.tmux("show-buffer")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.tmux("kill-server")
        Path(f"/tmp/tmux-{os.getuid()}/{self.socket}").unlink(missing_ok=True)
