"""Look-ups in words: what was asked and answered, and what led to no session."""

from __future__ import annotations

import pytest

from tests import manifest
from tutor.base import Endpoint
from tutor.capture import Capture, Lookup
from tutor.render.lookups import lookup_line
from tutor.render.table import table

ENDS = (Endpoint("192.0.2.10", 5353), Endpoint("192.0.2.53", 53))


def line(kind: str, answers: tuple[str, ...], rcode: str | None = "NOERROR") -> str:
    return lookup_line(Lookup("example.net", kind, answers, rcode, 7, 0, *ENDS))


@pytest.mark.parametrize(
    ("kind", "answers", "rcode", "words"),
    [
        ("MX", ("10 mail.example.net",), "NOERROR", "mail.example.net (preference 10)"),
        ("MX", ("0 .",), "NOERROR", "takes no mail (null MX)"),
        ("MX", (), "NOERROR", "no such record"),
        ("A", (), "NXDOMAIN", "no such name"),
        ("A", (), None, "no answer in this capture"),
        ("A", ("192.0.2.1", "192.0.2.2"), "NOERROR", "192.0.2.1, 192.0.2.2"),
        ("A", (), "NOTIMP", "NOTIMP"),
    ],
)
def test_a_look_up_is_one_sentence(
    kind: str, answers: tuple[str, ...], rcode: str | None, words: str
) -> None:
    assert line(kind, answers, rcode) == f"DNS: {kind} of example.net: {words}, packet 7"


def test_many_answers_are_counted() -> None:
    said = line("A", tuple(f"192.0.2.{n}" for n in range(1, 10)))
    assert "192.0.2.6, 3 more, packet 7" in said


def test_hostile_names_are_sanitised() -> None:
    assert "\x1b" not in line("MX", ("10 \x1b[31mred",))


def test_the_table_ties_look_ups_to_their_sessions() -> None:
    with Capture(manifest.path("mx-retry.pcapng")) as capture:
        capture.load()
        rows = list(table(capture))
    second = next(n for n, row in enumerate(rows) if row.startswith("    2"))
    assert rows[second + 1].strip().startswith("DNS: MX of example.net: mail.example.net")
    assert rows[second + 2].strip().startswith("DNS: A of mail.example.net: 203.0.113.25")


def test_the_table_names_mail_that_went_nowhere() -> None:
    with Capture(manifest.path("mx-null.pcapng")) as capture:
        capture.load()
        rows = list(table(capture))
    assert any("takes no mail (null MX)" in row for row in rows)
