"""One conversation: which protocol it speaks, its layers, its steps.

``Conversation`` is fed with what TCP reassembly gives and lets a ``Session`` grow: an
append-only log of events over layers of bytes. A live session and a finished one are the
same thing. Nothing here knows where packets come from.
"""

from tutor.session.asking import LookupSession, Message, lookup_sessions
from tutor.session.conversation import Conversation
from tutor.session.eyes import Eye, visible
from tutor.session.layer import Layer
from tutor.session.scribe import Options
from tutor.session.session import Session

__all__ = [
    "Conversation",
    "Eye",
    "Layer",
    "LookupSession",
    "Message",
    "Options",
    "Session",
    "lookup_sessions",
    "visible",
]
