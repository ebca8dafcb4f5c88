"""The commands of `plain_recordings`, and the settings that the servers need for them."""

from rig.servers import ALICE, BOB, CAROL

MORE = """
mail_attribute_dict = file:%h/attributes
plugin {
  acl = vfile
  quota = maildir:User quota
  quota_rule = *:storage=1G
}
protocol imap {
  mail_plugins = acl quota imap_zlib imap_acl imap_quota
  imap_metadata = yes
}
"""
PROXIED = """
haproxy_trusted_networks = 192.0.2.0/24
service imap-login {
  inet_listener imap {
    haproxy = yes
  }
}
"""
DRAFT = f"From: Alice <{ALICE}>\r\nTo: Bob <{BOB}>\r\nSubject: Draft\r\n\r\nNot yet.\r\n"
ACCENTS = f"From: Bob <{BOB}>\r\nTo: Alice <{ALICE}>\r\nSubject: Café às oito\r\n\r\nJosé vem.\r\n"
FIND = """
    ID NIL
    ID ("name" "captures/rig" "version" "1" "os" NIL)
    NAMESPACE
    LIST (SPECIAL-USE) "" "*" RETURN (SPECIAL-USE SUBSCRIBED CHILDREN)
    LIST "" (INBOX Sent) RETURN (STATUS (MESSAGES UIDNEXT SIZE HIGHESTMODSEQ))
    LSUB "" "*"
    XLIST "" "*"?
    SELECT INBOX
    SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN
    UID SEARCH RETURN (SAVE) SUBJECT "heron"
    FETCH $ (UID ENVELOPE)
    SEARCH CHARSET UTF-8 OR FROM "bob" NOT SEEN
    SEARCH (SINCE 1-Jan-2020 BEFORE 1-Jan-2100) LARGER 100 SMALLER 9999999 HEADER X-None ""
    SORT (REVERSE DATE SUBJECT) UTF-8 ALL
    UID SORT RETURN (PARTIAL 1:2) (ARRIVAL) UTF-8 ALL?
    THREAD REFERENCES UTF-8 ALL
    UID THREAD ORDEREDSUBJECT US-ASCII ALL
    FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1])
    FETCH 1 (PREVIEW)
    FETCH 1:* FULL
    GETQUOTAROOT INBOX
    GETQUOTA "User quota"
    MYRIGHTS INBOX
    GETACL INBOX
    LISTRIGHTS INBOX bob@example.org?
    SETMETADATA INBOX (/private/comment "My inbox")
    GETMETADATA (DEPTH infinity) INBOX (/private/comment /shared/comment)
    UNSELECT
"""
SYNC = """
    ENABLE QRESYNC CONDSTORE
    SELECT INBOX (QRESYNC (1700000000 1 1:3))
    FETCH 1:* (UID FLAGS MODSEQ)
    FETCH 1:* (FLAGS) (CHANGEDSINCE 1)
    UID STORE 1 (UNCHANGEDSINCE 99999) +FLAGS.SILENT (\\Answered $Important)
    UID STORE 2 (UNCHANGEDSINCE 1) +FLAGS (\\Flagged)?
    CREATE Archive
    UID MOVE 1 Archive
    COPY 1 Archive
    STORE 1 -FLAGS (\\Seen)
    UID STORE 3 FLAGS (\\Deleted)
    UID EXPUNGE 3
    STATUS INBOX (MESSAGES HIGHESTMODSEQ)
    IDLE
    CHECK
    SUBSCRIBE Archive
    RENAME Archive "Old mail"
    UNSUBSCRIBE Archive
    DELETE "Old mail"
    EXAMINE INBOX
    CLOSE
    NOTIFY NONE
"""


def _chunk(data: str, last: bool = False) -> list[str]:
    size = len(data.encode())
    return [f"BDAT {size}{' LAST' if last else ''}", "250", data]


