"""What the observer makes of dialogues: from RFCs, and odd ones from the wild.

Each case is a dialogue and what comes of it: side, kind, name, ``<what it is about>``, ``(state)``,
``!anomaly``, ``+what it tells``.
"""

from __future__ import annotations

import hashlib

import pytest

from tests.protocols.script import parts, play
from tests.strategies_pop3_smtp import Talk
from tutor.base import CLIENT, SERVER
from tutor.protocols.smtp import SmtpObserver

DIALOGUES = {
    "RFC 5321 D.1: a typical transaction": (
        """
S: 220 foo.com Simple Mail Transfer Service Ready
C: EHLO bar.com
S: 250-foo.com greets bar.com
S: 250-8BITMIME
S: 250-SIZE
S: 250-DSN
S: 250 HELP
C: MAIL FROM:<Smith@bar.com>
S: 250 OK
C: RCPT TO:<Jones@foo.com>
S: 250 OK
C: RCPT TO:<Green@foo.com>
S: 550 No such user here
C: RCPT TO:<Brown@foo.com>
S: 250 OK
C: DATA
S: 354 Start mail input; end with <CRLF>.<CRLF>
C: Blah blah blah...
C: ...etc. etc. etc.
C: .
S: 250 OK
C: QUIT
S: 221 foo.com Service closing transmission channel
""",
        """
S greeting 220 (greeting)
C command EHLO (greeting)
S reply 250 <EHLO> (ready) +offer 8BITMIME, SIZE, DSN, HELP
C command MAIL (ready) +sender Smith@bar.com
S reply 250 <MAIL> (mail)
C command RCPT (mail) +recipient Jones@foo.com
S reply 250 <RCPT> (recipients)
C command RCPT (recipients) +recipient Green@foo.com
S reply 550 <RCPT> (recipients)
C command RCPT (recipients) +recipient Brown@foo.com
S reply 250 <RCPT> (recipients)
C command DATA (recipients)
S reply 354 <DATA> (data)
C message message <DATA> (data) +message sha256:ccd084428542
S reply 250 <message> (ready)
C command QUIT (ready)
S reply 221 <QUIT> (quit)
""",
    ),
    "RFC 2920 3.2: a pipelined group": (
        """
S: 220 innosoft.com SMTP service ready
C: EHLO dbc.mtview.ca.us
S: 250-innosoft.com
S: 250 PIPELINING
C: MAIL FROM:<mrose@dbc.mtview.ca.us>
C: RCPT TO:<nsb@thumper.bellcore.com>
C: RCPT TO:<dan@innosoft.com>
C: DATA
S: 250 sender <mrose@dbc.mtview.ca.us> OK
S: 550 remote mail to <nsb@thumper.bellcore.com> not allowed
S: 550 remote mail to <dan@innosoft.com> not allowed
S: 554 no valid recipients given
C: QUIT
S: 221 goodbye
""",
        """
S greeting 220 (greeting)
C command EHLO (greeting)
S reply 250 <EHLO> (ready) +offer PIPELINING
C command MAIL (ready) +sender mrose@dbc.mtview.ca.us
C command RCPT (ready) +recipient nsb@thumper.bellcore.com
C command RCPT (ready) +recipient dan@innosoft.com
C command DATA (ready)
S reply 250 <MAIL> (mail)
S reply 550 <RCPT> (mail)
S reply 550 <RCPT> (mail)
S reply 554 <DATA> (mail)
C command QUIT (mail)
S reply 221 <QUIT> (quit)
""",
    ),
    "RFC 3030 4.1: chunks, the last one empty": (
        """
S: 220 cnri.reston.va.us SMTP service ready
C: EHLO ymir.claremont.edu
S: 250-cnri.reston.va.us says hello
S: 250 CHUNKING
C: MAIL FROM:<Sam@Random.com>
S: 250 <Sam@Random.com> Sender ok
C: RCPT TO:<Susan@Random.com>
S: 250 <Susan@random.com> Recipient ok
C: BDAT 29
C: To: Susan@random.com
C:
C: ABC
S: 250 29 octets received
C: BDAT 0 LAST
S: 250 Message OK, 29 octets received
C: QUIT
S: 221 Goodbye
""",
        """
S greeting 220 (greeting)
C command EHLO (greeting)
S reply 250 <EHLO> (ready) +offer CHUNKING
C command MAIL (ready) +sender Sam@Random.com
S reply 250 <MAIL> (mail)
C command RCPT (mail) +recipient Susan@Random.com
S reply 250 <RCPT> (recipients)
C command BDAT (recipients)
C message chunk <BDAT> (recipients) +recipient Susan@random.com +message sha256:a4a6cc39b8d0
S reply 250 <BDAT> (data)
C command BDAT (data)
S reply 250 <BDAT> (ready)
C command QUIT (ready)
S reply 221 <QUIT> (quit)
""",
    ),
    "RFC 4954: PLAIN with an initial response": (
        """
S: 220 smtp.example.com ESMTP Server
C: EHLO client.example.com
S: 250-smtp.example.com Hello client.example.com
S: 250 AUTH GSSAPI DIGEST-MD5 PLAIN
C: AUTH PLAIN dGVzdAB0ZXN0ADEyMzQ=
S: 235 2.7.0 Authentication successful
""",
        """
S greeting 220 (greeting)
C command EHLO (greeting)
S reply 250 <EHLO> (ready) +offer AUTH GSSAPI DIGEST-MD5 PLAIN
C command AUTH (ready) +PLAIN test '1234' as test
S reply 235 <AUTH> (ready) +accepted
""",
    ),
    "RFC 4954: refused before any secret, then CRAM-MD5": (
        """
S: 220 smtp.example.com ESMTP Server
C: EHLO client.example.com
S: 250-smtp.example.com Hello client.example.com
S: 250 AUTH CRAM-MD5
C: AUTH PLAIN
S: 504 5.5.4 Unrecognized authentication type.
C: AUTH CRAM-MD5
S: 334 PDQxOTI5NDIzNDEuMTI4Mjg0NzJAc291cmNlZm91ci5hbmRyZXcuY211LmVkdT4=
C: cmpzMyBlYzNhNTlmZWQzOTVhYmExZWM2MzY3YzRmNGI0MWFjMA==
S: 235 2.7.0 Authentication successful
""",
        """
S greeting 220 (greeting)
C command EHLO (greeting)
S reply 250 <EHLO> (ready) +offer AUTH CRAM-MD5
C command AUTH (ready)
S reply 504 <AUTH> (ready)
C command AUTH (ready)
S reply 334 <AUTH> (ready)
C response sasl <AUTH> (ready) +CRAM-MD5 rjs3 'rjs3 ec3a59fed395aba1ec6367c4f4b41ac0'
S reply 235 <AUTH> (ready) +accepted
""",
    ),
    "RFC 3207 5: STARTTLS": (
        """
S: 220 mail.imc.org SMTP service ready
C: EHLO mail.example.com
S: 250-mail.imc.org offers a warm hug of welcome
S: 250-8BITMIME
S: 250-STARTTLS
S: 250 DSN
C: STARTTLS
S: 220 Go ahead
""",
        """
S greeting 220 (greeting)
C command EHLO (greeting)
S reply 250 <EHLO> (ready) +offer 8BITMIME, STARTTLS, DSN
C command STARTTLS (ready) +tls?
S reply 220 <STARTTLS> (greeting) +tls
""",
    ),
    "RFC 2033 4.2: LMTP answers for each recipient": (
        """
S: 220 foo.edu LMTP server ready
C: LHLO foo.edu
S: 250-foo.edu
S: 250-PIPELINING
S: 250 SIZE
C: MAIL FROM:<chris@bar.com>
S: 250 OK
C: RCPT TO:<pat@foo.edu>
S: 250 OK
C: RCPT TO:<jones@foo.edu>
S: 550 No such user here
C: RCPT TO:<green@foo.edu>
S: 250 OK
C: DATA
S: 354 Start mail input; end with <CRLF>.<CRLF>
C: Blah
C: .
S: 250 OK
S: 452 <green@foo.edu> is temporarily over quota
C: QUIT
S: 221 foo.edu closing connection
""",
        """
S greeting 220 (greeting)
C command LHLO (greeting)
S reply 250 <LHLO> (ready) +offer PIPELINING, SIZE
C command MAIL (ready) +sender chris@bar.com
S reply 250 <MAIL> (mail)
C command RCPT (mail) +recipient pat@foo.edu
S reply 250 <RCPT> (recipients)
C command RCPT (recipients) +recipient jones@foo.edu
S reply 550 <RCPT> (recipients)
C command RCPT (recipients) +recipient green@foo.edu
S reply 250 <RCPT> (recipients)
C command DATA (recipients)
S reply 354 <DATA> (data)
C message message <DATA> (data) +message sha256:d0c1809525ae
S reply 250 <message> (ready)
S reply 452 <message> (ready)
C command QUIT (ready)
S reply 221 <QUIT> (quit)
""",
    ),
    "a person types QUIT where a name is asked": (
        """
S: 220 x ESMTP
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: QUIT
S: 535 Error: authentication failed: another step is needed in authentication
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: *
S: 501 cancelled
C: quit
S: 221 bye
""",
        """
S greeting 220 (greeting)
C command AUTH (greeting)
S reply 334 <AUTH> (greeting)
C response sasl-cancel <AUTH> (greeting)
S reply 535 <AUTH> (greeting)
C command AUTH (greeting)
S reply 334 <AUTH> (greeting)
C response sasl-cancel <AUTH> (greeting)
S reply 501 <AUTH> (greeting)
C command QUIT (greeting)
S reply 221 <QUIT> (quit)
""",
    ),
    "the client alone": (
        """
C: EHLO x.example.org
C: AUTH LOGIN
C: YWxpY2U=
C: cHc=
C: MAIL FROM: <alice@example.org>
C: RCPT TO: bob@example.net
C: DATA
C: Subject: hi
C:
C: QUIT
C: .
C: QUIT
""",
        """
C command EHLO (greeting)
C command AUTH (greeting)
C response sasl <AUTH> (greeting) +username alice
C response sasl <AUTH> (greeting) +AUTH LOGIN alice 'pw'
C command MAIL (greeting) +sender alice@example.org
C command RCPT (greeting) +recipient bob@example.net
C command DATA (greeting)
C message message <DATA> (greeting) +subject hi +message sha256:242a91e1aebc
C command QUIT (greeting)
""",
    ),
    "the server alone": (
        """
S: 220-one
S: 220 two
S: 250-mail.example.org
S: 250 STARTTLS
S: 334 UGFzc3dvcmQ6
S: 235 ok
S: 354 go
S: 250 queued
""",
        """
S greeting 220 (greeting)
S reply 250 <EHLO> (ready) +offer STARTTLS
S reply 334 (ready)
S reply 235 <AUTH> (ready)
S reply 354 (ready)
S reply 250 (ready)
""",
    ),
    "begun in the middle": (
        """
S: 334 UGFzc3dvcmQ6
C: cHc=
S: 235 2.7.0 ok
C: MAIL FROM:<>
S: 250 ok
""",
        """
S reply 334 (greeting)
C response sasl <AUTH> (greeting) +AUTH LOGIN None 'pw'
S reply 235 <AUTH> (greeting) +accepted
C command MAIL (greeting)
S reply 250 <MAIL> (mail)
""",
    ),
    "begun in the middle of a message": (
        """
C: X-Mailer: y
C: RCPT TO:<not@a.command>
C: .
S: 250 queued
C: QUIT
S: 221 b
""",
        """
C message message <DATA> (greeting) +message sha256:8d2cd56a66a9
S reply 250 <message> (ready)
C command QUIT (ready)
S reply 221 <QUIT> (quit)
""",
    ),
    "begun in the middle of a message whose words look like verbs": (
        """
C: Hello my dear,
C: AUTH PLAIN AGFubgBzZWNyZXQ=
C: MAIL FROM:<not@a.command>
C: .
S: 250 queued
C: QUIT
S: 221 b
""",
        """
C message message <DATA> (greeting) +message sha256:e66005be8254
S reply 250 <message> (ready)
C command QUIT (ready)
S reply 221 <QUIT> (quit)
""",
    ),
    "text before the greeting, where the beginning was captured": (
        """
C: Hello my dear,
C: EHLO a
S: 220 x
S: 500 what
S: 250 x
""",
        """
C command HELLO (greeting) !unknown-command
C command EHLO (greeting)
S greeting 220 (greeting) !command-before-greeting
S reply 500 <HELLO> (greeting)
S reply 250 <EHLO> (ready) +offer nothing
""",
    ),
    "Exchange: X-EXPS is AUTH, and XEXCH50 has a block": (
        """
S: 220 x
C: X-EXPS LOGIN
S: 334 VXNlcm5hbWU6
C: YW5u
S: 334 UGFzc3dvcmQ6
C: c2VjcmV0
S: 235 ok
C: XEXCH50 22 2
S: 354 Send binary data
C: MAIL FROM:<not@this>
S: 250 XEXCH50 OK
C: XEXCH50 22 2
S: 504 no
C: QUIT
S: 221 b
""",
        """
S greeting 220 (greeting)
C command X-EXPS (greeting)
S reply 334 <AUTH> (greeting)
C response sasl <AUTH> (greeting) +username ann
S reply 334 <AUTH> (greeting)
C response sasl <AUTH> (greeting) +AUTH LOGIN ann 'secret'
S reply 235 <AUTH> (greeting) +accepted
C command XEXCH50 (greeting)
S reply 354 <XEXCH50> (greeting)
C response properties <XEXCH50> (greeting)
S reply 250 <XEXCH50> (greeting)
C command XEXCH50 (greeting)
S reply 504 <XEXCH50> (greeting)
C command QUIT (greeting)
S reply 221 <QUIT> (quit)
""",
    ),
    "PRDR: a reply for each recipient, and one for all": (
        """
S: 220 x
C: EHLO a
S: 250 x
C: MAIL FROM:<a@example.org> PRDR
S: 250 ok
C: RCPT TO:<b@example.org>
S: 250 ok
C: RCPT TO:<c@example.org>
S: 250 ok
C: DATA
S: 354 go
C:
C: .
S: 353 looking
S: 250 first
S: 550 second
S: 250 queued
C: QUIT
S: 221 b
""",
        """
S greeting 220 (greeting)
C command EHLO (greeting)
S reply 250 <EHLO> (ready) +offer nothing
C command MAIL (ready) +sender a@example.org
S reply 250 <MAIL> (mail)
C command RCPT (mail) +recipient b@example.org
S reply 250 <RCPT> (recipients)
C command RCPT (recipients) +recipient c@example.org
S reply 250 <RCPT> (recipients)
C command DATA (recipients)
S reply 354 <DATA> (data)
C message message <DATA> (data) +message sha256:7eb70257593d
S reply 353 <message> (ready)
S reply 250 <message> (ready)
S reply 550 <message> (ready)
S reply 250 <message> (ready)
C command QUIT (ready)
S reply 221 <QUIT> (quit)
""",
    ),
    "a person at telnet": (
        """
S: 220 x
C: \xff\xfb\x1f\xff\xfa\x1f\x00P\x00\x18\xff\xf0help\x08\x08lo x
S: 250 x
C: QUIT\x08\x08\x08
S: 500 what
""",
        """
S greeting 220 (greeting)
C preamble telnet (greeting)
C preamble telnet (greeting)
C command HELO (greeting) !typed-over
S reply 250 <HELO> (ready)
C command (ready) !unknown-command !unparsed-line
S reply 500 (ready)
""",
    ),
    "STARTTLS refused, then accepted and not used": (
        """
S: 220 x
C: STARTTLS
C: RSET
S: 454 4.7.0 no
S: 250 ok
C: STARTTLS
S: 220 ok
C: MAIL FROM:<a@b.example>
S: 250 ok
""",
        """
S greeting 220 (greeting)
C command STARTTLS (greeting) +tls?
C command RSET (greeting) !commands-behind-starttls
S reply 454 <STARTTLS> (greeting) +no tls
S reply 250 <RSET> (ready)
C command STARTTLS (ready) +tls?
S reply 220 <STARTTLS> (greeting) +tls
C command MAIL (greeting) !starttls-not-followed-by-tls +sender a@b.example
S reply 250 <MAIL> (mail) !starttls-not-followed-by-tls
""",
    ),
    "everything at once": (
        """
C: EHLO x.example.org
C: MAIL FROM:<alice@example.org>
C: RCPT TO:<bob@example.net>
C: DATA
C: Subject: hi
C:
C: MAIL FROM:<no@command>
C: .
C: QUIT
S: 220 mail.example.net ESMTP
S: 250 mail.example.net
S: 250 ok
S: 250 ok
S: 354 go
S: 250 queued
C: NOOP
S: 221 bye
S: 250 ok
""",
        """
C command EHLO (greeting)
C command MAIL (greeting) +sender alice@example.org
C command RCPT (greeting) +recipient bob@example.net
C command DATA (greeting)
C message message <DATA> (greeting) +subject hi +message sha256:242a91e1aebc
C command QUIT (greeting)
S greeting 220 (greeting) !command-before-greeting
S reply 250 <EHLO> (ready) +offer nothing
S reply 250 <MAIL> (mail)
S reply 250 <RCPT> (recipients)
S reply 354 <DATA> (data)
S reply 250 <message> (ready)
C command NOOP (ready)
S reply 221 <QUIT> (quit)
S reply 250 <NOOP> (quit)
""",
    ),
    "only one verb can be meant": (
        """
S: 220 x
C: NOOP
C: DATA
S: 354 go
C: hello
C: .
S: 250 queued
""",
        """
S greeting 220 (greeting)
C command NOOP (greeting)
C command DATA (greeting)
S reply 354 <DATA> (data)
C message message <DATA> (data) +message sha256:cd2eca353574
S reply 250 <message> (ready)
""",
    ),
    "DATA refused, the message comes all the same": (
        """
S: 220 mail.example.net ESMTP
C: DATA
S: 503 need RCPT
C: From: alice@example.org
C:
C: RSET
C: .
S: 500 what
C: DATA
S: 503 need RCPT
C: RSET
S: 250
""",
        """
S greeting 220 (greeting)
C command DATA (greeting)
S reply 503 <DATA> (greeting)
C message message <DATA> (greeting) +sender alice@example.org +message sha256:bb2c4471a1b0
S reply 500 <message> (ready)
C command DATA (ready)
S reply 503 <DATA> (ready)
C command RSET (ready)
S reply 250 <RSET> (ready)
""",
    ),
    "odd replies": (
        """
S: 220-one
no code
S: 220 two
C: NOOP
S: 250
C: NOOP
S: 250-a
S: 251 b
C: NOOP
S: 999 odd
C: NOOP
S: hello there
S: 250 ok
S: 250 what for
C: RSET
S: 354 why
C: NOOP
S: 235 why
C: NOOP
S: 250 ok
S: 421 idle too long
""",
        """
S greeting 220 (greeting) !bad-reply-code
C command NOOP (greeting)
S reply 250 <NOOP> (greeting)
C command NOOP (greeting)
S reply 251 <NOOP> (greeting) !bad-reply-code
C command NOOP (greeting)
S reply 999 <NOOP> (greeting) !bad-reply-code
C command NOOP (greeting)
S unparsed (greeting) !unparsed-line
S reply 250 <NOOP> (greeting)
S reply 250 (greeting) !reply-without-command
C command RSET (greeting)
S reply 354 <RSET> (greeting) !unexpected-reply
C command NOOP (greeting)
S reply 235 <NOOP> (greeting) !unexpected-reply
C command NOOP (greeting)
S reply 250 <NOOP> (greeting)
S reply 421 (greeting)
""",
    ),
    "odd commands": (
        """
S: 220 x
C: XFOO bar
S: 500 no
C: \x80\x81
S: 500 no
C:
S: 500 no
C: mail from : alice@example.org SIZE=1
S: 250 ok
C: RCPT bob
S: 501 no
C: RCPT TO:<"a > b"@example.net>
S: 250 ok
""",
        """
S greeting 220 (greeting)
C command XFOO (greeting) !unknown-command
S reply 500 <XFOO> (greeting)
C command (greeting) !unknown-command !unparsed-line
S reply 500 (greeting)
C command (greeting) !unknown-command !unparsed-line
S reply 500 (greeting)
C command MAIL (greeting) +sender alice@example.org
S reply 250 <MAIL> (mail)
C command RCPT (mail)
S reply 501 <RCPT> (mail)
C command RCPT (mail) +recipient "a > b"@example.net
S reply 250 <RCPT> (recipients)
""",
    ),
}


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogue(name: str) -> None:
    script, expected = DIALOGUES[name]
    observer = SmtpObserver()
    observer.midway = name.startswith("begun in the middle")
    assert play(observer, script) == expected.strip("\n").splitlines()


