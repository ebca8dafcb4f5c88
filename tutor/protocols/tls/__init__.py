"""TLS as an observer sees it, with keys and without.

::

    keys = KeyLog.parse(text)                   # empty for a listener
    tls = TlsObserver(layer=0, start=(client_offset, server_offset), keys=keys)
    events = tls.feed(direction, data)          # one for each record
    for plain in tls.take_plaintext(): ...      # what the keys opened
    tls.facts                                   # version, cipher, name, certificate, why not

How it is built, from the wire up: ``records`` cuts, ``messages`` joins handshake messages,
``hello`` and ``certificates`` read them, ``negotiation`` follows the handshake; ``keylog``,
``schedule``, ``openers`` and ``decrypt`` open records; ``names`` and ``suites`` are the registries.
"""

from tutor.protocols.tls.facts import Plaintext, TlsFacts
from tutor.protocols.tls.keylog import KeyLog
from tutor.protocols.tls.observer import TlsObserver

__all__ = ["KeyLog", "Plaintext", "TlsFacts", "TlsObserver"]
