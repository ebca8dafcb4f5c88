"""How fast a big capture opens: ``make bench``, or ``python -m tests.bench``.

Makes a capture of 200 MB, 5 % of it mail and in its middle one session of 15 MB, and measures the
index against tcpdump, tshark and a plain read, how long the big session takes to open, and the
memory. More than 100 MiB of memory is a failure.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.sources.wire import ACK, PSH, SYN, conversation, frame, pcap_header, record
from tutor.capture import Capture
from tutor.sources import Index, Source, Wanted, dissect, open_source
from tutor.streams import Chunk, Connection, Segment

PORTS = frozenset({25, 110, 143, 465, 587, 993, 995})
SIZE = 200_000_000
BIG = 15_000_000
LIMIT_MIB = 100
_SEGMENT = 1448
_NOISE = Random(7).randbytes(1 << 16)
_TO_DATA = (
    ("s", b"220 mail.example.org ESMTP\r\n"),
    ("c", b"EHLO laptop.example.org\r\n"),
    ("s", b"250 mail.example.org\r\n"),
    ("c", b"MAIL FROM:<alice@example.org>\r\n"),
    ("s", b"250 ok\r\n"),
    ("c", b"RCPT TO:<bob@example.net>\r\n"),
    ("s", b"250 ok\r\n"),
    ("c", b"DATA\r\n"),
    ("s", b"354 go on\r\n"),
)
_HEAD = bytes(range(32, 127)) * 16


def wanted() -> Wanted:
    """Mail by its ports, or by a greeting."""
    greetings = (b"220 ", b"+OK", b"* OK")
    return Wanted(PORTS, lambda head: head.startswith(greetings))


def _mail(number: int) -> list[bytes]:
    """A short IMAP or SMTP session."""
    client, server = f"192.0.2.{number % 250 + 1}", "198.51.100.25"
    port = 20000 + number % 40000
    if number % 2:
        turns = [("s", b"* OK ready\r\n"), ("c", b"a1 LOGIN alice secret\r\n")]
        turns += [("s", b"a1 OK done\r\n"), ("c", b"a2 FETCH 1 BODY[]\r\n")]
        turns += [("s", _HEAD[:_SEGMENT]) for _ in range(6)] + [("s", b"\r\na2 OK done\r\n")]
        return conversation((client, port), (server, 143), turns)
    turns = [("s", b"220 ready\r\n"), ("c", b"EHLO me\r\n"), ("s", b"250 you\r\n")]
    turns += [("c", _HEAD[:_SEGMENT]) for _ in range(6)] + [("c", b"\r\n.\r\n")]
    return conversation((client, port), (server, 25), turns)


def _web(number: int) -> list[bytes]:
    """An HTTPS-like flow: twenty full segments, each second one acknowledged."""
    client, server = f"10.{number // 60000 % 250}.0.9", f"203.0.113.{number % 250 + 1}"
    here, there = 2000 + number % 60000, 443
    frames = [frame(client, server, (here, there), 1, 0, SYN, b"")]
    frames.append(frame(server, client, (there, here), 1, 2, SYN | ACK, b""))
    at = number * 37 % (len(_NOISE) - 30 * _SEGMENT)
    for part in range(20):
        data = b"\x17\x03\x03" + _NOISE[at + part * _SEGMENT : at + (part + 1) * _SEGMENT - 3]
        seq = 2 + part * _SEGMENT
        frames.append(frame(server, client, (there, here), seq, 2, PSH | ACK, data))
        if part % 2:
            ack = seq + _SEGMENT
            frames.append(frame(client, server, (here, there), 2, ack, ACK, b""))
    return frames


def _big() -> Iterator[bytes]:
    """One SMTP session with a message of 15 MB; every second segment is acknowledged."""
    client, server, here, there = "192.0.2.251", "198.51.100.26", 51515, 25
    yield frame(client, server, (here, there), 0, 0, SYN, b"")
    yield frame(server, client, (there, here), 0, 1, SYN | ACK, b"")
    yield frame(client, server, (here, there), 1, 1, ACK, b"")
    said, heard = 1, 1
    for who, data in _TO_DATA:
        if who == "s":
            yield frame(server, client, (there, here), heard, said, PSH | ACK, data)
            heard += len(data)
        else:
            yield frame(client, server, (here, there), said, heard, PSH | ACK, data)
            said += len(data)
    for part in range(BIG // _SEGMENT):
        seq = said + part * _SEGMENT
        line = (b"%075d\r\n" % part * 19)[:_SEGMENT]
        yield frame(
            client, server, (here, there), seq, heard, PSH | ACK, line.ljust(_SEGMENT, b".")
        )
        if part % 2:
            yield frame(server, client, (there, here), heard, seq + _SEGMENT, ACK, b"")


def make(path: Path) -> int:
    """Write the capture; give the number of its mail sessions."""
    clock, mail, web, written, mailed = 1_700_000_000_000_000, 0, 0, 0, 0
    big_done = False
    with path.open("wb", buffering=1 << 20) as out:
        out.write(pcap_header())
        while written < SIZE:
            frames: Iterator[bytes] | list[bytes]
            if not big_done and written > SIZE // 2:
                frames, big_done = _big(), True
            elif mailed * 20 < written:
                frames = _mail(mail)
                mail += 1
                mailed += sum(map(len, frames))
            else:
                frames = _web(web)
                web += 1
            for data in frames:
                clock += 11
                written += out.write(record(clock, data))
    return mail + 1


def _reassemble(source: Source, flow_number: int, index: Index) -> int:
    connection, size = Connection(), 0
    for packet in source.packets_at(index.flows[flow_number].offsets):
        segment = dissect(packet)
        if isinstance(segment, Segment):
            for item in connection.feed(segment):
                if isinstance(item, Chunk):
                    size += len(item.data)
    return size


def measure_capture(path: str) -> dict[str, float]:
    """All of it as the commands do: every session explained, the biggest one opened; and memory."""
    start = time.perf_counter()
    with Capture(path) as capture:
        capture.load()
        loaded = time.perf_counter()
        big = max(capture.entries, key=lambda entry: entry.end - entry.start)
        steps = len(capture.session(big.id))
        opened = time.perf_counter()
        sessions = len(capture.entries)
    return {
        "load": loaded - start,
        "open": opened - loaded,
        "steps": steps,
        "sessions": sessions,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure(path: str) -> dict[str, float]:
    """Index the capture and open its biggest session; seconds and MiB."""
    with open_source(path) as source:
        start = time.perf_counter()
        index = Index(source, wanted()).run()
        indexed = time.perf_counter()
        biggest = max(range(len(index.flows)), key=lambda i: len(index.flows[i].offsets))
        found = time.perf_counter()
        size = _reassemble(source, biggest, index)
        opened = time.perf_counter()
        for number in range(len(index.flows)):
            _reassemble(source, number, index)
        everything = time.perf_counter()
    return {
        "index": indexed - start,
        "open": opened - found,
        "opened": size,
        "all": everything - opened,
        "sessions": len(index.flows),
        "packets": source.packets,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def _best(times: int, run: Callable[[], float]) -> float:
    return min(run() for _ in range(times))


def _others(path: str) -> dict[str, float]:
    """Seconds that other programs need for the same file."""
    ports = " or ".join(f"tcp port {port}" for port in sorted(PORTS))
    found = {"cat | wc -c": _best(2, lambda: _timed(["sh", "-c", f"cat '{path}' | wc -c"]))}
    if shutil.which("tcpdump"):
        command = ["tcpdump", "-r", path, "-w", "/dev/null", ports]
        found["tcpdump"] = _best(2, lambda: _timed(command))
    if shutil.which("tshark"):
        command = ["tshark", "-r", path, "-Y", "imap or pop or smtp", "-w", "/dev/null"]
        found["tshark"] = _timed(command)
    return found


def main() -> int:
    """Run the benchmark; 1 where it needs too much memory or misses a session."""
    if sys.argv[1:2] == ["--measure"]:
        json.dump(measure(sys.argv[2]), sys.stdout)
        return 0
    if sys.argv[1:2] == ["--capture"]:
        json.dump(measure_capture(sys.argv[2]), sys.stdout)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.pcap"
        start = time.perf_counter()
        sessions = make(path)
        made = time.perf_counter() - start
        size = path.stat().st_size / 1e6
        print(f"made {size:.0f} MB with {sessions} mail sessions in {made:.1f} s")
        command = [sys.executable, "-m", "tests.bench", "--measure", str(path)]
        runs = [
            json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            for _ in range(3)
        ]
        command[-2] = "--capture"
        whole = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        best = min(runs, key=lambda run: run["index"])
        ours = best["index"]
        rate = size / ours
        print(f"index of {best['packets']:.0f} packets: {ours:.3f} s, {rate:.0f} MB/s")
        for name, seconds in _others(str(path)).items():
            print(f"  {name}: {seconds:.3f} s, {seconds / ours:.1f} x the index")
    print(f"one session of {best['opened'] / 1e6:.1f} MB opens in {best['open'] * 1000:.0f} ms")
    print(f"all {best['sessions']:.0f} sessions reassembled in {best['all']:.2f} s")
    print(f"peak memory {best['rss']:.0f} MiB (limit {LIMIT_MIB})")
    print(
        f"capture: {whole['sessions']:.0f} sessions read and judged in {whole['load']:.2f} s, the "
        f"big one opened in {whole['open'] * 1000:.0f} ms, peak memory {whole['rss']:.0f} MiB"
    )
    best["rss"] = max(best["rss"], whole["rss"])
    missed = not best["sessions"] == whole["sessions"] == sessions
    if missed:
        print(f"only {best['sessions']:.0f} of {sessions} sessions were found", file=sys.stderr)
    return int(best["rss"] > LIMIT_MIB or missed)


if __name__ == "__main__":
    sys.exit(main())