def test_parts_of_a_path() -> None:
    talk = [(CLIENT, b'MAIL FROM: <"a > b"@example.org> SIZE=9 BODY=8BITMIME\r\n')]
    assert parts(SmtpObserver(), talk) == [
        ("verb", b"MAIL"),
        ("argument", b"FROM:"),
        ("argument", b"<"),
        ("sender", b'"a > b"@example.org'),
        ("argument", b">"),
        ("parameter", b"SIZE=9"),
        ("parameter", b"BODY=8BITMIME"),
    ]


def test_parts_of_the_null_path_and_of_one_without_brackets() -> None:
    assert parts(SmtpObserver(), [(CLIENT, b"MAIL FROM:<>\r\n")])[2:] == [("sender", b"<>")]
    bare = parts(SmtpObserver(), [(CLIENT, b"RCPT TO:bob@example.net\r\n")])
    assert bare[2:] == [("recipient", b"bob@example.net")]


def test_parts_of_an_ehlo_reply() -> None:
    talk = [
        (CLIENT, b"EHLO x\r\n"),
        (SERVER, b"250-mail.example.net hi\r\n250-SIZE 100\r\n250 AUTH PLAIN\r\n"),
    ]
    assert parts(SmtpObserver(inside_tls=True), talk) == [
        ("code", b"250"),
        ("host", b"mail.example.net"),
        ("text", b"hi"),
        ("code", b"250"),
        ("capability", b"SIZE 100"),
        ("code", b"250"),
        ("capability", b"AUTH PLAIN"),
    ]


