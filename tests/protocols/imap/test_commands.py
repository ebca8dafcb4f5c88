"""The command table, and its agreement with the reference that learners read."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.protocols.checks import play, script
from tutor.base import Role
from tutor.base.span import SECRET_ROLES
from tutor.lesson.keys import capability_keys
from tutor.protocols.events import Anomaly, Kind
from tutor.protocols.imap import COMMANDS, STATES, ImapObserver
from tutor.protocols.imap.data import CODES, DATA, NUMBERED, STATUSES

REFERENCE = Path(__file__).resolve().parents[3] / "lessons" / "reference" / "imap.yaml"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.verb)
def test_each_command_is_whole(command: object) -> None:
    from tutor.protocols.imap import Command

    assert isinstance(command, Command)
    assert command.verb == command.verb.upper()
    assert command.states
    assert set(command.states) < set(STATES)
    assert not command.source or re.fullmatch(r"RFC\d{4}(#\d+(\.\d+)*)?", command.source)
    assert set(command.answers) <= set(DATA) | NUMBERED | {"BYE"}


@pytest.mark.parametrize("verb", COMMANDS)
def test_each_verb_is_recognised_in_any_case(verb: str) -> None:
    talk = script(
        f"S: * OK x\nC: a1 {verb.lower()}\nS: a1 BAD\nC: a2 {verb} one (two 3) {{1+}}\nC: x"
    )
    commands = [e for e in play(ImapObserver(), talk) if e.kind is Kind.COMMAND]
    assert [e.name for e in commands] == [verb, verb]
    assert not any(Anomaly.UNKNOWN_COMMAND in e.anomalies for e in commands)


def test_only_logins_carry_secrets() -> None:
    secret = {
        command.verb
        for command in COMMANDS.values()
        if any(argument.role in SECRET_ROLES for argument in command.arguments)
    }
    assert secret == {"LOGIN", "AUTHENTICATE"}


def test_sets_of_uid_commands_are_unique_ids() -> None:
    for command in COMMANDS.values():
        if command.verb.startswith("UID ") and command.arguments[0].role is Role.SEQUENCE:
            pytest.fail(command.verb)


@cache
def keys() -> frozenset[str]:
    return frozenset(yaml.safe_load(REFERENCE.read_text("utf-8"))["entries"])


def entries(kind: str) -> set[str]:
    return {key.partition("/")[2] for key in keys() if key.startswith(f"{kind}/")}


def test_the_reference_explains_each_command_and_no_other() -> None:
    assert entries("command") - {"unknown", "UID"} == set(COMMANDS)


def test_the_reference_explains_the_data_that_the_observer_knows() -> None:
    known = set(DATA) | NUMBERED
    assert entries("untagged") - {"unknown"} == known | (STATUSES - {"PREAUTH"})
    assert entries("greeting") - {"unknown"} == {"OK", "PREAUTH", "BYE"}


def test_the_reference_explains_each_response_code_and_no_other() -> None:
    assert entries("code") - {"unknown"} == set(CODES)


CAPABILITIES = """
    ACL ANNOTATE-EXPERIMENT-1 APPENDLIMIT APPENDLIMIT=1000 AUTH=PLAIN AUTH=SCRAM-SHA-256-PLUS BINARY
    CATENATE CHILDREN COMPRESS=DEFLATE CONDSTORE CONTEXT=SEARCH CONTEXT=SORT CONVERT
    CREATE-SPECIAL-USE ENABLE ESEARCH ESORT FILTERS I18NLEVEL=1 I18NLEVEL=2 ID IDLE IMAP4 IMAP4REV1
    IMAP4REV2 IMAPSIEVE=X INPROGRESS JMAPACCESS LANGUAGE LIST-EXTENDED LIST-METADATA LIST-MYRIGHTS
    LIST-STATUS LITERAL+ LITERAL- LOGIN-REFERRALS LOGINDISABLED MAILBOX-REFERRALS MESSAGELIMIT=1000
    METADATA METADATA-SERVER MOVE MULTIAPPEND MULTISEARCH NAMESPACE NOTIFY OBJECTID PARTIAL PREVIEW
    PREVIEW=FUZZY QRESYNC QUOTA QUOTA=RES-STORAGE QUOTASET REPLACE RIGHTS=TEXK SASL-IR SAVEDATE
    SAVELIMIT=1000 SEARCH=FUZZY SEARCHRES SNIPPET=FUZZY SORT SORT=DISPLAY SPECIAL-USE STARTTLS
    STATUS=SIZE THREAD=REFERENCES THREAD=REFS UIDONLY UIDPLUS UNAUTHENTICATE UNSELECT URL-PARTIAL
    URLAUTH URLAUTH=BINARY UTF8=ACCEPT UTF8=ALL UTF8=APPEND UTF8=ONLY UTF8=USER WITHIN
    X-GM-EXT-1 XLIST XAPPLEPUSHSERVICE XAPPLELITERAL XYMHIGHESTMODSEQ XCOURIEROUTBOX=INBOX.OUTBOX
    XMAGICTRASH X-NETSCAPE XSENDER XIMAPPROXY XWHATEVER XXXXXXXX
"""
"""What IANA's registry has, and what large servers have of their own."""


@pytest.mark.parametrize("word", CAPABILITIES.split())
def test_the_reference_explains_each_registered_capability(word: str) -> None:
    found = [key for key in capability_keys("imap", word) if key.removeprefix("imap/") in keys()]
    assert found[0] != "imap/capability/unknown"


def test_the_reference_explains_what_messages_and_mailboxes_are_marked_with() -> None:
    system = {"Seen", "Answered", "Flagged", "Deleted", "Draft", "Recent", "*"}
    words = {"$Forwarded", "$MDNSent", "$Junk", "$NotJunk", "$Phishing", "$Important"}
    assert {*(f"\\{name}" for name in system), *words} <= entries("flag")
    use = {"All", "Archive", "Drafts", "Flagged", "Junk", "Sent", "Trash", "Important"}
    other = {"Noinferiors", "Noselect", "Marked", "Unmarked", "HasChildren", "HasNoChildren"}
    more = {"NonExistent", "Subscribed", "Remote"}
    assert {f"\\{name}" for name in use | other | more} <= entries("attribute")
