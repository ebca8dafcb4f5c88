"""The reference: the most specific text, the reader's language, English where it must be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue import play
from tests.lesson.shelf import opened
from tutor import words
from tutor.base import Role
from tutor.lesson.reference import Explanation, Reference, text_hash
from tutor.protocols.events import Offer
from tutor.session import Eye, Session

ENGLISH = Reference.load("en")


def keys(session: Session, index: int, eye: Eye = Eye.ENDPOINTS) -> list[str]:
    return [item.key for item in ENGLISH.explain(session, index, eye)]


def test_the_most_specific_comes_first_and_codes_follow() -> None:
    session = play(
        143,
        [
            "S: * OK ready\r\n",
            "C: a1 LOGIN bob x\r\n",
            "S: a1 NO [AUTHENTICATIONFAILED] no\r\n",
            "C: a2 NOOP\r\n",
            "S: a2 OK [ALERT] yes\r\n",
            "C: a3 FROBNICATE\r\n",
            "S: a3 BAD what\r\n",
        ],
    )
    assert keys(session, 3) == ["imap/tagged/LOGIN/NO", "imap/code/AUTHENTICATIONFAILED"]
    assert keys(session, 5) == ["imap/tagged/NOOP/OK", "imap/code/ALERT"]
    assert keys(session, 6) == ["imap/command/unknown", "anomalies/unknown-command"]
    assert keys(session, 7) == ["imap/tagged/BAD"]


def test_smtp_replies_fall_back_to_their_class() -> None:
    session = play(
        25,
        [
            "S: 220 hi\r\n",
            "C: NOOP\r\n",
            "S: 299 odd\r\n",
            "C: RCPT TO:<bob@example.net>\r\n",
            "S: 550 5.9.9 no\r\n",
        ],
    )
    assert keys(session, 3)[0] == "smtp/reply/2xx"
    assert keys(session, 5) == ["smtp/reply/RCPT/550", "smtp/enhanced/X.Y.Z"]


def test_a_pop3_greeting_with_a_stamp_is_about_apop() -> None:
    with_stamp = play(110, ["S: +OK ready <1.2@mail.example.org>\r\n", "C: QUIT\r\n"])
    assert keys(with_stamp, 1) == ["pop3/greeting/apop"]
    assert keys(play(110, ["S: +OK ready\r\n", "C: QUIT\r\n"]), 1) == ["pop3/greeting/+OK"]


def test_eve_is_not_told_what_is_in_a_record() -> None:
    session = opened("00-first-look").sessions["tls"]
    certificate = next(n for n in range(len(session)) if session.event(n).name == "Certificate")
    assert keys(session, certificate, Eye.EVE) == ["tls/record/application-data"]
    assert keys(session, certificate)[0] == "tls/handshake/Certificate"


def test_the_start_in_the_middle_is_said() -> None:
    from tests.dialogue import CLIENT_END, SERVER_ADDRESS
    from tutor.base import CLIENT, Endpoint
    from tutor.session import Conversation
    from tutor.streams import Chunk, Opened

    conversation = Conversation(1, CLIENT_END, Endpoint(SERVER_ADDRESS, 143))
    conversation.take(Opened("middle", (), 0))
    conversation.take(Chunk(CLIENT, 0, b"a7 NOOP\r\n", 1, 1))
    conversation.finish()
    assert keys(conversation.session, 0)[-1] == "tcp/start-in-middle"


def test_capabilities_are_explained_one_by_one() -> None:
    offer = Offer(("IMAP4REV1", "AUTH=PLAIN", "STARTTLS", "NEVER-HEARD"))
    explained = ENGLISH.capabilities("imap", offer)
    assert [item.name for item in explained] == list(offer.capabilities)
    assert [item.key.rpartition("/")[2] for item in explained] == [
        "IMAP4REV1",
        "AUTH=",
        "STARTTLS",
        "unknown",
    ]
    sized = ENGLISH.capabilities("smtp", Offer(("SIZE 10240000", "AUTH PLAIN LOGIN")))
    assert [item.key for item in sized] == ["smtp/capability/SIZE", "smtp/capability/AUTH"]


def test_every_role_has_a_label_in_both_languages() -> None:
    other = Reference.load("pt-BR")
    for role in Role:
        label, translated = ENGLISH.role(role), other.role(role)
        assert label is not None, role
        assert translated is not None
        assert translated.translated, role


def test_findings_and_words() -> None:
    finding = ENGLISH.finding("plaintext-credential")
    assert finding is not None
    assert finding.cite
    assert ENGLISH.finding("nonsense") is None
    tls = ENGLISH.term("tls")
    assert tls is not None
    assert tls in ENGLISH.terms()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "tcp.yaml").write_text(
        "format: 1\nlanguage: en\nentries:\n"
        "  open: {name: Open, say: It opens., cite: [RFC9293#3.5]}\n"
        "  close: {name: Close, say: It closes.}\n"
        "  gap: {name: Gap, say: Missing.}\n"
    )
    (folder / "tcp.pt-BR.yaml").write_text(
        "format: 1\nlanguage: pt-BR\nentries:\n"
        f"  open: {{of: '{text_hash('Open', 'It opens.')}', name: Abrir, say: Abre.}}\n"
        "  close: {of: '00000000', name: Fechar, say: Fecha.}\n"
    )
    return tmp_path


def test_a_missing_or_stale_translation_gives_way_to_english(small: Path) -> None:
    words.choose("pt-BR")
    reference = Reference.load("pt-BR", small)
    fresh, stale, missing = (reference.find(f"tcp/{key}") for key in ("open", "close", "gap"))
    assert fresh is not None
    assert stale is not None
    assert missing is not None
    assert (fresh.name, fresh.translated, fresh.cite) == ("Abrir", True, ("RFC9293#3.5",))
    assert (stale.name, stale.translated) == ("Close", False)
    assert (missing.name, missing.translated) == ("Gap", False)
    assert (fresh.say, stale.say) == ("Abre.", "(em inglês) It closes.")
    assert Reference.load("en", small).find("tcp/close") == Explanation(
        "tcp/close", "Close", "It closes."
    )


def test_a_file_that_is_not_there_explains_nothing(small: Path) -> None:
    assert Reference.load("en", small).find("imap/command/LOGIN") is None