def test_an_enhanced_status_is_no_host_name() -> None:
    talk = [(SERVER, b"421 4.3.2 not now\r\n")]
    assert parts(SmtpObserver(), talk) == [
        ("code", b"421"),
        ("status", b"4.3.2"),
        ("text", b"not now"),
    ]


def test_parts_of_a_reply_with_an_enhanced_status() -> None:
    reply = b"550-5.1.1 <bob>: no\r\n550 5.1.1 such user\r\n"
    assert parts(SmtpObserver(), [(CLIENT, b"NOOP\r\n"), (SERVER, reply)]) == [
        ("code", b"550"),
        ("status", b"5.1.1"),
        ("text", b"<bob>: no"),
        ("code", b"550"),
        ("status", b"5.1.1"),
        ("text", b"such user"),
    ]


def test_parts_of_a_message_and_its_dots() -> None:
    message = b"Subject: x\r\n\r\n..\r\nend\r\n.\r\n"
    talk = [(CLIENT, b"DATA\r\n"), (SERVER, b"354 go\r\n"), (CLIENT, message)]
    assert parts(SmtpObserver(), talk) == [
        ("header", b"Subject: x\r\n"),
        ("header", b"\r\n"),
        ("body", b"..\r\nend\r\n"),
        ("terminator", b".\r\n"),
    ]


