"""Which program may capture here, and what to do where one may not.

Three can, tried in this order. *tcpdump* with ``--immediate-mode`` hands each packet over at once,
and a large buffer loses none; *dumpcap* is what Debian gives to its ``wireshark`` group, and is up
to a quarter of a second late; *Scapy's sniffer*, in a child of its own, is there where neither is.
Which of them may capture is asked by trying. None of it gives a right to Python or to the screen.
"""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tutor.protocols.registry import PORTS
from tutor.words import _

MAIL_FILTER = " or ".join(f"tcp port {port}" for port in sorted(PORTS)) + " or port 53"
"""What is captured unless somebody says otherwise: the mail ports, and DNS."""

ALL_TCP = "tcp or port 53"
"""All of TCP, where mail is found by its content; and DNS."""

_SNIFF = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    "from tutor.sources.sniff import main; sys.exit(main(sys.argv[1:]))"
)
_BUFFER_KIB = 65536
_SNAP = 262144
_TRY_SECONDS = 8
_FORBIDDEN = re.compile(r"permission|permitted|denied", re.IGNORECASE)
_DOWN = re.compile(r"is not up|network is down", re.IGNORECASE)
_WRONG = re.compile(r"syntax error[^)]*|Invalid capture filter")
_INSTALLERS = (("apt", "install"), ("dnf", "install"), ("pacman", "-S"), ("apk", "add"))


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that can capture.

    Attributes:
        name: ``tcpdump``, ``dumpcap`` or ``scapy``.
        late: milliseconds by which packets may come late.
        counts: whether it tells its losses while it runs (else only when it ends).
    """

    name: str
    late: int
    counts: bool

    def command(self, interface: str, expression: str) -> list[str]:
        """What to run: pcap on standard output."""
        if self.name == "tcpdump":
            options = ["--immediate-mode", "-U", "-n", "-B", str(_BUFFER_KIB), "-s", str(_SNAP)]
            return [*self.program(), "-i", interface, *options, "-w", "-", *_after(expression)]
        if self.name == "dumpcap":
            only = ["-f", expression] if expression else []
            buffer = ["-B", str(_BUFFER_KIB >> 10), "-s", str(_SNAP)]
            return [*self.program(), "-q", "-P", *buffer, "-i", interface, *only, "-w", "-"]
        return [*self.program(), interface, expression]

    def trial(self, interface: str, expression: str) -> list[str]:
        """What to run to know whether it may: it opens the interface, and ends."""
        if self.name == "tcpdump":
            return [*self.program(), "-i", interface, "-d", *_after(expression)]
        if self.name == "dumpcap":
            only = ["-f", expression, "-d"] if expression else ["-L"]
            return [*self.program(), "-i", interface, *only]
        return [*self.program(), "--try", interface, expression]

    def program(self) -> list[str]:
        """The program's path; of Scapy's sniffer, how it is run."""
        if self.name == "scapy":
            # what a directory happens to hold is not to be run as root: this very program is
            return [sys.executable, "-P", "-c", _SNIFF, str(Path(__file__).parents[2])]
        return [shutil.which(self.name) or self.name]

    @property
    def installed(self) -> bool:
        """Whether it is there."""
        return self.name == "scapy" or shutil.which(self.name) is not None


TOOLS = (Tool("tcpdump", 3, True), Tool("dumpcap", 250, False), Tool("scapy", 100, True))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a program may not capture, and the command or act that mends it."""

    tool: str
    why: str
    fix: str

    def __str__(self) -> str:
        return f"{self.tool}: {self.why}. {self.fix}"


def usable(interface: str) -> tuple[Tool | None, list[Refusal]]:
    """The first program that may capture here, and why those before it may not."""
    refusals: list[Refusal] = []
    for tool in TOOLS:
        refusal = _refusal(tool, interface)
        if refusal is None:
            return tool, refusals
        refusals.append(refusal)
        if refusal.fix == _up(interface):
            break  # Scapy would listen to it all the same, and hear nothing
    return None, refusals


def filter_trouble(tool: Tool, interface: str, expression: str) -> str | None:
    """What is wrong with a pcap filter; None where nothing is."""
    said = _tried(tool, interface, expression)
    if said is None:
        return None
    found = _WRONG.search(said)
    return found[0] if found else said


def _refusal(tool: Tool, interface: str) -> Refusal | None:
    if not tool.installed:
        return Refusal(tool.name, _("is not installed"), _install(tool.name))
    said = _tried(tool, interface, "")
    if said is None:
        return None
    if _DOWN.search(said):
        return Refusal(tool.name, _("the interface is down"), _up(interface))
    if _FORBIDDEN.search(said):
        return Refusal(tool.name, _("may not capture as {user}").format(user=_user()), _allow(tool))
    return Refusal(tool.name, said, _("wiretutor live -i NAME takes another interface."))


def _tried(tool: Tool, interface: str, expression: str) -> str | None:
    """What a program says where it may not; None where it may."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system's, arguments are ours
            tool.trial(interface, expression),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TRY_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = done.stderr.decode("utf-8", "replace").splitlines()
    lines = [line.strip().removeprefix(f"{tool.name}: ") for line in said if line.strip()]
    # dumpcap ends with 0 all the same where a filter is wrong
    telling = [line for line in lines if _WRONG.search(line)]
    if done.returncode == 0 and not telling:
        return None
    telling += [line for line in lines if _FORBIDDEN.search(line)] + lines
    words = telling[0] if telling else _("it ended with code {n}").format(n=done.returncode)
    return words.rstrip(".")


def _up(interface: str) -> str:
    linux = sys.platform.startswith("linux")
    return f"sudo ip link set {interface} up" if linux else f"sudo ifconfig {interface} up"


def _install(name: str) -> str:
    package = "wireshark-common" if name == "dumpcap" and shutil.which("apt") else name
    for program, word in _INSTALLERS:
        if shutil.which(program):
            return f"sudo {program} {word} {package}"
    return f"brew install {'wireshark' if name == 'dumpcap' else name}"


def _allow(tool: Tool) -> str:
    """The exact way to the right: for dumpcap alone it lasts, and asks for no root each time."""
    if os.geteuid() == 0:
        options = "--cap-add=NET_RAW --cap-add=NET_ADMIN"
        return _("Here root may not either; a container needs {options}").format(options=options)
    if tool.name != "dumpcap":
        # sudo does not look where people install for themselves: the whole path
        ours = shutil.which("wiretutor") or f"{sys.executable} -m tutor"
        return _("With rights for this once: {command}").format(command=f"sudo {ours} live")
    if sys.platform == "darwin":
        return _("Install Wireshark's ChmodBPF; it comes with Wireshark.")
    program = tool.program()[0]
    if Path("/etc/debian_version").exists():
        return (
            f"sudo dpkg-reconfigure wireshark-common && sudo usermod -aG wireshark {_user()}; "
            + _("then log in again.")
        )
    return f"sudo setcap cap_net_raw,cap_net_admin+eip {program}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "$USER"


def _after(expression: str) -> list[str]:
    return ["--", expression] if expression else []
