"""One wire and the hosts on it: network namespaces joined by a bridge.

Each host has a single address (/32, /128) and a default route straight onto the wire, so hosts of
different networks meet without a router, and what the bridge sees is what everybody sees.
"""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

WIRE = "rig-wire"
BRIDGE = "wire0"
OFFLOADS = ("tx", "rx", "sg", "tso", "gso", "gro")


@dataclass(frozen=True, slots=True)
class Host:
    """A host: its name, what it calls itself, and its addresses (documentation ranges only)."""

    name: str
    fqdn: str
    ipv4: str
    ipv6: str
    second: str = ""  # another IPv4 address, where most servers do not listen

    @property
    def namespace(self) -> str:
        return f"rig-{self.name}"


LAPTOP = Host("laptop", "laptop.example.org", "192.0.2.10", "2001:db8:2::10")
PHONE = Host("phone", "phone.example.org", "192.0.2.11", "2001:db8:2::11")
DESK = Host("desk", "desk.example.net", "203.0.113.40", "2001:db8:113::40")
DNS = Host("dns", "dns.example.org", "198.51.100.53", "2001:db8:100::53")
ORG = Host("org", "mail.example.org", "198.51.100.25", "2001:db8:100::25", "198.51.100.26")
NET = Host("net", "mail.example.net", "203.0.113.25", "2001:db8:113::25", "203.0.113.26")
MALLORY = Host("mallory", "mallory.example.com", "203.0.113.66", "2001:db8:113::66")
HOSTS = {host.name: host for host in (LAPTOP, PHONE, DESK, DNS, ORG, NET, MALLORY)}


def run(*command: str, check: bool = True) -> str:
    """Run a command quietly and give back its output; its complaints travel with the exception."""
    done = subprocess.run(command, text=True, capture_output=True)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def inside(host: Host, command: Sequence[str]) -> list[str]:
    """The command as it runs on a host: its network, its resolver, its host name."""
    rename = 'hostname "$0" && exec "$@"'
    shell = ["unshare", "--uts", "sh", "-c", rename, host.fqdn, *command]
    return ["ip", "netns", "exec", host.namespace, *shell]


class Network:
    """All hosts on one wire, for the length of a `with` block."""

    def __enter__(self) -> Self:
        self.remove()
        try:
            self._build()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def remove(self) -> None:
        """Take everything away, also what a killed run left behind."""
        existing = run("ip", "netns", "list").split()
        for namespace in [WIRE, *(host.namespace for host in HOSTS.values())]:
            if namespace in existing:
                for process in run("ip", "netns", "pids", namespace, check=False).split():
                    run("kill", "-KILL", process, check=False)
                run("ip", "netns", "del", namespace, check=False)
        for host in HOSTS.values():
            etc = Path("/etc/netns") / host.namespace
            (etc / "resolv.conf").unlink(missing_ok=True)
            if etc.is_dir():
                etc.rmdir()

    def _build(self) -> None:
        run("ip", "netns", "add", WIRE)
        bridge = ["ip", "-n", WIRE, "link"]
        run(*bridge, "add", BRIDGE, "type", "bridge", "mcast_snooping", "0")
        run(*bridge, "set", BRIDGE, "up")
        for number, host in enumerate(HOSTS.values(), start=1):
            self._plug_in(host, number)

    def _plug_in(self, host: Host, number: int) -> None:
        space, port = host.namespace, f"port-{host.name}"
        etc = Path("/etc/netns") / space
        etc.mkdir(parents=True, exist_ok=True)
        (etc / "resolv.conf").write_text(f"nameserver {DNS.ipv4}\n")
        run("ip", "netns", "add", space)
        for setting in ("all", "default"):  # an address is usable at once
            run("ip", "netns", "exec", space, "sysctl", f"net.ipv6.conf.{setting}.accept_dad=0")
        run("ip", "-n", space, "link", "set", "lo", "up")
        peer = ["peer", "name", port, "netns", WIRE]
        run("ip", "-n", space, "link", "add", "eth0", "type", "veth", *peer)
        # 00:00:5e:00:53:xx is the block that RFC 7042 keeps for documentation.
        mac = f"00:00:5e:00:53:{number:02x}"
        run("ip", "-n", space, "link", "set", "eth0", "address", mac)
        run("ip", "-n", WIRE, "link", "set", port, "master", BRIDGE, "up")
        # Without offloads the packets are those of a real wire: small, and with good checksums.
        for where, interface in ((space, "eth0"), (WIRE, port)):
            offloads = [
                word for name in ["tx", "rx", "sg", "tso", "gso", "gro"] for word in (name, "off")
            ]
            run("ip", "netns", "exec", where, "ethtool", "-K", interface, *offloads)
        run("ip", "-n", space, "link", "set", "eth0", "up")
        for address in filter(None, (host.ipv4, host.second)):
            run("ip", "-n", space, "addr", "add", f"{address}/32", "dev", "eth0")
        run("ip", "-n", space, "route", "add", "default", "dev", "eth0", "src", host.ipv4)
        run("ip", "-n", space, "addr", "add", f"{host.ipv6}/128", "dev", "eth0", "nodad")
        run("ip", "-n", space, "-6", "route", "add", "default", "dev", "eth0", "src", host.ipv6)

    def pull_cable(self, host: Host) -> None:
        """Nothing that this host sends or is sent crosses the wire from now on."""
        run("bridge", "-n", WIRE, "link", "set", "dev", f"port-{host.name}", "state", "0")

    def plug_cable(self, host: Host) -> None:
        """The opposite of `pull_cable`."""
        run("bridge", "-n", WIRE, "link", "set", "dev", f"port-{host.name}", "state", "3")


def wait_for_port(host: Host, port: int, patience: float = 20.0, address: str = "") -> None:
    """Wait until a server on this host listens on a TCP port (of an address)."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        listening = run("ip", "netns", "exec", host.namespace, "ss", "-Hltn", f"sport = :{port}")
        if f"{address}:{port}" in listening:
            return
        time.sleep(0.05)
    raise RuntimeError(f"{host.fqdn}: nothing listens on port {port}")
