"""dnsmasq, which answers for the two domains."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rig.network import DNS, HOSTS, NET, inside, wait_for_port

_DNSMASQ = """
no-resolv
no-hosts
no-daemon
bind-interfaces
listen-address={dns.ipv4}
pid-file=
user=root
auth-ttl=300
local-ttl=300
local=/example.org/
local=/example.net/
mx-host=example.org,mail.example.org,10
mx-host=example.net,mail.example.net,10
# For the lesson on MX: the first host is down; no MX, only an address; a domain without mail.
mx-host=club.example.net,down.example.net,10
mx-host=club.example.net,mail.example.net,20
host-record=down.example.net,{net.second}
host-record=attic.example.net,{net.ipv4}
mx-host=quiet.example.net,.,0
mx-host=large.example.net,mail.example.net,5
"""
# So many that the answer does not fit into a datagram.
_DNSMASQ += "".join(
    f"mx-host=large.example.net,backup-{number}.a-long-way-from-here.example.net,{number}\n"
    for number in range(10, 30)
)


@contextmanager
def name_server(root: Path) -> Iterator[None]:
    """dnsmasq, which knows the hosts and where mail for the two domains goes."""
    named = [f"host-record={host.fqdn},{host.ipv4}\n" for host in HOSTS.values()]
    config = root / "dnsmasq.conf"
    config.write_text(_DNSMASQ.format(dns=DNS, net=NET) + "".join(named))
    process = subprocess.Popen(
        inside(DNS, ["dnsmasq", f"--conf-file={config}"]), stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(DNS, 53)
        yield
    finally:
        process.terminate()
        process.wait(10)
