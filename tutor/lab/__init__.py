"""The lab: mail servers, a relay and scripted clients on loopback, with no privilege at all.

It runs in a process of its own (``python -m tutor.lab``) and imports ``base`` only; the app talks
to it in JSON lines (``tutor.lab.talk``). Nothing here listens on, or connects to, anything but
127.0.0.1: the relay's mischief is for the lab's own two ends and for nobody else's.
"""
