"""The sessions of one flow: a pair of endpoints may hold several connections, one after another."""

from __future__ import annotations

from tutor.base import Endpoint
from tutor.findings import CredentialFold, RuleFold
from tutor.session import Conversation, Options, Session
from tutor.streams import Connection, Reuse, Segment, StreamItem

MOST_CONNECTIONS = 4096
"""Connections of the same two ends that are read; packets of others are counted."""

OVERHEAD = 4096
"""Bytes of memory that a connection costs at least."""


class Growing:
    """One connection that is being read: its reassembler, its conversation, its folds."""

    def __init__(self, options: Options, ports: frozenset[int], hint: Endpoint | None) -> None:
        self._options = options
        self._hint = hint
        self.connection = Connection(hint, ports)
        self.conversation: Conversation | None = None
        self.finished = False
        self._credentials: CredentialFold | None = None
        self._rules: RuleFold | None = None

    @property
    def session(self) -> Session | None:
        """The session so far; None before the first item."""
        return self.conversation.session if self.conversation else None

    @property
    def reversed(self) -> bool:
        """Whether the ends were taken the wrong way round; a second reading takes a hint."""
        return self._hint is None and self.conversation is not None and self.conversation.reversed

    def feed(self, segment: Segment) -> None:
        """Take the next segment."""
        self._take(self.connection.feed(segment))

    def finish(self) -> None:
        """Nothing more comes."""
        if self.finished:
            return
        self._take(self.connection.finish())
        if self.conversation:
            self.conversation.finish()
        self.finished = True

    def folds(self) -> tuple[CredentialFold, RuleFold] | None:
        """The folds, brought up to date; None before the first item."""
        if self.session is None:
            return None
        if self._credentials is None or self._rules is None:
            self._credentials = CredentialFold(self.session)
            self._rules = RuleFold(self.session)
        self._credentials.update()
        self._rules.update()
        return self._credentials, self._rules

    def _take(self, items: list[StreamItem]) -> None:
        for item in items:
            if self.conversation is None:
                client, server = self.connection.client, self.connection.server
                if client is None or server is None:
                    return
                self.conversation = Conversation(0, client, server, self._options)
            self.conversation.take(item)


class FlowSessions:
    """The connections of a flow, in order.

    Args:
        options: keys and ports.
        ports: server ports that tell the server where no SYN was seen.
        hint: the client's end, on a second reading.
    """

    def __init__(
        self, options: Options, ports: frozenset[int], hint: Endpoint | None = None
    ) -> None:
        self._options = options
        self._ports = ports
        self._hint = hint
        self._reuse = Reuse()
        self._full = False
        self.unread = 0  # packets beyond the last connection that is read
        self.all: list[Growing] = []

    def feed(self, segment: Segment) -> None:
        """Take the next segment of the flow."""
        current = self.all[-1].connection if self.all else None
        for anew, told in self._reuse.feed(segment, current):
            self._take(told, anew=anew)

    def _take(self, segment: Segment, *, anew: bool) -> None:
        if anew:
            if self.all:
                self.all[-1].finish()
            if len(self.all) >= MOST_CONNECTIONS:
                self._full = True
        if self._full:
            self.unread += 1
            return
        if anew:
            self.all.append(Growing(self._options, self._ports, self._hint))
        self.all[-1].feed(segment)

    @property
    def disordered(self) -> bool:
        """Whether the segments are better read once more, ``in_causal_order``."""
        return any(growing.connection.disordered for growing in self.all)

    def finish(self) -> None:
        """Nothing more comes."""
        for anew, told in self._reuse.finish():
            self._take(told, anew=anew)
        if self.all:
            self.all[-1].finish()

    def better_hint(self) -> Endpoint | None:
        """The client's end, where the bytes show that the first guess was wrong."""
        for growing in self.all:
            if growing.reversed and growing.session:
                return growing.session.server
        return None

    def unread_packets(self) -> int:
        """Packets that were not read, because there are too many connections or bytes."""
        return self.unread + sum(g.session.unread for g in self.all if g.session)

    def kept_bytes(self) -> int:
        """About how many bytes they take in memory."""
        sizes = (growing.session.size if growing.session else 0 for growing in self.all)
        return sum(size + OVERHEAD for size in sizes)
