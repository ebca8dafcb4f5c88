"""Real mail programs against the lab, through the relay: each skips where it is not installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lab.running import Running

USER, PASSWORD, TOKEN = "alice@example.org", "correct-horse", "lab-token-alice"
SECONDS = 30


def run(
    *command: str, typed: str = "", home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program; skip where there is none."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TERM": "xterm",
        "HOME": str(home or "/"),
    }
    return subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environment,
    )


@pytest.mark.parametrize(
    ("service", "path", "security"),
    [
        ("imap", "/INBOX;UID=1", "plaintext"),
        ("imap", "/INBOX;UID=1", "starttls"),
        ("imaps", "/INBOX;UID=1", "tls"),
        ("pop3", "/1", "plaintext"),
        ("pop3", "/1", "starttls"),
        ("pop3s", "/1", "tls"),
    ],
)
def test_curl_reads(lab: Running, service: str, path: str, security: str) -> None:
    lab.sessions()
    trust = ["--cacert", lab.ready.authority]
    insist = ["--ssl-reqd", *trust] if security == "starttls" else trust
    url = f"{service}://127.0.0.1:{lab.port(service)}{path}"
    done = run("curl", "-sS", *insist, "-u", f"{USER}:{PASSWORD}", url)
    assert "At noon, by the fountain?" in done.stdout, done.stderr
    (session,) = lab.sessions(1)
    assert session["security"] == security
    assert session["credentials"][0]["accepted"] is True


@pytest.mark.parametrize(("service", "security"), [("smtp", "starttls"), ("smtps", "tls")])
def test_curl_sends(lab: Running, tmp_path: Path, service: str, security: str) -> None:
    message = tmp_path / "message"
    message.write_text("From: Alice\nTo: Bob\nSubject: Dots\n\n.one\n..two\n.\nlast\n")
    lab.sessions()
    done = run(
        *("curl", "-sS", "--ssl-reqd", "--cacert", lab.ready.authority, "-u", f"{USER}:{PASSWORD}"),
        *("--mail-from", USER, "--mail-rcpt", "bob@example.org", "-T", str(message)),
        f"{service}://127.0.0.1:{lab.port(service)}",
    )
    assert done.returncode == 0, done.stderr
    (session,) = lab.sessions(1)
    assert session["security"] == security


@pytest.mark.parametrize("service", ["imap", "pop3", "smtp"])
@pytest.mark.parametrize(("token", "code"), [(TOKEN, 0), ("wrong", 67)])
def test_a_token_is_taken_or_refused(
    lab: Running, tmp_path: Path, service: str, token: str, code: int
) -> None:
    message = tmp_path / "message"
    message.write_text("Subject: token\n\nhello\n")
    lab.sessions()
    send = ("--mail-from", USER, "--mail-rcpt", "bob@example.org", "-T", str(message))
    done = run(
        *("curl", "-sS", "--oauth2-bearer", token, "-u", USER, "--login-options", "AUTH=XOAUTH2"),
        *(send if service == "smtp" else ()),
        f"{service}://127.0.0.1:{lab.port(service)}/",
    )
    assert done.returncode == code, done.stderr
    (session,) = lab.sessions(1)
    (login,) = session["credentials"]
    assert (login["mechanism"], login["strength"]) == ("XOAUTH2", "token")
    # curl hangs up on a refused token: the last word is not said then
    assert (login["accepted"] is True) == (code == 0)


@pytest.mark.parametrize(
    ("mechanism", "said", "strength"),
    [
        ("PLAIN", "PLAIN", "encoded"),
        ("LOGIN", "AUTH LOGIN", "encoded"),
        ("CRAM-MD5", "CRAM-MD5", "hashed"),
    ],
)
@pytest.mark.parametrize("tls", ["", "-tls"])
def test_swaks(lab: Running, mechanism: str, said: str, strength: str, tls: str) -> None:
    lab.sessions()
    done = run(
        *("swaks", "-s", "127.0.0.1", "-p", str(lab.port("smtp")), "-f", USER, "--pipeline"),
        *("-t", "bob@example.org", "-a", mechanism, "-au", USER, "-ap", PASSWORD),
        *([tls] if tls else []),
    )
    if "requires" in done.stdout + done.stderr:
        pytest.skip("swaks lacks a Perl module")
    assert done.returncode == 0, done.stdout
    (session,) = lab.sessions(1)
    (login,) = session["credentials"]
    assert login["mechanism"] == said
    assert login["strength"] == ("protected" if tls else strength)


@pytest.mark.parametrize(
    ("service", "typed", "answer"),
    [
        ("imap", "a LOGOUT\n", "a OK"),
        ("pop3", "QUIT\n", "+OK bye"),
        ("smtp", "QUIT\n", "221 "),
    ],
)
@pytest.mark.parametrize("secure", [False, True])
def test_openssl(lab: Running, service: str, typed: str, answer: str, secure: bool) -> None:
    port = lab.port(service + "s" if secure else service)
    done = run(
        *("openssl", "s_client", "-quiet", "-crlf", "-connect", f"127.0.0.1:{port}"),
        *("-verify_return_error", "-CAfile", lab.ready.authority),
        *([] if secure else ["-starttls", service]),
        typed=typed,
    )
    assert answer in done.stdout, done.stderr


def test_openssl_will_not_have_mallorys_certificate(lab: Running) -> None:
    lab.turn("unknown-issuer")
    done = run(
        *("openssl", "s_client", "-connect", f"127.0.0.1:{lab.port('imaps')}"),
        *("-verify_return_error", "-CAfile", lab.ready.authority),
    )
    assert done.returncode != 0
    assert "verify error" in done.stdout + done.stderr


MBSYNC = """
IMAPAccount lab
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType {tls}
{trust}
IMAPStore far
Account lab

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel lab
{ends}
Patterns INBOX
Create Near
Sync All
Expunge Both
"""
_OLD_ENDS = "Master :far:\nSlave :near:"
_ENDS = "Far :far:\nNear :near:"


def test_mbsync_reads_marks_and_appends(lab: Running, tmp_path: Path) -> None:
    """A full mail client: it copies INBOX, then takes back a flag and a message of its own."""
    said = run("mbsync", "--version")
    old = said.stdout.split()[-1] < "1.4"
    folder = tmp_path / "mail"
    folder.mkdir()
    config = tmp_path / "mbsyncrc"
    config.write_text(
        MBSYNC.format(
            port=lab.port("imap"),
            user=USER,
            password=PASSWORD,
            tls="None",
            trust="AuthMechs LOGIN\n",
            folder=folder,
            ends=_OLD_ENDS if old else _ENDS,
        )
    )
    lab.sessions()
    command = ("mbsync", "-c", str(config), "lab")
    first = run(*command, home=tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    files = list((folder / "INBOX").glob("*/*"))
    mine = [path for path in files if b"by the fountain" in path.read_bytes()]
    assert mine
    new = folder / "INBOX" / "new"
    mine[0].rename(folder / "INBOX" / "cur" / (mine[0].name.partition(":2,")[0] + ":2,FS"))
    (new / "1.mine.laptop").write_text("From: Alice\nSubject: Mine\n\nFrom my laptop.\n")
    second = run(*command, home=tmp_path)
    assert second.returncode == 0, second.stdout + second.stderr
    box = lab.imap()
    found = box.search(None, "FLAGGED")[1][0].split()
    assert len(found) == 1
    assert box.search(None, "BODY", '"From my laptop."')[1][0]
    box.store(found[0], "-FLAGS", "\\Flagged")
    box.logout()


def test_mutt_reads(lab: Running, tmp_path: Path) -> None:
    """Mutt in batch mode: it logs in, opens INBOX, prints a message and leaves."""
    url = f"imap://127.0.0.1:{lab.port('imap')}/INBOX"
    settings = [
        f'set folder="{url}"',
        f'set imap_user="{USER}"',
        f'set imap_pass="{PASSWORD}"',
        "set ssl_starttls=no",
        "set ssl_force_tls=no",
        "unset wait_key",
        "unset confirmappend",
        "set quit=yes",
        "set print=yes",
        f'set print_command="cat > {tmp_path}/printed"',
        'push "<search>~s Lunch<enter><print-message><quit>"',
    ]
    (tmp_path / ".muttrc").write_text("\n".join(settings) + "\n")
    lab.sessions()
    if shutil.which("script") is None:
        pytest.skip("script is not installed: mutt wants a terminal")
    if shutil.which("mutt") is None:
        pytest.skip("mutt is not installed")
    command = f"mutt -n -F {tmp_path}/.muttrc -f {url}"
    run("script", "-qec", command, "/dev/null", home=tmp_path)
    assert "by the fountain" in (tmp_path / "printed").read_text()
    (session,) = lab.sessions(1)
    assert session["credentials"][0]["accepted"] is True
