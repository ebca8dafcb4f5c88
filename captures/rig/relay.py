"""Mallory's program: a relay between client and server that changes what it passes on.

`python3 -m rig.relay PLAN`, a JSON object: where to `listen`, where the `server` is, and patterns
with what takes their place in what goes `to_client` and `to_server`; what matches a pattern of
`answered` goes nowhere: the client gets the replacement from Mallory. With `secured` she speaks TLS
with the server herself, by the STARTTLS that she hides from the client.
"""

import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rig.clients import context
from rig.network import MALLORY, ORG, inside, wait_for_port
from rig.stage import Stage

Changes = Mapping[str, str]
LOOKED_AT = 10  # segments of each direction; what comes later may be TLS and stays as it is


def _changed(data: bytes, changes: Changes) -> bytes:
    for pattern, new in changes.items():
        data = re.sub(pattern.encode(), new.encode(), data)
    return data


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except ConnectionResetError:
        return b""


def _pass_on(
    source: socket.socket, target: socket.socket, changes: Changes, answered: Changes
) -> None:
    """Pass one direction on until its end; what `answered` matches goes back."""
    for number in range(sys.maxsize):
        data = _received(source)
        if not data:
            break
        if number < LOOKED_AT:
            data = _changed(data, changes)
            if any(re.fullmatch(pattern.encode(), data) for pattern in answered):
                source.sendall(_changed(data, answered))
                continue
        target.sendall(data)
    for end in (target, source):  # who closes a mail session has nothing more to hear
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_WR)


def _serve(client: socket.socket, plan: Mapping[str, Changes], server: tuple[str, int]) -> None:
    onward = socket.create_connection(server)
    for end in (client, onward):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if plan["secured"]:
        client.sendall(_changed(_received(onward), plan["to_client"]))
        onward.sendall(b"m1 STARTTLS\r\n")
        if not _received(onward).startswith(b"m1 OK"):
            raise SystemExit("the server has no TLS")
        onward = context().wrap_socket(onward, server_hostname="mail.example.org")
    back = threading.Thread(target=_pass_on, args=(onward, client, plan["to_client"], {}))
    back.start()
    _pass_on(client, onward, plan["to_server"], plan["answered"])
    back.join()
    client.close()
    onward.close()


def main() -> None:
    """Relay one connection after the other."""
    plan = json.loads(sys.argv[1])
    listener = socket.create_server(tuple(plan["listen"]))
    while True:
        _serve(listener.accept()[0], plan, tuple(plan["server"]))


@contextmanager
def relay(stage: Stage, port: int, **changes: Changes) -> Iterator[None]:
    """Mallory's relay runs on her host, in front of mail.example.org."""
    plan: dict[str, object] = {
        "to_client": {},
        "to_server": {},
        "answered": {},
        "secured": {},
        **changes,
    }
    plan |= {"listen": [MALLORY.ipv4, port], "server": [ORG.ipv4, port]}
    command = ["/usr/bin/python3", "-B", "-m", "rig.relay", json.dumps(plan)]
    process = subprocess.Popen(inside(MALLORY, command), env=stage.environment())
    try:
        wait_for_port(MALLORY, port)
        yield
    finally:
        process.terminate()
        process.wait(5)


if __name__ == "__main__":
    main()
