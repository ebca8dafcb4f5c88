"""Record: build the lab, play each recording's script, keep what crossed the wire."""

import argparse
import os
import signal
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from rig import manifest
from rig.catalogue import catalogue
from rig.certificates import Authority
from rig.check import check
from rig.network import Network
from rig.recorder import Recorder
from rig.recordings import Recording
from rig.servers import sites

HERE = Path(__file__).resolve().parent.parent


def _record(wanted: list[Recording], order: list[str]) -> None:
    # On one processor packets are written down in the order in which they were sent.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="rig-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        authority = Authority(root / "authority")
        target = HERE / "MANIFEST.yaml"
        with Network() as network, sites(root, authority) as lab:
            recorder = Recorder(network, lab, authority, root, HERE)
            for recording in wanted:
                print(recording.name, file=sys.stderr)
                entry = recorder.make(recording)
                entries = manifest.read(target) | {recording.file: entry}
                known = [entries[name] for name in order if name in entries]
                manifest.write(target, known)


def main() -> int:
    parser = argparse.ArgumentParser(prog="record", description=__doc__)
    parser.add_argument("pattern", nargs="*", help="names of recordings, also with * and ?")
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("--check", action="store_true", help="look at the recordings, make none")
    options = parser.parse_args()
    known = catalogue()
    if options.list:
        for recording in known.values():
            print(f"{recording.name:32} {recording.done}")
        return 0
    if options.check:
        return check(HERE)
    patterns = options.pattern or ["*"]
    wanted = [r for r in known.values() if any(fnmatch(r.name, p) for p in patterns)]
    if not wanted:
        parser.error("no recording has such a name; see --list")
    _record(wanted, [recording.file for recording in known.values()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
