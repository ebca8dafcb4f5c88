"""Base64 undone: the secret is called what it is, and masked where the screen is."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tutor.base import MASK
from tutor.capture import Capture
from tutor.findings import credentials
from tutor.render.undone import undone_parts

CALLED = {
    "imap-authenticate-plain": "password",
    "smtp-auth-plain": "password",
    "imap-cram-md5-weak": "proof of the password",
    "imap-scram-sha-256": "proof of the password",
    "imap-xoauth2": "token",
}


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("name", CALLED)
def test_a_proof_is_not_called_a_password(name: str, masked: bool) -> None:
    with Capture(str(ROOT / "captures" / f"{name}.pcapng")) as capture:
        capture.load()
        session = capture.session(capture.entries[0].id)
    found = credentials(session)[0]
    assert found.secret is not None
    parts = undone_parts(session, found.step - 1, masked=masked)
    assert parts[-1] == (CALLED[name], MASK if masked else found.secret.reveal())
