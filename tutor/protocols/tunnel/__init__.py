"""What may stand before a mail protocol: SOCKS 4 and 5, HTTP CONNECT, a PROXY header.

A client that goes through a proxy names the mail server to it first. ``detect`` tells such a
client by its first bytes, but only where the port it asks for is a mail port; a ``Preamble`` then
names those bytes and says where, in each direction, the tunnel begins.
"""

from tutor.protocols.tunnel.connect import ConnectPreamble
from tutor.protocols.tunnel.detect import Target, detect, plausible
from tutor.protocols.tunnel.preamble import Preamble
from tutor.protocols.tunnel.proxy import proxy_length, proxy_parts
from tutor.protocols.tunnel.socks import SocksPreamble
from tutor.protocols.tunnel.socks4 import Socks4Preamble

__all__ = [
    "ConnectPreamble",
    "Preamble",
    "Socks4Preamble",
    "SocksPreamble",
    "Target",
    "detect",
    "plausible",
    "proxy_length",
    "proxy_parts",
]
