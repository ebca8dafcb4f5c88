"""The lab's servers, line by line: what the RFCs say, and what hostile clients send."""

from __future__ import annotations

import base64
from random import Random

from tests.lab.running import Running
from tests.lab.talking import Talk, imap
from tutor.lab.scram import ScramClient

MESSAGE = b"From: a@example.org\r\nSubject: one\r\n\r\nbody\r\n"


def whole(pop: Talk) -> list[bytes]:
    """A multi-line answer."""
    lines = [pop.line()]
    while lines[-1] != b".":
        lines.append(pop.line())
    return lines


def send_mail(lab: Running, subject: bytes) -> None:
    with Talk(lab.port("smtp")) as smtp:
        plain = base64.b64encode(b"\0bob@example.org\0battery-staple")
        smtp.send(b"EHLO laptop\r\n")
        smtp.until(b"250 ")
        smtp.send(b"AUTH PLAIN " + plain + b"\r\n")
        smtp.until(b"235")
        # all at once: PIPELINING (RFC 2920)
        smtp.send(b"MAIL FROM:<bob@example.org>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n")
        smtp.until(b"354")
        smtp.send(b"Subject: " + subject + b"\r\n\r\n..dot\r\n.\r\nQUIT\r\n")
        smtp.until(b"221")


def test_literals_of_both_kinds(lab: Running) -> None:
    with imap(lab.port("imap")) as talk:
        talk.send(b"a APPEND INBOX (\\Seen) {%d}\r\n" % len(MESSAGE))
        assert talk.line().startswith(b"+ ")
        talk.send(MESSAGE + b"\r\n")
        assert b"APPENDUID" in talk.until(b"a OK")[-1]
        talk.send(b"b APPEND {5+}\r\nINBOX {%d+}\r\n" % len(MESSAGE) + MESSAGE + b"\r\n")
        assert not any(line.startswith(b"+") for line in talk.until(b"b OK"))


def test_a_literal_that_is_too_large(lab: Running) -> None:
    """Asked for, it is refused; unasked, the connection ends: what follows is no command."""
    with imap(lab.port("imap")) as talk:
        talk.send(b"a APPEND INBOX {99999999}\r\n")
        talk.until(b"a BAD")
        talk.send(b"b APPEND INBOX {99999999+}\r\nc LOGOUT\r\n")
        talk.until(b"* BYE")
        assert b"c OK" not in talk.rest()


def test_many_small_literals_are_not_endless(lab: Running) -> None:
    with imap(lab.port("imap")) as talk:
        talk.send(b"a NOOP {16000000+}\r\n" + bytes(16_000_000) + b" {2000000+}\r\n")
        talk.until(b"* BYE")


def test_mail_from_smtp_wakes_idle(lab: Running) -> None:
    with imap(lab.port("imap")) as talk:
        talk.send(b"i IDLE\r\n")
        talk.until(b"+ ")
        send_mail(lab, b"wake")
        assert talk.until(b"* ")[-1].endswith(b" EXISTS")
        talk.send(b"DONE\r\nf FETCH * BODY.PEEK[]\r\n")
        talk.until(b"i OK")
        assert b"Subject: wake" in talk.until(b"f OK")


def test_two_clients_see_what_the_other_does(lab: Running) -> None:
    with imap(lab.port("imap")) as one, imap(lab.port("imap")) as other:
        one.send(b"a APPEND INBOX {%d+}\r\n" % len(MESSAGE) + MESSAGE + b"\r\n")
        count = next(line for line in one.until(b"a OK") if line.endswith(b" EXISTS")).split()[1]
        other.send(b"n NOOP\r\n")
        assert b"* " + count + b" EXISTS" in other.until(b"n OK")
        one.send(b"b STORE " + count + b" +FLAGS.SILENT (\\Flagged)\r\n")
        assert len(one.until(b"b OK")) == 1
        other.send(b"n NOOP\r\n")
        assert b"\\Flagged" in b"".join(other.until(b"n OK"))
        other.send(b"i IDLE\r\n")
        other.until(b"+ ")
        one.send(b"c STORE " + count + b" +FLAGS (\\Deleted)\r\nd EXPUNGE\r\n")
        assert b"* " + count + b" EXPUNGE" in one.until(b"d OK")
        other.until(b"* " + count + b" EXPUNGE")
        other.send(b"DONE\r\n")
        other.until(b"i OK")