MESSAGE = f"From: Alice <{ALICE}>\r\nTo: Bob <{BOB}>\r\nSubject: In pieces\r\n\r\n"
HELLO = ["EHLO mail.example.org", "250"]
CHUNKS = [
    HELLO,
    [f"MAIL FROM:<{ALICE}> BODY=BINARYMIME", "5"],
    [f"MAIL FROM:<{ALICE}> BODY=8BITMIME SIZE=300", "250"],
    [f"RCPT TO:<{BOB}>", "250"],
    _chunk(MESSAGE),
    _chunk("The café opens at eight.\r\n.\r\nQUIT is a word in this line.\r\n"),
    _chunk("", last=True),
    [f"MAIL FROM:<{ALICE}>", "250"],
    [f"RCPT TO:<{BOB}>", "250"],
    _chunk(MESSAGE + "All in one.\r\n", last=True),
    ["BDAT 5 LAST", "503", "12345"],
]
CANCELLED = [
    ["EHLO laptop.example.org", "250"],
    ["AUTH", "501"],
    ["AUTH FOO", "535"],
    ["AUTH PLAIN", "334"],
    ["*", "501"],
    ["AUTH LOGIN", "334"],
    ["YWxpY2VAZXhhbXBsZS5vcmc=", "334"],
    ["*", "501"],
    ["AUTH PLAIN =", "535"],
    ["AUTH LOGIN", "334"],
    ["no base64!", "5"],
]
NOTES = [
    HELLO,
    [f"MAIL FROM:<{ALICE}> RET=HDRS ENVID=QQ314159 BODY=7BIT", "250"],
    [f"RCPT TO:<{BOB}> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;bob+2Bold@example.net", "250"],
    [f"RCPT TO:<{CAROL}> NOTIFY=NEVER", "250"],
    ["RCPT TO:<nobody@example.net> ORCPT=rfc822;nobody@example.net", "550"],
    ["RSET", "250"],
    [f"MAIL FROM:<{ALICE}> SIZE=99999999", "552"],
    [f"MAIL FROM:<{ALICE}> FOO=BAR", "5"],
    ["MAIL FROM:<alice", "501"],
    [f"VRFY {BOB}", "25"],
    ["EXPN staff", "5"],
    ["HELP", "5"],
    ["ETRN example.net", ""],
    ["TURN", "5"],
    ["NOOP still there?", "250"],
]
WIDE = [
    ["EHLO mail.example.net", "250"],
    ["MAIL FROM:<andré@example.net> SMTPUTF8 BODY=8BITMIME", "250"],
    [f"RCPT TO:<{ALICE}>", "250"],
    ["RCPT TO:<josé@example.org>", "550"],
    ["DATA", "354"],
    [f"{ACCENTS}.", "250"],
]
PLAIN_SEND = [
    ["EHLO laptop.example.org", "250"],
    [f"MAIL FROM:<{BOB}>", "250"],
    [f"RCPT TO:<{ALICE}>", "250"],
    ["DATA", "354"],
    ["Subject: By way of a proxy\r\n\r\nHello.\r\n.", "250"],
]
PROXY_V1 = "UFJPWFkgVENQNCAxOTIuMC4yLjc3IDE5OC41MS4xMDAuMjUgNDAwMDAgMjUNCg=="
BEHIND = {"smtpd_upstream_proxy_protocol": "haproxy"}
POP3 = [
    ["CAPA."],
    ["AUTH."],
    ["AUTH PLAIN", "*"],
    ["UTF8"],
    ["LANG"],
    [f"USER {ALICE}", "PASS correct-horse", "STAT", "LIST.", "UIDL."],
    ["LIST 1", "UIDL 2", "TOP 1 0.", "TOP 2 3.", "RETR 1."],
    ["RETR 9", "DELE 1", "DELE 1", "RSET", "NOOP"],
    ["XTND XMIT"],
    ["QUIT"],
]
TYPED = {
    "helo laptop": "250",
    "mail from:<bob@example.net>": "250",
    "rcpt to:<alice@example.org>": "250",
    "DATA": "354",
    "Subject: typed": "",
    "": "",
    "Hello Alice, no line here ends as it should.": "",
    ".": "250",
    "QUIT": "221",
}
