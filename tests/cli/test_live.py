"""``wiretutor live`` as linear text: who may not, what is wrong, and how it ends."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.flood import Flood, began, each_once
from tests.tui.stage import ROOT
from tutor.cli import main, sudo
from tutor.sources.growing import INTERVAL

NOBODY = 65534
APP = [sys.executable, "-m", "tutor"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
rooted = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("tcpdump") is None, reason="needs root and tcpdump"
)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*APP, *words], capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def capturing(port: int) -> bool:
    """Whether a program still captures with a filter for this port."""
    wanted = f"tcp port {port}".encode()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in words and any(word.endswith(b"tcpdump") for word in words):
            return True
    return False


def until(true: object, seconds: float = 15) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


# said before anything starts


def test_without_an_interface_they_are_named() -> None:
    done = CliRunner().invoke(main, ["live", "--plain"])
    assert "name an interface with -i: " in str(done.exception)


def test_an_interface_that_is_not_there() -> None:
    done = CliRunner().invoke(main, ["live", "--plain", "--yes", "-i", "nope0"])
    assert "there is no interface nope0; there are: " in str(done.exception)


def test_leave_to_listen_is_asked_for_and_loopback_needs_none() -> None:
    done = run("live", "--plain", "-i", "nope0")
    assert done.returncode == 2
    assert "other people's mail" in done.stderr
    assert "--yes" in done.stderr


def test_a_recording_that_is_there(tmp_path: Path) -> None:
    keep = tmp_path / "r.pcapng"
    keep.write_bytes(b"mine")
    for command in (["live", "--plain", "-i", "lo"], ["lab", "--plain"]):
        done = run(*command, "--keep", str(keep))
        assert done.returncode == 3
        assert "is there already" in done.stderr
    assert keep.read_bytes() == b"mine"


@rooted
def test_a_filter_that_is_none() -> None:
    done = run("live", "--plain", "-i", "lo", "bogus words")
    assert done.returncode == 2
    assert "syntax error" in done.stderr
    assert "man pcap-filter" in done.stderr


def refusals(*before: str) -> dict[str, str]:
    """What ``live`` says of each program to one who may not capture."""
    done = subprocess.run(
        [*before, *APP, "live", "--plain", "-i", "lo"], capture_output=True, text=True,
        check=False, timeout=60, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = [line.strip() for line in done.stderr.splitlines()]
    return {line.partition(":")[0]: line for line in lines}


@rooted
def test_nobody_is_told_for_each_program_why_not_and_the_exact_fix() -> None:
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    try:
        subprocess.run([*become, *APP, "--version"], check=True, env=ENVIRONMENT,
                       capture_output=True)  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("nobody may not run this Python")
    said = refusals(*become)
    assert re.search(r"sudo \S+.* live", said["tcpdump"])
    assert "may not capture as nobody" in said["scapy"]
    if shutil.which("dumpcap"):
        assert re.search(r"sudo (setcap cap_net_raw|dpkg-reconfigure)", said["dumpcap"])


@rooted
def test_root_in_a_container_that_may_not_is_told_what_the_container_needs() -> None:
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if (
        shutil.which("setpriv") is None
        or subprocess.run([*bare, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("setpriv cannot take rights away here")
    said = refusals(*bare)
    for name in ("tcpdump", "scapy"):
        assert "--cap-add=NET_RAW" in said[name]


# rights


def test_rights_go_to_who_called_sudo_and_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, object]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "initgroups", lambda _name, group: done.append(("groups", group)))
    monkeypatch.setattr(os, "setgid", lambda group: done.append(("group", group)))
    monkeypatch.setattr(os, "setuid", lambda user: done.append(("user", user)))
    monkeypatch.delenv("SUDO_UID", raising=False)
    assert not sudo.drop()
    monkeypatch.setenv("SUDO_UID", "0")
    assert not sudo.drop()
    assert done == []
    monkeypatch.setenv("SUDO_UID", str(NOBODY))
    for name in ("HOME", "USER", "LOGNAME"):
        monkeypatch.setenv(name, "root")
    assert sudo.drop()
    assert [what for what, _number in done] == ["groups", "group", "user"]
    assert done[-1] == ("user", NOBODY)
    assert os.environ["HOME"] != "root"


# a real interface


@rooted
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_end_it_keeps_the_recording_and_leaves_no_child(
    number: signal.Signals, tmp_path: Path
) -> None:
    keep, traffic = tmp_path / "r.pcapng", Flood()
    command = [*APP, "live", "--plain", "-i", "lo", "--keep", str(keep), f"tcp port {traffic.port}"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT
    ) as it:
        until(lambda: began(keep))
        assert capturing(traffic.port)
        sent = traffic.run(pace=100, seconds=0.5)
        time.sleep(0.3)
        it.send_signal(number)
        said = it.communicate(timeout=20)[0]
        assert it.returncode == 128 + number
    assert f"Saved: {keep}" in said
    assert "Client: a0000000 NOOP" in said
    until(lambda: not capturing(traffic.port))
    assert run("analyze", str(keep)).returncode == 0
    assert each_once(keep.read_bytes(), sent)


@rooted
@pytest.mark.slow
def test_killed_at_random_moments_every_recording_opens(tmp_path: Path) -> None:
    """SIGKILL to the whole group, twenty times: what is older than the interval is there."""
    dice = random.Random(4)
    for trial in range(20):
        keep, traffic = tmp_path / f"{trial}.pcapng", Flood()
        command = [*APP, "live", "--plain", "-i", "lo", "--keep", str(keep),
                   f"tcp port {traffic.port}"]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, env=ENVIRONMENT, start_new_session=True
        ) as it:
            until(lambda path=keep: began(path))
            thread = threading.Thread(target=traffic.run, args=(1500, 3.0))
            thread.start()
            time.sleep(dice.uniform(0.1, 2.9))
            sent = traffic.sent_before(INTERVAL)
            os.killpg(it.pid, signal.SIGKILL)
            it.wait(20)
            thread.join()
        data = keep.read_bytes()
        assert not sent or each_once(data, sent)
        assert run("analyze", str(keep)).returncode == 0
        if shutil.which("tshark"):
            subprocess.run(["tshark", "-r", str(keep)], check=True, capture_output=True)
        until(lambda port=traffic.port: not capturing(port))


@pytest.mark.slow
def test_a_lab_killed_at_random_moments_leaves_a_recording_that_opens(tmp_path: Path) -> None:
    dice = random.Random(5)
    scenes = "imap-login\npop3-user\nsmtp-submit\nimap-starttls\n" * 20
    for trial in range(20):
        keep = tmp_path / f"{trial}.pcapng"
        with subprocess.Popen(
            [*APP, "lab", "--plain", "--keep", str(keep)], stdin=subprocess.PIPE, text=True,
            stdout=subprocess.DEVNULL, env=ENVIRONMENT, start_new_session=True,
        ) as it:  # fmt: skip
            assert it.stdin
            it.stdin.write(scenes)
            it.stdin.flush()
            until(lambda path=keep: path.exists() and path.stat().st_size > 2000)
            time.sleep(dice.uniform(0, 1.5))
            before = keep.read_bytes()
            os.killpg(it.pid, signal.SIGKILL)
            it.wait(20)
        assert keep.read_bytes().startswith(before)
        assert run("analyze", str(keep)).returncode == 0
        if shutil.which("tshark"):
            subprocess.run(["tshark", "-r", str(keep)], check=True, capture_output=True)


@rooted
def test_a_pipe_from_tcpdump_is_said_line_by_line(tmp_path: Path) -> None:
    traffic = Flood()
    dump = f"tcpdump -i lo -U --immediate-mode -w - 'tcp port {traffic.port}' 2>/dev/null"
    line = f"{dump} | {sys.executable} -m tutor open - --plain"
    with subprocess.Popen(
        ["sh", "-c", line], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
        start_new_session=True,
    ) as it:  # fmt: skip
        until(lambda: capturing(traffic.port))
        time.sleep(0.5)
        traffic.run(pace=50, seconds=0.2)
        assert it.stdout
        said = ""
        while "a0000003 NOOP" not in said:  # while tcpdump still runs
            said += it.stdout.readline()
        os.killpg(it.pid, signal.SIGTERM)
        it.wait(20)


def test_no_secret_is_in_what_a_recording_says_of_itself(tmp_path: Path) -> None:
    """Packets hold what was said; comments, names and filters of the file do not."""
    keep = tmp_path / "r.pcapng"
    done = subprocess.run(
        [*APP, "lab", "--plain", "--keep", str(keep)], input="imap-login\n", text=True,
        capture_output=True, check=True, timeout=60, env=ENVIRONMENT,
    )  # fmt: skip
    assert "done" in done.stdout
    data, at = keep.read_bytes(), 0
    while at < len(data):
        kind, size = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (0, 4))
        if kind != 6:
            for secret in (b"correct-horse", b"Y29ycmVjdC1ob3JzZ", b"alice"):
                assert secret not in data[at : at + size]
        at += size