def test_numbers_keep_their_meaning_until_they_are_taken_back(lab: Running) -> None:
    """RFC 9051 7.5.1: no EXPUNGE in the answer to FETCH; the message can still be read."""
    with imap(lab.port("imap")) as one, imap(lab.port("imap")) as other:
        one.send(b"a APPEND INBOX {%d+}\r\n" % len(MESSAGE) + MESSAGE + b"\r\n")
        one.until(b"a OK")
        other.send(b"n NOOP\r\n")
        other.until(b"n OK")
        one.send(b"c STORE * +FLAGS (\\Deleted)\r\nd EXPUNGE\r\n")
        one.until(b"d OK")
        other.send(b"f FETCH * BODY.PEEK[TEXT]\r\n")
        told = other.until(b"f OK")
        assert b"body" in told
        assert not any(line.endswith(b"EXPUNGE") for line in told)
        other.send(b"n NOOP\r\n")
        assert any(line.endswith(b"EXPUNGE") for line in other.until(b"n OK"))


def test_recent_belongs_to_the_first_who_hears(lab: Running) -> None:
    with imap(lab.port("imap")) as first:
        send_mail(lab, b"recent")
        first.send(b"n NOOP\r\n")
        first.until(b"n OK")
        first.send(b"f FETCH * FLAGS\r\n")
        assert b"\\Recent" in b"".join(first.until(b"f OK"))
        with imap(lab.port("imap")) as second:
            second.send(b"f FETCH * FLAGS\r\n")
            assert b"\\Recent" not in b"".join(second.until(b"f OK"))


def test_search(lab: Running) -> None:
    with imap(lab.port("imap")) as talk:
        for keys, found in (
            (b'SUBJECT "lunch" FROM bob', b"* SEARCH 1"),
            (b"1:2 NOT SUBJECT lunch", b"* SEARCH 2"),
            (b"OR SUBJECT lunch SUBJECT notes", b"* SEARCH 1 2"),
            (b"SENTBEFORE 1-Jan-2024 (BODY fountain)", b"* SEARCH 1"),
            (b"CHARSET UTF-8 LARGER 99999999", b"* SEARCH"),
            (b"UID 1", b"* SEARCH 1"),
        ):
            talk.send(b"s SEARCH " + keys + b"\r\n")
            assert found in talk.until(b"s OK"), keys
        talk.send(b"s SEARCH NONSENSE\r\n")
        talk.until(b"s BAD")


def test_a_mail_of_parts(lab: Running) -> None:
    mail = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nfirst\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ndeep\r\n--b--\r\n"
    )
    with imap(lab.port("imap")) as talk:
        talk.send(b"a APPEND INBOX {%d+}\r\n" % len(mail) + mail + b"\r\n")
        talk.until(b"a OK")
        for item, wanted in (
            (b"BODYSTRUCTURE", b'"MIXED"'),
            (b"BODY.PEEK[1]", b"first"),
            (b"BODY.PEEK[2.HEADER.FIELDS (SUBJECT)]", b"inner"),
            (b"BODY.PEEK[2.TEXT]", b"deep"),
            (b"BODY.PEEK[1.MIME]<0.12>", b"Content-Type"),
        ):
            talk.send(b"f FETCH * " + item + b"\r\n")
            assert wanted in b"\r\n".join(talk.until(b"f OK")), item
        talk.send(b"f FETCH * BODY[3]\r\n")
        talk.until(b"f BAD")
        talk.send(b"d STORE * +FLAGS (\\Deleted)\r\nd EXPUNGE\r\n")
        talk.until(b"d OK")


def test_what_is_out_of_place_is_refused(lab: Running) -> None:
    with imap(lab.port("imap"), logged_in=False) as talk:
        for line in (
            b"SELECT INBOX",
            b"FETCH 1 FLAGS",
            b"UID",
            b"",
            b"NOOP (",
            b'LOGIN "a',
            b"A {5}x",
        ):
            talk.send(b"t " + line + b"\r\n")
            talk.until(b"t BAD")
    with imap(lab.port("imap")) as talk:
        for line in (b"LOGIN a b", b"STARTTLS", b"AUTHENTICATE PLAIN", b"STORE 1 FLAGS (a\\b)"):
            talk.send(b"t " + line + b"\r\n")
            talk.until(b"t BAD")
        talk.send(b"t CREATE Sent\r\n")
        talk.until(b"t NO")
        talk.send(b"t EXAMINE INBOX\r\nt STORE 1 FLAGS (\\Seen)\r\n")
        talk.until(b"t OK [READ-ONLY]")
        talk.until(b"t NO")


def test_a_flag_cannot_carry_a_line_to_others(lab: Running) -> None:
    with imap(lab.port("imap")) as talk:
        talk.send(b"t STORE 1 +FLAGS ({12+}\r\nx\r\n* 9 EXISTS)\r\n".replace(b"{12+}", b"{14+}"))
        talk.until(b"t BAD")


