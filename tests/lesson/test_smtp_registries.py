"""What IANA has registered for SMTP and POP3 has its words, also where no recording shows it."""

from __future__ import annotations

import pytest

from tests.dialogue import play
from tutor.lesson.keys import capability_keys
from tutor.lesson.reference import Reference
from tutor.words import LANGUAGES, Language

HIGHEST = (0, 10, 4, 6, 7, 6, 10, 30)
"""Enhanced status codes: for each subject, the highest registered detail (RFC 5248)."""

KEYWORDS = [
    "8BITMIME",
    "ATRN",
    "AUTH",
    "BINARYMIME",
    "BURL",
    "CHECKPOINT",
    "CHUNKING",
    "CONNEG",
    "CONPERM",
    "DELIVERBY",
    "DSN",
    "ENHANCEDSTATUSCODES",
    "ETRN",
    "EXPN",
    "FUTURERELEASE",
    "HELP",
    "LIMITS",
    "MT-PRIORITY",
    "MTRK",
    "NO-SOLICITING",
    "ONEX",
    "PIPELINING",
    "REQUIRETLS",
    "RRVS",
    "SAML",
    "SEND",
    "SIZE",
    "SMTPUTF8",
    "SOML",
    "STARTTLS",
    "SUBMITTER",
    "TURN",
    "UTF8SMTP",
    "VERB",
]
PARAMETERS = [
    "AUTH",
    "BODY",
    "BY",
    "CONNEG",
    "CONPERM",
    "ENVID",
    "HOLDFOR",
    "HOLDUNTIL",
    "MT-PRIORITY",
    "MTRK",
    "NOTIFY",
    "ORCPT",
    "REQUIRETLS",
    "RET",
    "RRVS",
    "SIZE",
    "SMTPUTF8",
    "SOLICIT",
    "SUBMITTER",
    "TRANSID",
]
REPLIES = [
    "211",
    "214",
    "220",
    "221",
    "235",
    "250",
    "251",
    "252",
    "253",
    "334",
    "354",
    "421",
    "432",
    "450",
    "451",
    "452",
    "453",
    "454",
    "455",
    "458",
    "459",
    "500",
    "501",
    "502",
    "503",
    "504",
    "521",
    "530",
    "534",
    "535",
    "538",
    "550",
    "551",
    "552",
    "553",
    "554",
    "555",
    "556",
]
POP3 = [
    "TOP",
    "USER",
    "SASL",
    "RESP-CODES",
    "LOGIN-DELAY",
    "PIPELINING",
    "EXPIRE",
    "UIDL",
    "IMPLEMENTATION",
    "STLS",
    "AUTH-RESP-CODE",
    "UTF8",
    "LANG",
]
POP3_CODES = ["LOGIN-DELAY", "IN-USE", "AUTH", "UTF8", "SYS/TEMP", "SYS/PERM"]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_registered_name_has_its_words(tag: Language) -> None:
    reference = Reference.load(tag)
    keys = [
        *(f"smtp/enhanced/X.{n}.{d}" for n, most in enumerate(HIGHEST) for d in range(most + 1)),
        *(f"smtp/enhanced/X.{subject}" for subject in range(8)),
        *(f"smtp/capability/{word}" for word in KEYWORDS),
        *(f"smtp/parameter/{word}" for word in PARAMETERS),
        *(f"smtp/reply/{code}" for code in REPLIES),
        *(f"pop3/capability/{word}" for word in POP3),
        *(f"pop3/code/{word}" for word in POP3_CODES),
    ]
    found = {key: reference.find(key) for key in keys}
    assert [key for key, text in found.items() if text is None] == []
    assert [key for key, text in found.items() if text and not text.translated] == []


def explained(*lines: str) -> list[str]:
    session = play(25, lines)
    return [text.key for text in Reference.load("en").explain(session, len(session) - 1)]


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("5.1.1", "5.1.1"),
        ("5.7.22", "X.7.22"),
        ("4.7.99", "X.7"),
        ("5.9.9", "X.Y.Z"),
    ],
)
def test_an_enhanced_code_is_told_as_well_as_it_is_known(code: str, key: str) -> None:
    said = explained("S: 220 x\r\n", "C: EHLO a\r\n", f"S: 550 {code} no\r\n")
    assert f"smtp/enhanced/{key}" in said


def test_the_parameters_of_an_envelope_are_told() -> None:
    said = explained("S: 220 x\r\n", "C: MAIL FROM:<a@example.org> SIZE=9 X-ODD=1\r\n")
    assert said[:3] == ["smtp/command/MAIL", "smtp/parameter/SIZE", "smtp/parameter/unknown"]


def test_the_fields_of_a_message_are_told() -> None:
    said = explained(
        "S: 220 x\r\n",
        "C: DATA\r\n",
        "S: 354 go\r\n",
        "C: Subject: x\r\nFrom: a@example.org\r\nX-Odd: 1\r\n\r\nhi\r\n.\r\n",
    )
    assert said == ["smtp/data/message", "smtp/header/From", "smtp/header/Subject"]


def test_pop3_knows_private_and_overwritten_words() -> None:
    reference = Reference.load("en")
    for word, key in (("XXXX", "overwritten"), ("X-FOO", "private"), ("FOO", "unknown")):
        found = reference.find(*capability_keys("pop3", word))
        assert found is not None
        assert found.key == f"pop3/capability/{key}"
