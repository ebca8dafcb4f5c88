"""The hand-made clients that say what they are told, command by command, without TLS."""

import base64
import socket

from rig.clients import ORG
from rig.deeds import Deed
from rig.imap_script import ALICE, SECRET, Script, accepted
from rig.smtp_clients import Talk
from rig.wire import Wire


def imap_commands(
    commands: list[list[str]], host: str = ORG, preface: str = "", log_in: bool = True
) -> list[Deed]:
    """IMAP commands: text and literals in turn; text that ends in `+` makes the client not wait."""
    wire = Wire(host, 143)
    if preface:
        wire.send(base64.b64decode(preface))
    script = Script(wire=wire)
    deed = Deed(143)
    if log_in:
        deed.sent("LOGIN", ALICE, SECRET, accepted(script.do(f"LOGIN {ALICE} {SECRET}")))
    for pieces in commands:
        if not accepted(result := _command(script, pieces)) and pieces[0][0] != "?":
            raise SystemExit(f"{pieces}: {result}")
    script.logout()
    return [deed]


def _command(script: Script, pieces: list[str]) -> str:
    tag = script.tag()
    line = f"{tag} {pieces[0].lstrip('?')}"
    for literal, text in zip(pieces[1::2], pieces[2::2], strict=True):
        waits = not line.endswith("+")
        size = len(literal.encode())
        mark = "" if waits else "+"
        script.wire.send_line(f"{line.removesuffix('+')}{{{size}{mark}}}")
        if waits:
            script.challenge()
        line = literal + text
    script.wire.send_line(line)
    if line.endswith("IDLE"):
        script.challenge()
        script.wire.send_line("DONE")
    return script.result(tag)


def smtp_commands(
    commands: list[list[str]], host: str = ORG, port: int = 25, preface: str = ""
) -> list[Deed]:
    """SMTP commands, each with how the reply begins; a third piece is sent behind it at once."""
    wire = Wire(host, port)
    if preface:
        wire.send(base64.b64decode(preface))
    script = Talk(wire=wire)
    for command, code, *behind in commands:
        script.wire.send(f"{command}\r\n" + "".join(behind))
        if not (got := script.reply()).startswith(code):
            raise SystemExit(f"{command}: {got}")
    script.quit()
    return [Deed(port)]


def pop3_commands(groups: list[list[str]]) -> list[Deed]:
    """POP3 commands; those of a group share a segment. `CAPA.` has an answer of many lines."""
    wire = Wire(ORG, 110)
    wire.until("+OK")
    deed = Deed(110)
    for group in groups:
        wire.send("".join(f"{line.rstrip('.')}\r\n" for line in group))
        for line in group:
            answer = wire.line()
            while answer.startswith("+OK") and line.endswith(".") and wire.line() != ".":
                pass
            if line.startswith("PASS "):
                deed.sent("USER", ALICE, line[5:], answer.startswith("+OK"))
    wire.close()
    return [deed]


def typed_smtp(lines: dict[str, str]) -> list[Deed]:
    """A person at nc: one key a segment, and bare LF at the line's end."""
    script = Talk()
    for line, code in lines.items():
        script.wire.type(line, 0.01, end="\n")
        if code and script.reply() != code:
            raise SystemExit(line)
    script.wire.close()
    return [Deed(25)]


def proxy_v2() -> str:
    """A binary PROXY header (haproxy's version 2): TCP over IPv4, in base64."""
    head = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c"
    ends = socket.inet_aton("192.0.2.77") + socket.inet_aton("198.51.100.25")
    return base64.b64encode(head + ends + (40000).to_bytes(2) + (25).to_bytes(2)).decode()