def test_parts_of_logins_say_what_is_secret() -> None:
    plain = [(CLIENT, b"AUTH PLAIN AGFsaWNlAHB3\r\n")]
    assert parts(SmtpObserver(), plain)[1:] == [
        ("mechanism", b"PLAIN"),
        ("response", b"AGFsaWNlAHB3"),
    ]
    login = [(CLIENT, b"AUTH LOGIN YWxpY2U=\r\ncHc=\r\n")]
    assert parts(SmtpObserver(), login, 0)[2:] == [("user", b"YWxpY2U=")]
    assert parts(SmtpObserver(), login, 1) == [("password", b"cHc=")]


def test_a_binary_chunk_is_not_read_as_lines() -> None:
    chunk = b"To: bob@example.net\r\n\r\n\x00\xff\n.\r\nQUIT\r\n"
    talk = [(CLIENT, b"BDAT %d LAST\r\n" % len(chunk) + chunk + b"QUIT\r\n")]
    assert play(SmtpObserver(inside_tls=True), talk) == [
        "C command BDAT (greeting)",
        "C message chunk <BDAT> (greeting) +recipient bob@example.net +message "
        + _digest(b"To: bob@example.net\r\n\r\n"),
        "C command QUIT (greeting)",
    ]


def _digest(header: bytes) -> str:
    return "sha256:" + hashlib.sha256(header).hexdigest()[:12]


