"""Other people's captures, against what a person read in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.render.json_report import report


def read(path: Path) -> dict[str, Any]:
    with Capture(str(path)) as capture:
        capture.load()
        return report(capture, reveal=True)


def facts(sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: s[key] for key in ("protocol", "security", "client", "server")}
        | {
            "credentials": [
                {k: c[k] for k in ("mechanism", "username", "secret", "accepted")}
                for c in s["credentials"]
            ]
        }
        for s in sessions
    ]


def by_client(session: dict[str, Any]) -> tuple[str, int]:
    return session["client"]["address"], session["client"]["port"]


def differences(folder: Path) -> list[str]:
    """One line for each capture that is read otherwise than a person read it."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    rows: list[str] = []
    for name, sessions in truth.items():
        got = sorted(read(folder / "files" / name)["sessions"], key=by_client)
        expected = sorted(sessions, key=by_client)  # the reader's order says nothing
        if facts(got) != facts(expected):
            rows.append(f"{name}: sessions\n  seen {facts(got)}\n  true {facts(expected)}")
            continue
        for mine, right in zip(got, expected, strict=True):
            if right["gap"]:
                continue
            rows += [
                f"{name} #{mine['id']}: {key} {mine[key]}, true {right[key]}"
                for key in ("commands", "replies")
                if mine[key] != right[key]
            ]
    return rows


def test_all_that_a_person_read_is_found_and_nothing_else(corpus: Path) -> None:
    rows = differences(corpus)
    assert not rows, "\n" + "\n".join(rows)


def test_every_capture_is_read_without_complaint(corpus: Path) -> None:
    seen = 0
    for path in sorted((corpus / "files").rglob("*.*")):
        try:
            result = read(path)
        except CaptureError as error:  # pragma: no cover - a failure to be shown
            pytest.fail(f"{path.name}: {error}")
        assert result["schema"] == 1
        seen += 1
    assert seen >= 70
