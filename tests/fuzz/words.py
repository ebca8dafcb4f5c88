"""Vocabularies: what the wire says often, so that a fuzzer need not find it letter by letter."""

from __future__ import annotations

import base64

CLIENT_HELLO = b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + bytes(range(36))
_LOGIN = base64.b64encode(b"\0alice\0s3cret-word")

COMMON = [
    *b"\r\n|.|..|+|*|=|QUIT|\0|\xff\xfe|\xc3\xa9|\t| ".split(b"|"),
    *(CLIENT_HELLO, b"\x15\x03\x03\x00\x02\x02\x28", b"\x17\x03\x03\x00\x01x"),
    *(_LOGIN, base64.b64encode(b"alice"), base64.b64encode(b"s3cret-word")),
    *(base64.b64encode(b"n,,n=alice,r=abc"), base64.b64encode(b"alice " + b"0" * 32)),
    *(b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 143", b"CONNECT mail.example.net:143 HTTP/1.1"),
    *(b"\x05\x01\x00", b"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x8f", b"x" * 600),
]
MESSAGE = [
    b"From: A <a@example.org>",
    b"To: b@example.net, c <c@example.net>",
    b"Subject: =?utf-8?q?Ol=C3=A1?=",
    b"Message-ID: <1@example.org>",
    b'Content-Type: multipart/mixed; boundary="b"',
    b"Content-Disposition: attachment; filename*0*=utf-8''a; filename*1=b",
    b"--b",
    b"--b--",
    b"",
]
IMAP = [
    *COMMON,
    *MESSAGE,
    *(
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN COMPRESS=DEFLATE] ready|* PREAUTH hi"
        b"|a1 LOGIN alice s3cret-word|a1 LOGIN {5}|alice {11}|a1 LOGIN {5+}|a1 OK done|a1 NO no"
        b"|a1 AUTHENTICATE PLAIN|a1 AUTHENTICATE LOGIN|+ |+ VXNlcm5hbWU6|a1 STARTTLS|a1 BAD x"
        b"|a1 COMPRESS DEFLATE|a1 IDLE|DONE|a1 APPEND Sent (\\Seen) {10}|a1 UID FETCH 1:* (FLAGS"
        b" BODY[]<0.9>)|* 1 FETCH (BODY[] {10}|)|* 1 FETCH (ENVELOPE (NIL {3}|* 1 FETCH (UID 4 "
        b'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1)|* LIST (\\A) "/" "Entw&APw-rfe"'
        b'|* SEARCH 1 2|* BYE|a1 SEARCH OR (FROM "x") HEADER y z|* ID ("name" "D")|a1 ID NIL'
        b"|* STATUS x (MESSAGES 2)|a1 LOGOUT|{99999999999}|~{3}|{3+}|(((|]]"
    ).split(b"|"),
]
POP3 = [
    *COMMON,
    *MESSAGE,
    *(
        b"+OK <1.2@example.org>|+OK POP3 ready|+OK|-ERR no|USER alice|PASS s3cret-word|CAPA|STLS"
        b"|APOP alice 0123456789abcdef0123456789abcdef|AUTH PLAIN|AUTH LOGIN|AUTH|LIST|1 120|RETR 1"
        b"|TOP 1 0|UIDL|1 abc|USER|SASL PLAIN|UTF8|LANG|STAT|+OK 2 320|DELE 1|RSET|NOOP"
    ).split(b"|"),
]
SMTP = [
    *COMMON,
    *MESSAGE,
    *(
        b"220 mail.example.net ESMTP Postfix|EHLO c.example.org|LHLO x|250-mail.example.net"
        b"|250-STARTTLS|250-XXXXXXXA|250-AUTH PLAIN LOGIN|250 CHUNKING|STARTTLS|220 go|454 no"
        b"|AUTH PLAIN|AUTH LOGIN|334 VXNlcm5hbWU6|334 UGFzc3dvcmQ6|235 ok|535 no|RSET|250 2.1.0 ok"
        b"|MAIL FROM:<a@example.org> SIZE=9 BODY=8BITMIME|RCPT TO:<b@example.net> NOTIFY=NEVER"
        b"|DATA|354 go|BDAT 10|BDAT 0 LAST|BDAT 5 LAST|550 no|VRFY x|QUIT|221 bye|5"
    ).split(b"|"),
]
EVERYTHING = [*IMAP, *POP3, *SMTP]
