"""A capture: sessions found while it is read, each opened when it is asked for.

``advance`` does one slice of work and returns, so that a screen stays alive; ``load`` does all of
it. Sessions whose bytes would fill the memory are let go and read again, through the index of
offsets, when somebody opens them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tutor.base import CaptureError, Endpoint
from tutor.capture.entry import Entry, describe
from tutor.capture.growing import FlowSessions
from tutor.capture.keys import beside, read_keys
from tutor.capture.lookups import Lookup, Lookups
from tutor.capture.ties import tie
from tutor.findings import FileFinding, across
from tutor.protocols.registry import PORTS, suggests_mail
from tutor.protocols.tls import KeyLog
from tutor.session import Options, Session
from tutor.sources import Flow, Index, Wanted, dissect, open_source
from tutor.streams import Segment, in_causal_order
from tutor.words import _

KEEP_BYTES = 4 << 20
"""Payload of finished sessions that stays in memory."""

LIVE_BYTES = 256 << 20
"""What sessions that still grow may hold together; the others wait for the end of the file."""

_COPY = 1 << 20

TOO_LONG: Final = "too long to be read whole"
"""The word for packets of a session that were not read."""


@dataclass(slots=True)
class _Read:
    """How far one flow of the index has been read."""

    flow: Flow
    sessions: FlowSessions | None = None
    fed: int = 0
    keys: KeyLog = field(default_factory=KeyLog)  # what its sessions were read with
    ids: dict[int, int] | None = None  # position in the flow -> session id
    hint: Endpoint | None = None
    unread: int = 0  # packets not read, because there are too many connections or bytes
    size: int = 0  # of what is held while it grows
    put_off: bool = False  # not read further before the file ends: too much grows at once
    disordered: bool = False
    causal: bool = False  # its segments are not read in the order of the file
    finished: bool = False


class Capture:
    """One opened capture. A context manager: leaving it closes the file.

    Args:
        path: the file, or ``-`` for standard input.
        keys: paths of TLS key logs; keys beside the file and inside it are used as well.
        ports: what a port speaks, where the user told.
        everything: list conversations that are not mail too.
        follow: the file is still being written: its end is not the end; while it is empty, and
            while a pipe is, this waits.

    Raises:
        CaptureError: it cannot be read at all.
    """

    def __init__(
        self,
        path: str,
        *,
        keys: tuple[str, ...] = (),
        ports: Mapping[int, str] | None = None,
        everything: bool = False,
        follow: bool = False,
    ) -> None:
        self.path = path
        self.name = "-" if path == "-" or path.startswith("/dev/fd/") else Path(path).name
        self._ports = dict(ports or {})
        self._everything = everything
        self._keys = beside(path)
        for name in keys:
            self._keys = self._keys | read_keys(name)
        self._source = open_source(path, follow=follow)
        wanted = Wanted(
            ports=frozenset(PORTS) | frozenset(self._ports),
            looks_like=suggests_mail,
            all_tls=everything or bool(self._keys),
            all_flows=everything,
        )
        self._index = Index(self._source, wanted)
        self._server_ports = frozenset(PORTS) | frozenset(self._ports)
        self._reads: list[_Read] = []
        self._by_id: dict[int, tuple[_Read, int]] = {}
        self._entries: dict[int, Entry] = {}
        self._last_id = 0
        self._reopened: tuple[_Read, FlowSessions] | None = None
        self._live: dict[int, _Read] = {}  # what grows; who grew last is last
        self._held = 0  # bytes that these hold
        self._whole = False
        self._lookups = Lookups(self._source, self._index)
        self._tied: tuple[tuple[int, bool], tuple[Lookup, ...]] = ((-1, False), ())
        self._secrets = 0  # secrets of the file already taken
        self._kept = 0  # bytes of finished sessions in memory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    # what the file says of itself

    @property
    def format(self) -> str:
        """``pcap``, ``pcapng`` (gzip is not a format of its own)."""
        return self._source.format

    @property
    def packets(self) -> int:
        """Packets read so far."""
        return self._source.packets

    @property
    def damaged(self) -> str | None:
        """What is wrong with the file and what was still read; None where nothing is."""
        return self._source.damaged

    @property
    def skipped(self) -> Mapping[str, int]:
        """What was not looked into, by name, with packet counts."""
        unread = sum(read.unread for read in self._reads)
        return {**self._source.skipped, **({TOO_LONG: unread} if unread else {})}

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """DNS look-ups, in the order of their questions, tied to the sessions they led to."""
        state = (self.packets, self._whole)
        if self._tied[0] != state:
            self._tied = (state, tie(self._lookups.all, self.entries))
        return self._tied[1]

    def lookups_before(self, number: int) -> tuple[Lookup, ...]:
        """The look-ups that led to the session with that id."""
        return tuple(lookup for lookup in self.lookups if number in lookup.sessions)

    def lookup_sessions(self) -> tuple[Session, ...]:
        """The look-ups as sessions (protocol ``dns``), one for each client that asked.

        They are for lessons: they are none of ``entries``, have no id, and count nowhere.
        """
        return self._lookups.sessions()

    def save(self, path: str) -> None:
        """Copy what was read so far into a new file, in whole records.

        Raises:
            OSError: it cannot be written, or is there already.
            CaptureError: the capture cannot be read any more.
        """
        end, at = self._index.position, 0
        with Path(path).open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            while at < end and (data := self._source.read(min(_COPY, end - at), at)):
                at += out.write(data)

    # reading

    def advance(self, budget: int = 1 << 18) -> bool:
        """Do one slice of reading: ``budget`` bytes of the file. False at its end, for now."""
        more = self._index.advance(budget)
        self._update()
        return more

    def load(self) -> None:
        """Read all of it."""
        for _slice in self._index.walk(1 << 21):
            pass
        self._whole = True
        self._update()
        self.finish()

    def finish(self) -> None:
        """The file ends here: give out what was unfinished."""
        self._whole = True
        self._lookups.finish()
        for read in self._reads:
            self._finish(read)

    @property
    def growing(self) -> bool:
        """Whether more may come: a pipe that is open, a file that is followed."""
        return self._source.growing

    def listen(self, news: Callable[[], None]) -> None:
        """Call ``news``, in another thread, when what is still growing has grown or ended."""
        self._source.listen(news)

    @property
    def entries(self) -> list[Entry]:
        """The sessions found so far, in order of their ids."""
        return [self._entries[number] for number in sorted(self._entries)]

    @property
    def findings(self) -> tuple[FileFinding, ...]:
        """Verdicts that need more than one session."""
        return across(self.entries)

    def rules(self) -> set[str]:
        """Names of all rules that were found."""
        in_sessions = {f.rule for entry in self._entries.values() for f in entry.findings}
        return in_sessions | {finding.rule for finding in self.findings}

    def session(self, number: int) -> Session:
        """The session with that id.

        Raises:
            KeyError: there is none.
            CaptureError: it must be read again, and the file has shrunk since.
        """
        read, place = self._by_id[number]
        if read.sessions is not None:
            return self._session_at(read.sessions, place)
        if self._reopened is None or self._reopened[0] is not read:
            self._reopened = None  # let go of it before the next one is read
            self._reopened = (read, self._read_again(read))
        session = self._session_at(self._reopened[1], place)
        session.id = number
        return session

    # sessions

    def _update(self) -> None:
        """Read what the index has found since the last time."""
        self._lookups.update()
        self._take_secrets()
        new = self._index.flows[len(self._reads) :]
        # a flow on an odd port is known later than its first packet
        self._reads += [_Read(flow) for flow in sorted(new, key=lambda flow: flow.first)]
        for read in self._reads:
            if len(read.flow.offsets) > read.fed and (self._whole or not read.put_off):
                self._feed(read)
                self._weigh(read)
                if self._whole:
                    self._finish(read)
                elif read.sessions and all(g.connection.ended for g in read.sessions.all):
                    self._let_go(read)

    def _take_secrets(self) -> None:
        """Use the keys that the file has brought; sessions that they may open are read again."""
        blocks = self._source.secrets[self._secrets :]
        if not blocks:
            return
        self._secrets += len(blocks)
        self._keys = self._keys | KeyLog.parse(b"\n".join(blocks))
        for read in self._reads:
            if self._keys_came(read):
                self._forget(read)

    def _keys_came(self, read: _Read) -> bool:
        """Whether there are keys by now that its sessions were read without."""
        if read.keys is self._keys:
            return False
        if read.sessions:
            facts = [growing.session.tls for growing in read.sessions.all if growing.session]
        else:
            numbers = (read.ids or {}).values()
            facts = [self._entries[number].tls for number in numbers if number in self._entries]
        randoms = [tls.random for tls in facts if tls and tls.random]
        return any(self._keys.count(random) > read.keys.count(random) for random in randoms)

    def _forget(self, read: _Read) -> None:
        """Let a flow be read from its start again."""
        read.sessions, read.fed, read.finished = None, 0, False
        for number in (read.ids or {}).values():
            self._entries.pop(number, None)

    def _feed(self, read: _Read) -> None:
        if read.sessions is None:
            # let go of, and now more comes: read it from its start again
            read.sessions = FlowSessions(self._options(), self._server_ports, read.hint)
            read.fed, read.keys = 0, self._keys
        for segment in self._segments(read, read.fed):
            read.sessions.feed(segment)
        read.fed = len(read.flow.offsets)
        read.disordered = read.sessions.disordered
        hint = read.sessions.better_hint() if read.hint is None else None
        if hint is not None:
            read.hint, read.sessions = hint, None
            self._feed(read)
        elif self._keys_came(read):  # before its handshake was seen, in a file that grows
            self._forget(read)
            self._feed(read)
        elif not (self._whole and self._put_in_order(read)):
            self._describe(read)

    def _put_in_order(self, read: _Read) -> bool:
        """Read a flow once more where it holds replies ahead of their commands."""
        if read.causal or not read.disordered:
            return False
        read.causal, read.sessions = True, None
        self._feed(read)
        return True

    def _finish(self, read: _Read) -> None:
        if read.finished:
            return
        read.finished = True
        if read.put_off:
            read.put_off = False
            self._feed(read)
        self._put_in_order(read)
        if read.sessions:
            read.sessions.finish()
            self._describe(read)
            self._let_go(read)

    def _let_go(self, read: _Read) -> None:
        """Keep the bytes of the first sessions up to a bound; others are read again if opened."""
        assert read.sessions is not None
        size = read.sessions.kept_bytes()
        if self._kept + size > KEEP_BYTES:
            read.sessions = None
        else:
            self._kept += size

    def _segments(self, read: _Read, first: int = 0) -> Iterator[Segment]:
        packets = self._source.packets_at(read.flow.offsets, first)
        items = (dissect(packet) for packet in packets)
        segments = (item for item in items if isinstance(item, Segment))
        return in_causal_order(segments) if read.causal else segments

    def _options(self) -> Options:
        takes_mail = self._lookups.exchanges.takes_mail
        return Options(keys=self._keys, ports=self._ports, takes_mail=takes_mail)

    def _describe(self, read: _Read) -> None:
        assert read.sessions is not None
        read.ids = read.ids if read.ids is not None else {}
        read.unread = read.sessions.unread_packets()
        for place, growing in enumerate(read.sessions.all):
            session = growing.session
            if session is None or (session.protocol == "other" and not self._everything):
                continue
            number = read.ids.get(place)
            if number is None:
                self._last_id = number = self._last_id + 1
                read.ids[place] = number
                self._by_id[number] = (read, place)
            known = self._entries.get(number)
            if known is None or known.revision != session.revision:
                session.id = number
                self._entries[number] = describe(number, session, growing)
        for place in [place for place in read.ids if place >= len(read.sessions.all)]:
            number = read.ids.pop(place)  # two that turned out to be one
            del self._by_id[number]
            self._entries.pop(number, None)

    def _weigh(self, read: _Read) -> None:
        """Let go of those that have not grown for longest, where all together are too large."""
        self._live.pop(id(read), None)
        held = read.sessions.kept_bytes() if read.sessions and not self._whole else 0
        self._held += held - read.size
        read.size = held
        if held:
            self._live[id(read)] = read
        while self._held > LIVE_BYTES and len(self._live) > 1:
            idle = self._live.pop(next(iter(self._live)))
            self._held -= idle.size
            idle.sessions, idle.size, idle.put_off = None, 0, True

    def _read_again(self, read: _Read) -> FlowSessions:
        again = FlowSessions(self._options(), self._server_ports, read.hint)
        for segment in self._segments(read):
            again.feed(segment)
        if self._whole:
            again.finish()
        return again

    def _session_at(self, sessions: FlowSessions, place: int) -> Session:
        session = sessions.all[place].session if place < len(sessions.all) else None
        if session is None:
            why = _("the file shrank: the packets of this session are gone")
            raise CaptureError(self.path, why)
        return session
