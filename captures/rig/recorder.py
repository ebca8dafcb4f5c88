"""Makes recordings in a running lab, and keeps only those that are fit to ship."""

import shutil
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rig import manifest, oracle
from rig.capture import Tap, pcapng
from rig.certificates import Authority
from rig.network import HOSTS, Network
from rig.recordings import Recording
from rig.servers import Site, versions
from rig.stage import Stage

ATTEMPTS = 3


class UnfitError(Exception):
    """A recording that must not ship; it is made again."""


def at(end: tuple[str, int]) -> dict[str, object]:
    """An end of a connection as the manifest writes it."""
    return {"address": end[0], "port": end[1]}


def _name(stream: oracle.Stream) -> str:
    """The name of the host that serves a connection."""
    at = stream.server[0]
    return next(h.fqdn for h in HOSTS.values() if at in (h.ipv4, h.ipv6, h.second))


class Recorder:
    """Makes recordings, one after the other, in a running lab."""

    def __init__(
        self,
        network: Network,
        lab: dict[str, Site],
        authority: Authority,
        scratch: Path,
        target: Path,
    ) -> None:
        self._network = network
        self._lab = lab
        self._authority = authority
        self._scratch = scratch
        self._target = target
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
        self._judge(raw, stage, keys if recording.keys else None, recording.one_side)
        return self._keep(recording, stage, raw, keys)

    def _prepared(self, stage: Stage, recording: Recording) -> AbstractContextManager[None]:
        for user, mails in recording.mail.items():
            stage.mailbox(user, *mails)
        return stage.settings(recording.dovecot, recording.postfix)

    def _judge(self, raw: Path, stage: Stage, keys: Path | None, one_side: bool) -> None:
        """Refuse a recording that a careful reader would stumble over."""
        if found := oracle.faults(raw, one_side=one_side):
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
                if fault := oracle.hidden(raw, keys, stream.number, credential):
                    raise UnfitError(fault)

    def _keep(self, recording: Recording, stage: Stage, raw: Path, keys: Path) -> dict[str, Any]:
        """Put the files in place and describe them."""
        target = self._target / recording.file
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
        if recording.one_side:
            entry["one_side"] = True
        if recording.lookups:
            entry["lookups"] = oracle.lookups(raw)
        if refused := oracle.refused(raw):
            entry["refused"] = [{"client": at(s.client), "server": at(s.server)} for s in refused]
        if recording.verdicts:
            entry["verdicts"] = list(recording.verdicts)
        entry["sessions"] = self._sessions(stage, raw, keys if recording.keys else None)
        return entry

    def _servers(self, stage: Stage, recording: Recording) -> str:
        if recording.server:
            return recording.server
        lmtp_or_reading = (24, 110, 143, 993, 995)
        used = {"dovecot" if d.port in lmtp_or_reading else "postfix" for d in stage.deeds}
        if recording.lookups:
            used.add("dnsmasq")
        return ", ".join(self._versions[name] for name in sorted(used)) or "none"

    def _sessions(self, stage: Stage, raw: Path, keys: Path | None) -> list[dict[str, Any]]:
        told = []
        for stream, deed in zip(oracle.streams(raw), stage.deeds, strict=False):
            tls = oracle.tls(raw, stream.number, keys)
            if (tls is None) != (deed.security == "plaintext"):
                raise UnfitError(f"tshark does not agree that this is {deed.security}")
            if tls:
                shown = manifest.certificate(self._authority.server(deed.shows or _name(stream))[0])
                unseen = tls["resumed"] or not tls["version"]
                tls["certificate"] = None if unseen else shown
            session = {
                "protocol": deed.protocol,
                "security": deed.security,
                "complete": deed.complete,
                "client": at(stream.client),
                "server": at(stream.server),
                "tls": tls,
                "credentials": deed.credentials,
            }
            told.append(session)
        return told
