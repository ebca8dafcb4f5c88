"""A secret shows itself to nobody who did not ask."""

from __future__ import annotations

import json
import logging
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.base import MASK, Secret

WORDS = st.text(alphabet="abcdefghijklmnop0123456789", min_size=6)


@given(WORDS)
def test_no_way_of_printing_gives_it(text: str) -> None:
    secret = Secret(text)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>20}", f"{secret!r}", f"{[secret]}"]
    assert not any(text in form for form in shown)
    assert text.encode() not in pickle.dumps(secret)
    assert secret.reveal() == text


def test_the_mask_tells_no_length() -> None:
    assert str(Secret("a")) == str(Secret("a" * 100)) == MASK


def test_logging_masks(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("x").warning("login with %s %r", Secret("hunter22"), Secret("hunter22"))
    assert "hunter22" not in caplog.text


def test_json_refuses_it() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret("hunter22"))


def test_equality_is_by_value() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") != "a"
