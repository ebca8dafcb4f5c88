"""What belongs to the lab: mischief is for that, and for nobody else."""

from __future__ import annotations

import ipaddress
from contextlib import suppress

LAB_HOST = "127.0.0.1"


class Refused(Exception):  # noqa: N818 - it is what happens, and no fault of the code
    """Mischief was asked for where an end is not the lab's own."""


def only_the_lab(*hosts: str) -> None:
    """Refuse every host but this machine's loopback.

    Raises:
        Refused: one of them is another. A name is one, too: who knows where it leads.
    """
    for host in hosts:
        with suppress(ValueError):
            if ipaddress.ip_address(host).is_loopback:
                continue
        raise Refused(f"{host}: only the lab's own ends on loopback may be attacked")
