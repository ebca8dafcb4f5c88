"""Interfaces and their counts."""

from __future__ import annotations

import socket

from tutor.sources.interfaces import LOOPBACK, interfaces, parse_netstat

NETSTAT = """\
Name       Mtu   Network       Address            Ipkts Ierrs     Ibytes    Opkts Oerrs     Obytes  Coll
lo0        16384 <Link#1>                        105370     0   33121122   105370     0   33121122     0
lo0        16384 127           127.0.0.1         105370     -   33121122   105370     -   33121122     -
gif0*      1280  <Link#2>                             0     0          0        0     0          0     0
en0        1500  <Link#4>    a4:5e:60:00:00:01  2001500     0 2100000000  1000500     0  120000000     0
en0        1500  192.0.2     192.0.2.7          2001500     - 2100000000  1000500     -  120000000     -
"""  # noqa: E501 - as it is printed


def test_all_interfaces_are_listed_and_loopback_is_one() -> None:
    names = {each.name for each in interfaces()}
    assert names == {name for _, name in socket.if_nameindex()}
    assert names & LOOPBACK


def test_the_table_of_netstat_is_read_with_and_without_addresses() -> None:
    counts = parse_netstat(NETSTAT)
    assert counts == {"lo0": 105370, "gif0": 0, "en0": 3002000}


def test_another_table_tells_nothing() -> None:
    assert parse_netstat("") == {}
    assert parse_netstat("Kernel Interface table\nIface MTU RX-OK\nlo 65536 1\n") == {}
