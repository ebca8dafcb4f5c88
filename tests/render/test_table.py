"""The table of ``analyze``: the worst first, each rule once, and what cannot be told is said."""

from __future__ import annotations

from pathlib import Path

from tests import manifest
from tutor.capture import Capture
from tutor.render.table import table


def lines(path: str | Path) -> list[str]:
    with Capture(str(path)) as capture:
        capture.load()
        return [line.strip() for line in table(capture)]


def test_each_rule_once_with_its_steps_and_the_login_first() -> None:
    told = lines(manifest.path("imap-login-refused.pcapng"))
    assert told[-2:] == [
        "step 6, 8: Password readable on the wire (plaintext-credential, observed)",
        "step 6, 8: TLS was offered and not used (login-despite-starttls, observed)",
    ]
    assert sum("login LOGIN" in line for line in told) == 2


def test_a_session_that_is_not_whole_is_said_to_be_so(tmp_path: Path) -> None:
    whole = Path(manifest.path("imap-first-look.pcapng")).read_bytes()
    file = tmp_path / "cut.pcapng"
    file.write_bytes(whole[: len(whole) - 900])
    assert "The capture does not hold all of this session." in lines(file)
    assert not any("hold all" in line for line in lines(manifest.path("imap-first-look.pcapng")))


def test_keys_that_do_not_fit_are_said(tmp_path: Path) -> None:
    name = "imap-first-look-tls"
    file = tmp_path / "x.pcapng"
    file.write_bytes(Path(manifest.path(f"{name}.pcapng")).read_bytes())
    other = Path(manifest.path("pop3-tls.keys")).read_bytes()
    (tmp_path / "x.keys").write_bytes(other)
    told = lines(file)
    with Capture(str(file)) as capture:
        capture.load()
        (entry,) = capture.entries
    assert entry.tls
    assert entry.tls.why_not
    assert entry.tls.why_not in told


def test_a_missing_offer_is_said_to_be_undecided() -> None:
    told = lines(manifest.path("pop3-user-pass.pcapng"))
    offered = any("TLS was offered" in line for line in told)
    assert offered != any("one session cannot tell" in line for line in told)
    alone = lines(manifest.path("imap-starttls-removed.pcapng"))
    assert "STARTTLS was not offered. Never there, or removed: one session cannot tell." in alone


def test_with_both_legs_nothing_is_left_open() -> None:
    told = lines(manifest.path("imap-starttls-removed-both-legs.pcapng"))
    assert any("starttls-removed, observed" in line for line in told)
    assert not any("cannot tell" in line for line in told)
