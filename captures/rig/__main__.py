"""Record: build the lab, play each recording's script, keep what crossed the wire."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from base64 import b64encode
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from rig import manifest, oracle
from rig.capture import Tap, pcapng
from rig.certificates import Authority
from rig.network import HOSTS, Network
from rig.recordings import Recording, catalogue
from rig.servers import Site, sites, versions
from rig.stage import Stage

HERE = Path(__file__).resolve().parent.parent
ATTEMPTS = 3


class UnfitError(Exception):
    """A recording that must not ship; it is made again."""


class Recorder:
    """Makes recordings, one after the other, in a running lab."""

    def __init__(
        self, network: Network, lab: dict[str, Site], authority: Authority, scratch: Path
    ) -> None:
        self._network = network
        self._lab = lab
        self._authority = authority
        self._scratch = scratch
        self._day = time.time() // 86400 * 86400
        self._versions = versions()

    def make(self, recording: Recording) -> dict[str, Any]:
        """Make one recording, if need be again, and give back its entry in the manifest."""
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(recording)
            except UnfitError as reason:
                print(f"  {recording.name}: {reason}; once more", file=sys.stderr)
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError

    def _attempt(self, recording: Recording) -> dict[str, Any]:
        raw = self._scratch / "raw.pcap"
        keys = self._scratch / "raw.keys"
        keys.unlink(missing_ok=True)
        stage = Stage(
            self._network,
            self._lab,
            self._authority.certificate,
            keys if recording.keys else None,
            self._day,
        )
        with self._prepared(stage, recording), Tap(raw, recording.wanted):
            recording.play(stage)
            time.sleep(0.4)
        self._judge(raw, stage, keys if recording.keys else None)
        return self._keep(recording, stage, raw, keys)

    def _prepared(self, stage: Stage, recording: Recording) -> Any:
        for user, mails in recording.mail.items():
            stage.mailbox(user, *mails)
        return stage.settings(recording.dovecot, recording.postfix)

    def _judge(self, raw: Path, stage: Stage, keys: Path | None) -> None:
        """Refuse a recording that a careful reader would stumble over."""
        if found := oracle.faults(raw):
            raise UnfitError("; ".join(found))
        streams = oracle.streams(raw)
        seen = [stream.server[1] for stream in streams]
        told = [deed.port for deed in stage.deeds]
        if seen != told:
            raise UnfitError(f"sessions to ports {told} were held, {seen} were recorded")
        for stream, deed in zip(streams, stage.deeds, strict=False):
            if stream.complete != deed.complete:
                raise UnfitError(f"session to port {deed.port} ends with {stream.ends}")
            for credential in deed.credentials:
                if credential["strength"] == "protected":
                    self._judge_protected(raw, keys, stream.number, credential)

    def _judge_protected(
        self, raw: Path, keys: Path | None, stream: int, credential: dict[str, object]
    ) -> None:
        """A secret under TLS is on the wire in no spelling, and tshark finds it with the keys."""
        name, secret = str(credential["username"]), str(credential["secret"])
        tokens = (secret, f"\0{name}\0{secret}")
        spellings = [secret, *(b64encode(token.encode()).decode() for token in tokens)]
        if any(spelling.encode() in raw.read_bytes() for spelling in spellings):
            raise UnfitError("a secret under TLS can be read")
        text = oracle.decrypted(raw, keys, stream)
        if not any(spelling in text for spelling in spellings):
            raise UnfitError("tshark cannot decrypt with the key log")

    def _keep(self, recording: Recording, stage: Stage, raw: Path, keys: Path) -> dict[str, Any]:
        """Put the files in place and describe them."""
        target = HERE / recording.file
        logged = keys.read_bytes() if recording.keys else b""
        beside = target.with_suffix(".keys") if logged and not recording.embedded else None
        if recording.kind == "pcapng":
            inside = logged if recording.embedded else b""
            target.write_bytes(pcapng(raw.read_bytes(), recording.done, inside))
        else:
            shutil.copyfile(raw, target)
        if beside:
            beside.write_bytes(logged)
        entry: dict[str, Any] = {
            "file": target.name,
            "sha256": manifest.digest(target),
            "done": recording.done,
            "client": recording.client,
            "server": self._servers(stage, recording),
            "keys": beside.name if beside else None,
        }
        if recording.embedded:
            entry["keys_inside"] = True
        if recording.lookups:
            entry["lookups"] = oracle.lookups(raw)
        entry["sessions"] = self._sessions(stage, raw, keys if recording.keys else None)
        return entry

    def _servers(self, stage: Stage, recording: Recording) -> str:
        used = {"postfix" if deed.protocol == "smtp" else "dovecot" for deed in stage.deeds}
        if any(deed.port == 24 for deed in stage.deeds):
            used.add("dovecot")
        if recording.lookups:
            used.add("dnsmasq")
        return ", ".join(self._versions[name] for name in sorted(used))

    def _sessions(self, stage: Stage, raw: Path, keys: Path | None) -> list[dict[str, Any]]:
        told = []
        for stream, deed in zip(oracle.streams(raw), stage.deeds, strict=False):
            tls = oracle.tls(raw, stream.number, keys)
            if (tls is None) != (deed.security == "plaintext"):
                raise UnfitError(f"tshark does not agree that this is {deed.security}")
            if tls:
                server = next(
                    host for host in HOSTS.values() if stream.server[0] in (host.ipv4, host.ipv6)
                )
                shown = manifest.certificate(self._authority.server(server.fqdn)[0])
                tls["certificate"] = None if tls["resumed"] else shown
            session = {
                "protocol": deed.protocol,
                "security": deed.security,
                "complete": deed.complete,
                "client": {"address": stream.client[0], "port": stream.client[1]},
                "server": {"address": stream.server[0], "port": stream.server[1]},
                "tls": tls,
                "credentials": deed.credentials,
            }
            told.append(session)
        return told


def _check() -> int:
    """Look at the recordings that are there."""
    bad = 0
    entries = manifest.read(HERE / "MANIFEST.yaml")
    for name, entry in entries.items():
        path = HERE / name
        found = [] if path.exists() else ["is missing"]
        if path.exists():
            found += ["is not the file of the manifest"] * (
                manifest.digest(path) != entry["sha256"]
            )
            found += oracle.faults(path)
            found += [
                f"stream {stream.number} complete: {stream.complete}"
                for stream, session in zip(oracle.streams(path), entry["sessions"], strict=True)
                if stream.complete != session["complete"]
            ]
        for line in found:
            print(f"{name}: {line}")
        bad += bool(found)
    print(f"{len(entries)} recordings, {bad} with faults")
    return 1 if bad else 0


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
            recorder = Recorder(network, lab, authority, root)
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
        return _check()
    patterns = options.pattern or ["*"]
    wanted = [r for r in known.values() if any(fnmatch(r.name, p) for p in patterns)]
    if not wanted:
        parser.error("no recording has such a name; see --list")
    _record(wanted, [recording.file for recording in known.values()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
