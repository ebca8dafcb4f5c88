"""Every scene is played for real; the recording shows what it was meant to show."""

from __future__ import annotations

import imaplib

import pytest

from tests.lab.running import Running
from tutor.capture import Capture
from tutor.lab.mischief import Mode
from tutor.lab.scenes import SCENES
from tutor.words import lab as words

EXPECTED = {
    "imap-login": ("imap", "plaintext", "LOGIN", "readable"),
    "imap-starttls": ("imap", "starttls", "LOGIN", "protected"),
    "imap-careless": ("imap", "starttls", "LOGIN", "protected"),
    "imap-tls": ("imap", "tls", "LOGIN", "protected"),
    "imap-cram-md5": ("imap", "plaintext", "CRAM-MD5", "hashed"),
    "imap-scram": ("imap", "plaintext", "SCRAM-SHA-256", "salted"),
    "imap-xoauth2": ("imap", "plaintext", "XOAUTH2", "token"),
    "pop3-user": ("pop3", "plaintext", "USER", "readable"),
    "pop3-apop": ("pop3", "plaintext", "APOP", "hashed"),
    "pop3-stls": ("pop3", "starttls", "USER", "protected"),
    "pop3-careless": ("pop3", "starttls", "USER", "protected"),
    "smtp-submit": ("smtp", "plaintext", "PLAIN", "encoded"),
    "smtp-starttls": ("smtp", "starttls", "PLAIN", "protected"),
    "smtp-careless": ("smtp", "starttls", "PLAIN", "protected"),
}


def test_the_app_knows_the_labs_scenes_and_modes() -> None:
    assert list(words.SCENES) == list(SCENES)
    assert list(words.MODES) == [mode.value for mode in Mode]
    assert all(words.scene_word(name) for name in SCENES)
    assert all(words.mode_word(mode.value) for mode in Mode)


@pytest.mark.parametrize("scene", EXPECTED)
def test_a_scene_shows_its_login(lab: Running, scene: str) -> None:
    lab.sessions()
    assert lab.play(scene).end == "fine"
    (session,) = lab.sessions()
    protocol, security, mechanism, strength = EXPECTED[scene]
    assert (session["protocol"], session["security"]) == (protocol, security)
    (login,) = session["credentials"]
    assert (login["mechanism"], login["strength"]) == (mechanism, strength)
    assert login["username"] == "alice@example.org"
    assert login["accepted"] is True


def test_spraying_is_found_whatever_else_was_played(lab: Running) -> None:
    with lab.imap() as client:
        client.noop()
    for password in ("one", "two", "three"):
        client = imaplib.IMAP4("127.0.0.1", lab.port("imap"))
        with pytest.raises(imaplib.IMAP4.error):
            client.login("bob@example.org", password)
        client.shutdown()
    lab.play("spraying")
    found = lab.report()["findings"]
    assert any(each["rule"] == "spraying" for each in found)


CARELESS = ("imap-careless", "pop3-careless", "smtp-careless")
CAREFUL = ("imap-starttls", "pop3-stls", "smtp-starttls")


@pytest.mark.parametrize("mode", ["removed", "mangled", "refused", "wrong-name", "unknown-issuer"])
@pytest.mark.parametrize("scene", CAREFUL)
def test_a_careful_client_stops_before_its_secret(lab: Running, scene: str, mode: str) -> None:
    lab.turn(mode)
    lab.sessions()
    assert lab.play(scene).end == "noticed"
    assert not any(session["credentials"] for session in lab.sessions())