def test_pop3_shares_the_mailbox_and_deletes_at_quit(lab: Running) -> None:
    send_mail(lab, b"for pop3")
    with Talk(lab.port("pop3")) as pop, imap(lab.port("imap")) as other:
        pop.until(b"+OK")
        # all at once: PIPELINING (RFC 2449 6.6)
        pop.send(b"USER alice@example.org\r\nPASS correct-horse\r\nSTAT\r\n")
        pop.until(b"+OK logged")
        count = pop.line().split()[1]
        pop.send(b"TOP " + count + b" 1\r\n")
        assert {b"Subject: for pop3", b"..dot"} < set(whole(pop))
        pop.send(b"DELE " + count + b"\r\nTOP 1 -1\r\nRETR 9999\r\nQUIT\r\n")
        assert pop.rest().count(b"-ERR") == 2
        other.send(b"n NOOP\r\n")
        assert b"* " + count + b" EXPUNGE" in other.until(b"n OK")


def test_a_session_that_only_reads_and_is_cut_deletes_nothing(lab: Running) -> None:
    with Talk(lab.port("pop3")) as pop:
        pop.until(b"+OK")
        pop.send(b"USER alice@example.org\r\nPASS correct-horse\r\nDELE 1\r\n")
        pop.until(b"+OK marked")
    with imap(lab.port("imap")) as talk:
        talk.send(b"s SEARCH SUBJECT lunch\r\n")
        assert b"* SEARCH 1" in talk.until(b"s OK")


def test_scram_on_pop3_and_smtp(lab: Running) -> None:
    for service, greeting, go_on, good in (
        ("pop3", b"+OK", b"+ ", b"+OK"),
        ("smtp", b"220", b"334 ", b"235"),
    ):
        for password in ("correct-horse", "wrong"):
            client = ScramClient("alice@example.org", password)
            with Talk(lab.port(service)) as talk:
                talk.until(greeting)
                if service == "smtp":
                    talk.send(b"EHLO laptop\r\n")
                    talk.until(b"250 ")
                talk.send(b"AUTH SCRAM-SHA-256\r\n")
                line = talk.line()
                while line.startswith(go_on):
                    challenge = base64.b64decode(line[len(go_on) :])
                    talk.send(base64.b64encode(client.answer(challenge)) + b"\r\n")
                    line = talk.line()
                assert line.startswith(good) == (password == "correct-horse"), line


def test_a_dialogue_can_be_given_up(lab: Running) -> None:
    with imap(lab.port("imap"), logged_in=False) as talk:
        talk.send(b"a AUTHENTICATE PLAIN\r\n*\r\n")
        talk.until(b"a BAD")
    with Talk(lab.port("pop3")) as talk:
        talk.until(b"+OK")
        talk.send(b"AUTH LOGIN\r\nno base64!\r\n")
        talk.until(b"-ERR")
    with Talk(lab.port("smtp")) as talk:
        talk.send(b"EHLO x\r\nAUTH LOGIN\r\n*\r\n")
        talk.until(b"501")


def test_lines_without_end_are_cut_off(lab: Running) -> None:
    for service in ("imap", "pop3"):
        with Talk(lab.port(service)) as talk:
            talk.line()
            try:
                for _ in range(64):
                    talk.send(b"x" * 16384)
            except OSError:
                continue  # it hung up: that is what is wanted
            assert talk.rest() == b""


def test_smtp_takes_whatever_comes(lab: Running) -> None:
    """After each line it answers again, or has hung up; nothing hangs and nothing is repeated."""
    random = Random(7)
    noise = [random.randbytes(random.randrange(1, 80)).replace(b"\n", b"") for _ in range(20)]
    lines = [
        *(
            b"AUTH PLAIN \xff\xfe",
            b"AUTH PLAIN =",
            b"AUTH SCRAM-SHA-256 bixuPWE=\r\n!",
            b"AUTH NONE x",
        ),
        *(b"AUTH LOGIN\r\n" + b"A" * 3000, b"MAIL FROM:<\xe9>", b"RCPT", b"DATA", b"BDAT 5"),
        *(
            b"x" * 5000,
            b"",
            b"EHLO \xff",
            b"HELO",
            b"MAIL",
            b"STARTTLS now",
            b"VRFY \xc3",
            b"HELP \x00",
        ),
        *noise,
    ]
    for line in lines:
        with Talk(lab.port("smtp")) as talk:
            talk.until(b"220")
            talk.send(b"EHLO laptop\r\n" + line + b"\r\nQUIT\r\nQUIT\r\n")
            assert b"221" in talk.rest(), line


def test_nothing_was_complained_of(lab: Running) -> None:
    """What the lab does on purpose makes no noise; last, so that all of the above is in it."""
    assert lab.feed.said() == []
