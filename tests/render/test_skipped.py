"""What was not looked into, in sentences that say why."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from tutor import words
from tutor.render.skipped import skipped_lines


def said(**counts: int) -> list[str]:
    capture: Any = SimpleNamespace(
        skipped=Counter({k.replace("_", " "): n for k, n in counts.items()})
    )
    return list(skipped_lines(capture))


def test_a_tunnel_is_named_with_its_count() -> None:
    assert said(VXLAN=312) == ["312 packets in VXLAN were not looked into"]


def test_what_is_no_tunnel_is_not_called_one() -> None:
    assert said(not_IP=13) == ["13 packets that are not IP"]
    assert said(IP_fragment=1) == ["1 IP fragment whose other pieces are missing"]


def test_the_browser_leaves_ordinary_traffic_out() -> None:
    capture: Any = SimpleNamespace(skipped=Counter({"UDP": 5, "VXLAN": 1}))
    assert len(list(skipped_lines(capture, ordinary=False))) == 1


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_both_languages(language: str) -> None:
    words.choose(language)
    try:
        assert said(UDP=1) != said(UDP=2)
        assert all("{" not in line for line in said(UDP=1, GENEVE=2, headers_cut_off=3))
    finally:
        words.choose("en")


def test_what_is_said_in_words_is_said_in_the_readers() -> None:
    words.choose("pt-BR")
    assert said(tunnels_in_tunnels=2) == [
        "2 pacotes em túneis dentro de túneis não foram examinados"
    ]
    assert "criptografado" in said(encrypted_PPP=1)[0]