def test_lines_of_a_chunked_header_are_joined() -> None:
    talk = [(CLIENT, b"BDAT 6\r\nSubjecBDAT 12 LAST\r\nt: x\r\n\r\nabcd")]
    events = play(SmtpObserver(), talk)
    assert "+subject x" in events[-1]
    assert parts(SmtpObserver(), talk) == [
        ("header", b"t: x\r\n"),
        ("header", b"\r\n"),
        ("body", b"abcd"),
    ]


def test_a_gap_in_a_password_leaves_it_unknown() -> None:
    talk: Talk = [
        (SERVER, b"220 x\r\n"),
        (CLIENT, b"AUTH PLAIN\r\n"),
        (SERVER, b"334 \r\n"),
        (CLIENT, b"AGFsaW"),
        (CLIENT, 4),
        (CLIENT, b"HB3\r\n"),
        (SERVER, b"535 5.7.8 no\r\n"),
    ]
    assert play(SmtpObserver(), talk)[3:] == [
        "C response sasl <AUTH> (greeting) !gap-in-line +PLAIN None None",
        "C gap (greeting)",
        "C response sasl <AUTH> (greeting) !gap-in-line",
        "S reply 535 <AUTH> (greeting) +refused",
    ]


def test_a_login_whose_secret_is_lost_is_known_by_its_success() -> None:
    talk: Talk = [
        (CLIENT, b"AUTH PLAIN\r\n"),
        (SERVER, b"334 \r\n"),
        (CLIENT, 40),
        (SERVER, b"235 2.7.0 ok\r\n"),
    ]
    assert play(SmtpObserver(inside_tls=True), talk)[-1] == (
        "S reply 235 <AUTH> (greeting) +PLAIN None None +accepted"
    )
    talk[-1] = (SERVER, b"535 5.7.8 no\r\n")
    assert play(SmtpObserver(inside_tls=True), talk)[-1] == "S reply 535 <AUTH> (greeting)"


