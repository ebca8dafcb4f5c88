"""``lab`` and ``tap`` as linear text: what is typed, and what is said."""

from __future__ import annotations

import subprocess
import sys

import pytest

SECONDS = 60


def wiretutor(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", "--plain", *words],
        input=typed,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_orders_are_followed_one_after_the_other() -> None:
    done = wiretutor("lab", typed="nonsense\nimap-login\nrelay removed\nimap-starttls\nq\n")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = [
        "Type a word and Enter",
        "nonsense is not known here",
        "client to server",
        'LOGIN alice@example.org "correct-horse" (readable password)',
        "The client is done",
        "relay: removes the offer of STARTTLS",
        "client to Mallory",
        "Mallory to server",
        "The client stopped before it said a secret: there is no TLS to be had",
    ]
    at = [done.stdout.find(words) for words in said]
    assert -1 not in at, done.stdout
    assert at[:7] == sorted(at[:7])
    assert at[8] > max(at[6], at[7])


def test_the_end_of_the_input_waits_for_what_was_begun() -> None:
    done = wiretutor("lab", typed="pop3-user\n")
    assert done.returncode == 0
    assert "PASS correct-horse (readable password)" in done.stdout
    assert "The client is done" in done.stdout


@pytest.mark.parametrize(
    ("listen", "target", "code", "words"),
    [
        ("127.0.0.1:1", "nowhere", 2, "--to takes ADDRESS:PORT"),
        ("127.0.0.1:99999", "127.0.0.1:143", 2, "--listen takes ADDRESS:PORT"),
        ("127.0.0.1:2143", "127.0.0.1:2143", 2, "the same place"),
        ("192.0.2.1:2143", "127.0.0.1:143", 3, "Take another address or port"),
        ("no.such.host.invalid:2143", "127.0.0.1:143", 3, "Take another address or port"),
    ],
)
def test_a_tap_that_cannot_be(listen: str, target: str, code: int, words: str) -> None:
    done = wiretutor("tap", "--listen", listen, "--to", target)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
