"""Looks again at the recordings that are there, with the manifest beside them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rig import manifest, oracle


def _faults(path: Path, entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one recording."""
    if not path.exists():
        yield "is missing"
        return
    if manifest.digest(path) != entry["sha256"]:
        yield "is not the file that the manifest means"
    yield from oracle.faults(path, one_side=entry.get("one_side", False))
    streams = oracle.streams(path)
    if len(streams) != len(entry["sessions"]):
        yield f"has {len(streams)} connections"
        return
    keys = path.with_name(entry["keys"]) if entry["keys"] else None
    for stream, session in zip(streams, entry["sessions"], strict=True):
        if stream.complete != session["complete"]:
            yield f"connection {stream.number} ends with {stream.ends}"
        for credential in session["credentials"]:
            if fault := oracle.hidden(path, keys, stream.number, credential):
                yield fault


def check(folder: Path) -> int:
    """Say what is wrong, and give back the exit code."""
    entries = manifest.read(folder / "MANIFEST.yaml")
    found = [f"{name}: {line}" for name, e in entries.items() for line in _faults(folder / name, e)]
    named = {"MANIFEST.yaml", "README.md", *entries, *(e["keys"] for e in entries.values())}
    strangers = {path.name for path in folder.iterdir() if path.is_file()} - named
    found += [f"{name}: is not in the manifest" for name in sorted(strangers)]
    print("\n".join([*found, f"{len(entries)} recordings, {len(found)} faults"]))
    return 1 if found else 0