def test_addresses_in_utf8_are_odd_only_where_not_announced() -> None:
    address = "<alí@example.org>".encode()
    plain = [(CLIENT, b"MAIL FROM:" + address + b"\r\n")]
    assert "!eight-bit-in-command" in play(SmtpObserver(), plain)[0]
    fine = [(CLIENT, b"MAIL FROM:" + address + b" SMTPUTF8\r\nRCPT TO:" + address + b"\r\n")]
    assert not any("!" in line for line in play(SmtpObserver(), fine))


def test_another_protocol_on_the_port_is_named() -> None:
    talk = [(CLIENT, b"GET / HTTP/1.1\r\nHost: x\r\n")]
    assert "!not-this-protocol" in play(SmtpObserver(), talk)[0]
    assert "!not-this-protocol" not in play(SmtpObserver(), talk)[1]


def test_replies_fit_again_after_a_lost_one() -> None:
    talk: Talk = [
        (SERVER, b"220 x\r\n"),
        (CLIENT, b"NOOP\r\n"),
        (SERVER, 8),
        (CLIENT, b"VRFY bob\r\n"),
        (SERVER, b"252 2.0.0 bob\r\n"),
    ]
    assert play(SmtpObserver(), talk)[-1] == "S reply 252 <VRFY> (greeting) !gap-in-line"


