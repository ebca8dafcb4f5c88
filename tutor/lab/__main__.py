"""``python -m tutor.lab``: the lab's process. The app starts it; people need not.

With ``--tap HOST PORT HOST PORT`` it is an honest relay alone: listen there, connect to there.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tutor.lab.mischief import Mode
from tutor.lab.talk import Dial, Place, Play, Ready, Trouble, Turn, Typed, Word, hear, say


def main(arguments: list[str]) -> int:
    """Run until the app closes the pipe; the exit code."""
    # a Ctrl+C in the terminal is the app's to answer: it closes the pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # with the folder taken away
    work = _tap(arguments[1:]) if arguments[:1] == ["--tap"] else _lab()
    return asyncio.run(work)


def _tell(word: Word) -> None:
    try:
        sys.stdout.buffer.write(say(word))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise SystemExit(0) from None


async def _lab() -> int:
    try:
        folder = tempfile.TemporaryDirectory(prefix="wiretutor-lab-")
    except OSError as error:
        _tell(Trouble("no-folder", fatal=True, detail=error.strerror or str(error)))
        return 3
    with folder as name:
        return await _lab_in(Path(name))


async def _lab_in(folder: Path) -> int:
    from tutor.lab.lab import Lab
    from tutor.lab.stage import Stage
    from tutor.lab.store import ACCOUNTS

    lab = Lab(folder, _tell)
    try:
        await lab.start()
    except OSError as error:
        _tell(Trouble("port-taken", fatal=True, detail=error.strerror or str(error)))
        return 3
    user = ACCOUNTS[0]
    places = tuple(lab.places.values())
    authority, keylog = str(lab.certificates.authority), str(lab.keylog)
    _tell(Ready(places, authority, keylog, user.name, user.password))
    stage = Stage(lab, _tell)

    def follow(order: Word) -> None:
        if isinstance(order, Turn):
            lab.turn(Mode(order.mode))
        elif isinstance(order, Play):
            stage.play(order.scene)
        elif isinstance(order, Dial):
            lab.dial(order.service)
        elif isinstance(order, Typed):
            lab.type(order.data)

    try:
        await _orders(follow)
    finally:
        await lab.close()
    return 0


async def _tap(places: list[str]) -> int:
    from tutor.lab.tap import Tap

    listen, target = (places[0], int(places[1])), (places[2], int(places[3]))
    tap = Tap(target, _tell)
    try:
        host, port = await tap.listen(*listen)
    except OSError as error:
        detail = f"{listen[0]}:{listen[1]}: {_plain(error)}"
        _tell(Trouble("port-taken", fatal=True, detail=detail))
        return 3
    _tell(Ready((Place("tap", "", port, usual=True, secure=False),), "", "", host, ""))

    def follow(_order: Word) -> None:
        # a tap passes on and listens, whoever asks: its ends are not the lab's
        _tell(Trouble("not-the-lab"))

    try:
        await _orders(follow)
    finally:
        await tap.close()
    return 0


def _plain(error: OSError) -> str:
    """The system's words; asyncio puts its own around them."""
    known = error.errno is not None and error.errno > 0
    return os.strerror(error.errno) if known and error.errno else error.strerror or str(error)


async def _orders(follow: Callable[[Word], None]) -> None:
    """Read orders until the pipe is closed, or the app asks by a signal."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, reader.feed_eof)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            follow(hear(line))
        except (ValueError, KeyError) as error:
            _tell(Trouble("order", detail=str(error)))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