@pytest.mark.parametrize("scene", CARELESS)
@pytest.mark.parametrize(
    ("mode", "rule"),
    [
        ("removed", "starttls-removed"),
        ("mangled", "starttls-mangled"),
        ("refused", "starttls-refused"),
    ],
)
def test_a_careless_client_tells_its_secret(lab: Running, scene: str, mode: str, rule: str) -> None:
    lab.turn(mode)
    lab.sessions()
    assert lab.play(scene).end == "fine"
    sessions = lab.sessions()
    assert len(sessions) == 2  # both legs
    assert all(session["security"] == "plaintext" for session in sessions)
    assert all(session["credentials"][0]["secret"] for session in sessions)
    if rule == "starttls-removed":
        numbers = {session["id"] for session in sessions}
        across = [each for each in lab.report()["findings"] if each["rule"] == rule]
        assert any(set(each["sessions"]) == numbers for each in across)
        assert any(each["certainty"] == "observed" for each in across)
    else:
        rules = {found["rule"] for session in sessions for found in session["findings"]}
        assert rule in rules


@pytest.mark.parametrize("scene", CARELESS)
@pytest.mark.parametrize("mode", ["wrong-name", "unknown-issuer"])
def test_a_careless_client_tells_its_secret_to_mallory(lab: Running, scene: str, mode: str) -> None:
    lab.turn(mode)
    lab.sessions()
    assert lab.play(scene).end == "fine"
    near, far = lab.sessions()
    for leg in (near, far):
        assert leg["security"] == "starttls"
        assert leg["credentials"][0]["secret"] == "correct-horse"
    rules = {found["rule"] for found in near["findings"]}
    assert ("certificate-name" in rules) == (mode == "wrong-name")


@pytest.mark.parametrize("scene", CAREFUL)
def test_a_command_behind_starttls_is_seen_and_thrown_away(lab: Running, scene: str) -> None:
    lab.turn("injected")
    lab.sessions()
    assert lab.play(scene).end == "fine"
    near, far = lab.sessions()
    assert "commands-behind-starttls" not in {found["rule"] for found in near["findings"]}
    assert "commands-behind-starttls" in {found["rule"] for found in far["findings"]}


@pytest.mark.parametrize("mode", ["removed", "mangled", "refused", "injected"])
def test_tls_from_the_first_byte_is_out_of_mallorys_reach(lab: Running, mode: str) -> None:
    lab.turn(mode)
    lab.sessions()
    assert lab.play("imap-tls").end == "fine"
    sessions = lab.sessions()
    assert [session["security"] for session in sessions] == ["tls", "tls"]
    assert not any(session["findings"] for session in sessions)


@pytest.mark.parametrize(
    ("mode", "alert"), [("wrong-name", "bad_certificate"), ("unknown-issuer", "unknown_ca")]
)
def test_the_clients_alert_is_seen(lab: Running, mode: str, alert: str) -> None:
    """A client that checks says why it leaves, and says it in the clear."""
    lab.turn(mode)
    lab.sessions()
    played = lab.play("imap-tls")
    assert (played.end, played.why) == ("noticed", "certificate")
    near = lab.sessions()[0]
    with Capture(lab.feed.path, ports={lab.port("imaps"): "imap"}) as capture:
        capture.load()
        session = capture.session(near["id"])
        names = [session.event(step).name for step in range(len(session))]
    assert f"alert/{alert}" in names


def test_why_a_client_stopped_is_told_in_a_word(lab: Running) -> None:
    for mode, why in (("removed", "no-tls"), ("refused", "no-tls"), ("wrong-name", "certificate")):
        lab.turn(mode)
        assert lab.play("smtp-starttls").why == why


def test_delay_changes_nothing_but_the_time(lab: Running) -> None:
    lab.turn("delay")
    lab.sessions()
    assert lab.play("pop3-user").end == "fine"
    (session,) = lab.sessions()
    assert session["duration"] > 0.6
    assert session["credentials"][0]["strength"] == "readable"


def test_a_device_that_waits_hears_of_mail_from_another(lab: Running) -> None:
    lab.sessions()
    assert lab.play("imap-idle").end == "fine"
    assert sorted(session["protocol"] for session in lab.sessions()) == ["imap", "smtp"]