def test_a_gap_that_hides_the_beginning_of_a_message() -> None:
    conversation: Talk = [
        (SERVER, b"220 x\r\n"),
        (CLIENT, b"RCPT TO:<b@example.org>\r\n"),
        (SERVER, b"250 ok\r\n"),
        (CLIENT, 200),
        (SERVER, 40),
        (CLIENT, b"f a line\r\nHello there\r\nAUTH PLAIN AGFubgBzZWNyZXQ=\r\n.\r\n"),
        (SERVER, b"250 queued\r\n"),
    ]
    assert play(SmtpObserver(), conversation)[4:] == [
        "S gap (recipients)",
        "C unparsed (recipients) !gap-in-line",
        "C message message <DATA> (recipients) +message sha256:2d28acdd753b",
        "S reply 250 <message> (ready) !gap-in-line",
    ]


def test_a_gap_that_hides_the_end_of_a_message() -> None:
    talk: Talk = [
        (SERVER, b"220 x\r\n"),
        (CLIENT, b"DATA\r\n"),
        (SERVER, b"354 go\r\n"),
        (CLIENT, b"Subject: x\r\n\r\nabc"),
        (CLIENT, 40),
        (SERVER, b"250 queued\r\n"),
        (CLIENT, b"QUIT\r\n"),
        (SERVER, b"221 bye\r\n"),
    ]
    assert [line.partition(" +")[0] for line in play(SmtpObserver(), talk)[3:]] == [
        "C message message <DATA> (data) !gap-in-line",
        "C gap (data)",
        "S reply 250 <message> (ready)",
        "C command QUIT (ready)",
        "S reply 221 <QUIT> (quit)",
    ]


def test_tls_takes_over_and_plain_text_after_it_is_named() -> None:
    hello = bytes.fromhex("160301000501000001") + b"\0"
    talk: Talk = [
        (SERVER, b"220 x\r\n"),
        (CLIENT, b"STARTTLS\r\n"),
        (SERVER, b"220 go\r\n"),
        (CLIENT, hello),
        (SERVER, b"500 what is that\r\n"),
    ]
    observer = SmtpObserver()
    last = play(observer, talk)[-1]
    assert last == "S reply 500 (greeting) !starttls-not-followed-by-tls !reply-without-command"
    assert observer.left(CLIENT) == len(b"STARTTLS\r\n")
    assert observer.left(SERVER) is None


def test_what_is_cut_off_is_no_command() -> None:
    assert play(SmtpObserver(), [(CLIENT, b"MAIL FROM:<a")]) == [
        "C unparsed MAIL (greeting) !truncated"
    ]
