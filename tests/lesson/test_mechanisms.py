"""Every mechanism that the core can name has its words, in both languages."""

from __future__ import annotations

import pytest

from tests.logins import LOGINS
from tutor.findings.credentials import BY_MECHANISM
from tutor.lesson.reference import Reference
from tutor.protocols.sasl_fields import MECHANISMS

COMMANDS = {"LOGIN", "USER", "APOP"}
NAMED = {name.removeprefix("AUTH ") for name in BY_MECHANISM if name not in COMMANDS}
TABLE = {login.mechanism.upper() for login in LOGINS if login.mechanism != "X-OWN"}


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("name", sorted(NAMED | TABLE | set(MECHANISMS)))
def test_the_reference_explains_it(name: str, language: str) -> None:
    found = Reference.load("pt-BR" if language == "pt-BR" else "en").find(f"sasl/mechanism/{name}")
    assert found is not None
    assert found.translated
