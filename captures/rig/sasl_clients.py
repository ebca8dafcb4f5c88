"""The hand-made clients that log in by SASL, on all three protocols."""

import base64
from collections.abc import Callable

from rig import sasl
from rig.clients import ORG
from rig.deeds import Deed
from rig.sasl import SECRET, USER, Steps
from rig.wire import Wire

ME = "laptop.example.org"
_SPOKEN = {
    # protocol: port, words before, how the command begins, how a challenge begins, what is OK
    "imap": (143, ["a1 CAPABILITY"], "a2 AUTHENTICATE", "+ ", "a2 OK"),
    "smtp": (587, [f"EHLO {ME}"], "AUTH", "334 ", "235"),
    "pop3": (110, ["CAPA"], "AUTH", "+ ", "+OK"),
}
_FINAL = {"imap": "a2 ", "smtp": ("2", "5"), "pop3": ("+OK", "-ERR")}
_ENDS = {"imap": "a1 ", "smtp": "250 ", "pop3": "."}
_LATER = {
    "imap": (["a3 SELECT INBOX", "a4 LOGOUT"], ["a4 LOGOUT"]),
    "smtp": (["QUIT"], ["QUIT"]),
    "pop3": (["STAT", "QUIT"], ["QUIT"]),
}


def _spoken(wire: Wire) -> str:
    """The next line that is not untagged data of IMAP."""
    while (line := wire.line()).startswith("* "):
        pass
    return line


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _steps(mechanism: str, protocol: str, token: str) -> Steps:
    made: dict[str, Callable[[], Steps]] = {
        "PLAIN": sasl.plain,
        "XOAUTH2": lambda: sasl.xoauth2(token),
        "OAUTHBEARER": lambda: sasl.oauthbearer(token),
        "ANONYMOUS": sasl.anonymous,
        "CRAM-MD5": sasl.cram_md5,
        "DIGEST-MD5": lambda: sasl.digest_md5(f"{protocol}/{ORG}"),
        "SCRAM-SHA-1": lambda: sasl.scram("sha1"),
        "SCRAM-SHA-256": lambda: sasl.scram("sha256"),
    }
    return made[mechanism]()


def _log_in(
    wire: Wire, protocol: str, mechanism: str, steps: Steps, at_once: bool
) -> tuple[bool, list[str]]:
    """Go through a mechanism: whether the server accepted, and the answers that were sent."""
    _, _, command, challenge, ok = _SPOKEN[protocol]
    next(steps)
    sent: list[str] = []
    line = f"{command} {mechanism}"
    if at_once:
        sent.append(steps.send(None))
        line += f" {_coded(sent[0]) or '='}"
    wire.send_line(line)
    while not (answer := _spoken(wire)).startswith(_FINAL[protocol]):
        told = base64.b64decode(answer[len(challenge) :]).decode()
        sent.append(steps.send(told))
        wire.send_line(_coded(sent[-1]))
    return answer.startswith(ok), sent


def sasl_login(
    protocol: str, mechanism: str, at_once: bool = False, token: str = "", refused: bool = False
) -> list[Deed]:
    """Log in once, and look at the inbox unless that is to be refused."""
    port, before, *_ = _SPOKEN[protocol]
    wire = Wire(ORG, port)
    wire.line()
    deed = Deed(port)
    for line in before:
        wire.send_line(line)
        wire.until(_ENDS[protocol])
    steps = _steps(mechanism, protocol, token)
    accepted, sent = _log_in(wire, protocol, mechanism, steps, at_once)
    if accepted == refused:
        raise SystemExit(f"{mechanism} was {'' if accepted else 'not '}accepted")
    user = sent[0] if mechanism == "ANONYMOUS" else USER
    deed.sent(mechanism, user, _secret(mechanism, sent, token), accepted)
    for line in _LATER[protocol][0 if accepted else 1]:
        wire.send_line(line)
        wire.until(*({"imap": [line[:3]]}.get(protocol, ["+OK", "2"])))
    wire.close()
    return [deed]


def _secret(mechanism: str, sent: list[str], token: str) -> str:
    """What of the answers is the secret."""
    if mechanism in ("XOAUTH2", "OAUTHBEARER"):
        return token
    if mechanism == "PLAIN":
        return SECRET
    return {"ANONYMOUS": ""}.get(mechanism, sent[-1] or sent[-2])


def cram_md5_of(secret: str) -> list[Deed]:
    """Log in to IMAP by CRAM-MD5 with a password of one's own."""
    return _cram_md5(sasl.cram_md5(secret), expected=True)


def cram_md5_replayed(answer: str) -> list[Deed]:
    """Answer a new challenge with what was heard of another login; that is to be refused."""
    return _cram_md5(sasl.replayed(answer), expected=False)


def _cram_md5(steps: Steps, *, expected: bool) -> list[Deed]:
    wire = Wire(ORG, 143)
    wire.until("* OK")
    accepted, sent = _log_in(wire, "imap", "CRAM-MD5", steps, at_once=False)
    if accepted != expected:
        raise SystemExit(f"the answer was {'' if accepted else 'not '}accepted")
    deed = Deed(143)
    deed.sent("CRAM-MD5", USER, sent[-1], accepted)
    _leave(wire)
    return [deed]


def spray(users: dict[str, bool], secret: str) -> list[Deed]:
    """One password, many users, a connection for each; whether each was let in as expected."""
    deeds = []
    for user, expected in users.items():
        wire = Wire(ORG, 143)
        wire.until("* OK")
        deed = Deed(143)
        _try(wire, deed, "a1", user, secret, expected)
        _leave(wire)
        deeds.append(deed)
    return deeds


def guess(user: str, secrets: list[str]) -> list[Deed]:
    """One user, many passwords, three in each connection; all are refused."""
    deeds = []
    for place in range(0, len(secrets), 3):
        wire = Wire(ORG, 143)
        wire.until("* OK")
        deed = Deed(143)
        for number, secret in enumerate(secrets[place : place + 3], start=1):
            _try(wire, deed, f"a{number}", user, secret, False)
        _leave(wire)
        deeds.append(deed)
    return deeds


def _try(wire: Wire, deed: Deed, tag: str, user: str, secret: str, expected: bool) -> None:
    wire.send_line(f"{tag} LOGIN {user} {secret}")
    accepted = wire.until(f"{tag} ").startswith(f"{tag} OK")
    if accepted != expected:
        raise SystemExit(f"{user} was {'' if accepted else 'not '}let in")
    deed.sent("LOGIN", user, secret, accepted)


def _leave(wire: Wire) -> None:
    wire.send_line("a9 LOGOUT")
    wire.until("a9 ")
    wire.close()
