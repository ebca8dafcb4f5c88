"""Two-sided TCP talk for tests: what both ends said, as the segments that carried it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tutor.base import CLIENT, SERVER, Direction, Endpoint
from tutor.streams import Chunk, Connection, Flag, Gap, Segment, StreamItem

ALICE = Endpoint("192.0.2.10", 51234)
SERVER_END = Endpoint("198.51.100.25", 143)
ENDS = (ALICE, SERVER_END)
MOD = 1 << 32
SYN, ACK, FIN, RST = int(Flag.SYN), int(Flag.ACK), int(Flag.FIN), int(Flag.RST)


@dataclass
class Talk:
    """Builds the segments of one connection; packet n is at millisecond n."""

    isn: tuple[int, int] = (1000, 5000)
    segments: list[Segment] = field(default_factory=list)
    said: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    fin: list[bool] = field(default_factory=lambda: [False, False])
    syn: list[bool] = field(default_factory=lambda: [False, False])

    def place(self, who: Direction) -> int:
        return self.isn[who] + self.syn[who] + len(self.said[who]) + self.fin[who]

    def send(
        self, who: Direction, flags: int, data: bytes = b"", *, seq: int | None = None
    ) -> None:
        number = len(self.segments) + 1
        ack = self.place(who.other) % MOD if flags & ACK else 0
        start = self.place(who) if seq is None else seq
        ends = ENDS[who], ENDS[who.other]
        self.segments.append(
            Segment(*ends, start % MOD, ack, flags, data, number, number * 1_000_000)
        )
        if seq is None:
            self.said[who].extend(data)
            self.syn[who] |= bool(flags & SYN)
            self.fin[who] |= bool(flags & FIN)

    def open(self) -> Talk:
        self.send(CLIENT, SYN)
        self.send(SERVER, SYN | ACK)
        self.send(CLIENT, ACK)
        return self

    def close(self) -> Talk:
        self.send(CLIENT, FIN | ACK)
        self.send(SERVER, FIN | ACK)
        self.send(CLIENT, ACK)
        return self

    def turns(self, turns: Iterable[tuple[Direction, bytes]], size: int = 1448) -> Talk:
        """Each turn is sent in pieces; the other end acknowledges the last one."""
        for who, data in turns:
            for at in range(0, len(data), size):
                self.send(who, ACK, data[at : at + size])
            self.send(who.other, ACK)
        return self


def run(segments: Iterable[Segment], connection: Connection | None = None) -> list[StreamItem]:
    """Feed all, then finish."""
    connection = connection or Connection()
    out: list[StreamItem] = []
    for segment in segments:
        out += connection.feed(segment)
    return out + connection.finish()


def text(items: Iterable[StreamItem], who: Direction) -> bytes:
    """The bytes of one direction; each missing one is NUL. Fails where offsets do not tile."""
    out = bytearray()
    for item in items:
        if isinstance(item, Chunk | Gap) and item.direction is who:
            assert item.offset == len(out)
            out += item.data if isinstance(item, Chunk) else bytes(item.length)
    return bytes(out)


def check_tiles(items: Iterable[StreamItem]) -> None:
    """Offsets of each direction go on without a break or an overlap."""
    done = [0, 0]
    for item in items:
        if isinstance(item, Chunk | Gap):
            assert item.offset == done[item.direction]
            length = len(item.data) if isinstance(item, Chunk) else item.length
            assert length > 0
            done[item.direction] += length


def gaps(items: Iterable[StreamItem], who: Direction) -> set[int]:
    """Offsets that gaps cover."""
    return {
        at
        for item in items
        if isinstance(item, Gap) and item.direction is who
        for at in range(item.offset, item.offset + item.length)
    }


def carries(talk: Talk, segment: Segment, who: Direction, offset: int) -> bool:
    """Whether the segment carries that byte of the stream, and with that value."""
    if segment.source != ENDS[who]:
        return False
    at = offset - ((segment.seq - talk.isn[who] - 1) % MOD)
    return 0 <= at < len(segment.payload) and segment.payload[at] == talk.said[who][offset]


directions = st.sampled_from([CLIENT, SERVER])
isns = st.integers(0, MOD - 1) | st.integers(MOD - 300, MOD - 1)


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    """A whole connection whose bytes all differ from their neighbours, often across the wrap."""
    talk = Talk((draw(isns), draw(isns))).open()
    count = draw(st.integers(1, 8))
    letter = 0
    for _ in range(count):
        who, size = draw(directions), draw(st.integers(1, 20))
        data = bytes(1 + (letter + i) % 250 for i in range(size))
        letter += size
        talk.turns([(who, data)], size=draw(st.sampled_from([1, 7, 1448])))
    return talk.close()


@st.composite
def jostled(draw: st.DrawFn, segments: Sequence[Segment], *, reach: int = 3) -> list[Segment]:
    """The same packets as a capture may hold them: a little out of order, some of them twice."""
    keyed: list[tuple[int, Segment]] = []
    for place, segment in enumerate(segments):
        late = draw(st.integers(0, reach)) if place >= 3 else 0
        keyed.append((place + late, segment))
        if segment.payload and draw(st.integers(0, 4)) == 0:
            keyed.append((place + draw(st.integers(0, reach)), segment))
    keyed.sort(key=lambda pair: pair[0])
    return [
        segment._replace(number=number, time=number * 1_000_000)
        for number, (_, segment) in enumerate(keyed, 1)
    ]


@st.composite
def recut(draw: st.DrawFn, talk: Talk) -> list[Segment]:
    """Retransmissions that overlap: ranges of what was said, put in after they were sent."""
    out = list(talk.segments)
    for _ in range(draw(st.integers(1, 6))):
        who = draw(directions)
        said = bytes(talk.said[who])
        if not said:
            continue
        start = draw(st.integers(0, len(said) - 1))
        end = draw(st.integers(start + 1, min(len(said), start + 50)))
        whole = (talk.isn[who] + 1 + start) % MOD
        sent = [
            place
            for place, segment in enumerate(out)
            if any(carries(talk, segment, who, at) for at in (start, end - 1))
        ]
        place = draw(st.integers(min(sent), len(out)))
        # what it acknowledges is what its sender had heard by then
        ack = next((s.ack for s in reversed(out[:place]) if s.source == ENDS[who]), 0)
        again = Segment(ENDS[who], ENDS[who.other], whole, ack, ACK, said[start:end], 0, 0)
        out.insert(place, again)
    return [
        segment._replace(number=number, time=number * 1_000_000)
        for number, segment in enumerate(out, 1)
    ]


@st.composite
def noise(draw: st.DrawFn) -> list[Segment]:
    """Segments without sense, near each other so that they collide."""
    out: list[Segment] = []
    base = draw(isns)
    numbers = st.integers(base - 60, base + 60) | st.integers(0, MOD - 1)
    for number in range(draw(st.integers(0, 40))):
        who = draw(directions)
        flags = draw(st.integers(0, 63) | st.sampled_from([ACK, ACK, SYN, FIN | ACK, RST]))
        data = draw(st.binary(max_size=30))
        missing = draw(st.sampled_from([0, 0, 0, 1, 500]))
        seq, ack = draw(numbers) % MOD, draw(numbers) % MOD
        ends = ENDS[who], ENDS[who.other]
        time = draw(st.integers(0, 1 << 62))
        out.append(Segment(*ends, seq, ack, flags, data, number + 1, time, missing))
    return out
