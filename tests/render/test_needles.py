"""A known secret is found however it is spelled, and ordinary words are left alone."""

from __future__ import annotations

import base64
import html
import json
import quopri
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.base import MASK, Secret
from tutor.render.needles import Needles, hide

SECRET = 'c"o<r>r&e=ct \\horsé'


def left(text: str, *secrets: str) -> str:
    return hide(text, Needles(map(Secret, secrets)))


@pytest.mark.parametrize("before", ["", "a", "ab", "\0alice\0"])
@pytest.mark.parametrize("behind", ["", "x", "xy"])
@pytest.mark.parametrize("secret", [SECRET, "swordfish", "hunter2"])
def test_base64_is_found_wherever_the_secret_stands_in_it(
    before: str, behind: str, secret: str
) -> None:
    encoded = base64.b64encode((before + secret + behind).encode()).decode()
    assert left(f"so: {encoded} !", secret) == f"so: {MASK} !"
    unpadded = encoded.rstrip("=").replace("+", "-").replace("/", "_")
    assert left(f"so: {unpadded} !", secret) == f"so: {MASK} !"


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        SECRET.replace("c", "C").replace("horse", "HORSE"),
        json.dumps(SECRET)[1:-1],
        html.escape(SECRET),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        quote(SECRET),
        quote(SECRET, safe=""),
        quopri.encodestring(SECRET.encode()).decode(),
        'c\\"o<r>r&e=ct \\\\horsé',
    ],
)
def test_every_spelling_is_found(spelled: str) -> None:
    assert left(f"it is {spelled}, no?", SECRET) == f"it is {MASK}, no?"


def test_latin_1_bytes_are_found_as_they_were() -> None:
    assert Needles([Secret("pässwort")]).find(b"-- p\xe4sswort --") == [(3, 11)]


@pytest.mark.parametrize(
    ("text", "secret", "shown"),
    [
        ("the latest test", "test", f"the latest {MASK}"),
        ("12345 1234.", "1234", f"12345 {MASK}."),
        ("a cat in category", "cat", f"a {MASK} in category"),
        ("a b ab", "ab", "a b ab"),
        ("xhunter2x", "hunter2", f"x{MASK}x"),
        ("swordfishes", "swordfish", f"{MASK}es"),
        ("secretsecret1 secret1", "secret1", f"secret{MASK} {MASK}"),
        ("nothing", "", "nothing"),
    ],
)
def test_short_secrets_do_not_blacken_ordinary_words(text: str, secret: str, shown: str) -> None:
    assert left(text, secret) == shown


@given(st.text(min_size=8, max_size=20), st.text(max_size=10), st.text(max_size=10))
def test_no_long_secret_comes_through(secret: str, before: str, behind: str) -> None:
    raw = secret.encode("utf-8", "replace").decode()
    text = left(before + raw + behind, raw)
    assert raw not in text.replace(MASK, "\0\0")


def test_ranges_are_in_order_and_apart() -> None:
    needles = Needles([Secret("swordfish"), Secret("fishsword")])
    assert needles.find(b"swordfishsword fishsword") == [(0, 9), (15, 24)]


def test_many_secrets_and_long_text_are_fast() -> None:
    needles = Needles(Secret(f"secret-{n}") for n in range(3000))
    started = time.perf_counter()
    assert needles.find(b"the secret- of all " * 20_000) == []
    assert time.perf_counter() - started < 5
