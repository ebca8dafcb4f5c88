"""Practice: every answer is determined, and is what the bytes say; the same seed asks the same."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import manifest
from tests.lesson.practice.derive import check
from tutor.base import CaptureError
from tutor.capture import Capture
from tutor.lesson.practice import SORTS, Drill, draw, opened
from tutor.lesson.practice.drawing import MOST_SESSIONS, sampled
from tutor.lesson.question import Option
from tutor.render.practice import Shown
from tutor.session import Session

SAMPLE = (
    "imap-first-look.pcapng",
    "imap-login-literal.pcapng",
    "imap-first-look-starttls.pcapng",
    "imap-first-look-tls12.pcapng",
    "pop3-user-pass.pcapng",
    "pop3-stls.pcapng",
    "smtp-submission-plain.pcapng",
    "smtp-auth-login.pcap",
    "smtp-lmtp.pcapng",
)


def sessions(path: str, seed: int = 1) -> list[Session]:
    with Capture(path) as capture:
        capture.load()
        return list(opened(capture, seed))


def drawn(path: str, seed: int, count: int = 60, *, masked: bool = True) -> list[Drill]:
    return draw(sessions(path, seed), lambda s: Shown(s, masked=masked), seed, count)


def proved(path: str, seed: int) -> Counter[str]:
    """Draw from a capture and check every answer; how many of each sort."""
    found = sessions(path, seed)
    by_id = {session.id: session for session in found}
    drills = draw(found, Shown, seed, 200)
    for drill in drills:
        try:
            check(by_id[drill.proof.session], drill)
        except (AssertionError, StopIteration, LookupError, ValueError) as error:
            raise AssertionError(f"{path} {drill.question.id}: {error!r}") from error
    return Counter(drill.sort for drill in drills)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_bytes_give_the_same_answer(name: str) -> None:
    assert proved(manifest.path(name), 1)["predict"] >= 3


def test_the_check_finds_a_wrong_answer() -> None:
    """Every question with another option taken for the right one fails."""
    swapped: Counter[str] = Counter()
    for name in SAMPLE:
        found = sessions(manifest.path(name))
        by_id = {session.id: session for session in found}
        for drill in draw(found, Shown, 1, 60):
            if len(drill.question.options) < 2:
                continue
            question = drill.question
            if question.kind in ("order", "sort"):
                keys = [option.key for option in question.options]
                taken = set(question.answer.key.split(","))
                other = ",".join(key for key in keys if key not in taken)
                wrong = Option(other or ",".join(keys), "")
            else:
                wrong = next(o for o in question.options if o is not question.answer)
            bad = replace(drill, question=replace(question, answer=wrong))
            with pytest.raises((AssertionError, StopIteration, KeyError)):
                check(by_id[drill.proof.session], bad)
            swapped[drill.sort] += 1
    assert set(swapped) == set(SORTS) - {"decode"}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in manifest.names() if name not in SAMPLE])
def test_the_bytes_give_the_same_answer_in_every_recording(name: str) -> None:
    proved(manifest.path(name), 1)


def test_captures_of_others_give_questions_with_right_answers(corpus: Path) -> None:
    found: Counter[str] = Counter()
    for path in sorted((corpus / "files").rglob("*.*")):
        try:
            found += proved(str(path), 1)
        except CaptureError:
            continue
    assert set(found) == set(SORTS)
    assert min(found.values()) >= 10


def test_every_sort_of_question_comes_in_three_recordings() -> None:
    found: Counter[str] = Counter()
    for name in ("smtp-submission-plain.pcapng", "imap-first-look-starttls.pcapng"):
        found += Counter(drill.sort for drill in drawn(manifest.path(name), 1))
    assert set(found) == set(SORTS)


@given(st.integers(min_value=0, max_value=2**31), st.sampled_from(SAMPLE))
def test_any_seed_asks_only_what_is_right_and_the_same_again(seed: int, name: str) -> None:
    found = SESSIONS.setdefault(name, sessions(manifest.path(name)))
    first = draw(found, Shown, seed, 8)
    by_id = {session.id: session for session in found}
    for drill in first:
        check(by_id[drill.proof.session], drill)
    assert [drill.question for drill in draw(found, Shown, seed, 8)] == [
        drill.question for drill in first
    ]


SESSIONS: dict[str, list[Session]] = {}


def test_seeds_differ() -> None:
    path = manifest.path("smtp-submission-plain.pcapng")
    asked = {tuple(d.question.id for d in drawn(path, seed, 6)) for seed in range(8)}
    assert len(asked) > 4


def test_no_secret_is_in_any_question_unless_revealed() -> None:
    revealed = 0
    for entry in manifest.recordings()[::3]:
        needles = {text for text in manifest.secrets(entry) if len(text) > 5}
        needles.discard("password")  # a password in one recording, and a word of ours
        for masked in (True, False):
            drills = drawn(manifest.path(entry["file"]), 3, masked=masked)
            said = "\n".join(map(_said, drills))
            held = [needle for needle in needles if needle in said]
            revealed += bool(held)
            assert not (masked and held), entry["file"]
    assert revealed > 5


def _said(drill: Drill) -> str:
    question = drill.question
    texts = [option.text for option in question.options]
    return "\n".join(
        [question.ask, *texts, question.answer.text, *question.reasons.values(), question.hint]
    )


def test_what_is_in_doubt_is_not_asked() -> None:
    for name in (
        "imap-only-client.pcapng",  # one side of the wire
        "imap-only-server.pcapng",
        "imap-http-connect.pcapng",  # behind a proxy's words
        "connect-refused.pcapng",
    ):
        assert drawn(manifest.path(name), 1) == []


def test_two_commands_at_once_leave_the_next_line_open() -> None:
    found = drawn(manifest.path("smtp-pipelining.pcapng"), 1)
    asked = [drill.question.ask for drill in found if drill.sort == "predict"]
    assert asked
    assert not any("RCPT" in ask for ask in asked)


def test_a_large_capture_is_sampled() -> None:
    with Capture(manifest.path("imap-two-devices.pcapng")) as capture:
        capture.load()
        entry = capture.entries[0]
    many = [entry] * 1000
    assert len(sampled(many, 1)) == MOST_SESSIONS
    rng = random.Random(1)
    assert sampled(many[: rng.randrange(1, MOST_SESSIONS)], 1)[0] is entry


def test_sessions_are_held_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    path = manifest.path("imap-two-devices.pcapng")
    assert len(sessions(path)) > 1
    monkeypatch.setattr("tutor.lesson.practice.drawing.MOST_BYTES", 1)
    assert len(sessions(path)) == 1
