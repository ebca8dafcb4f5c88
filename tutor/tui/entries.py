"""The session browser's words: one session in a row, its verdicts in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.capture import Entry
from tutor.findings import Certainty
from tutor.findings.across import FileFinding
from tutor.render import explain, names, needles
from tutor.render.lines import Seg
from tutor.render.needles import hide
from tutor.render.plain import certainty_word
from tutor.render.pseudonyms import Pseudonyms
from tutor.render.untold import untold
from tutor.tui.paint import Row, fit
from tutor.tui.wrap import flow
from tutor.words import _

_NANO = 1_000_000_000
_PROTOCOL, _STEPS, _TLS, _LOGIN = 10, 5, 14, 19
_TIME = 9
_TIMED = 96
"""Columns from which on the time has a column."""

_WORST = ("readable", "token", "encoded", "unknown", "hashed", "salted", "protected", "none")


def header(width: int) -> str:
    """The head of the table."""
    # outside the f-string: what collects the words does not look into one
    ends, steps, login = _("client → server"), _("steps"), _("login")
    time, protocol = _("time"), _("protocol")
    timed = f"{time:>{_TIME}} " if width >= _TIMED else ""
    return (
        f"{'#':>3} {timed}{protocol:<{_PROTOCOL}} {ends:<{_ends(width)}}"
        f" {steps:>{_STEPS}} {'TLS':<{_tls(width)}} {login}"
    )


def _tls(width: int) -> int:
    return _TLS if width >= _TIMED else 10


def _ends(width: int) -> int:
    time = _TIME + 1 if width >= _TIMED else 0
    return max(14, width - 3 - time - _PROTOCOL - _STEPS - _tls(width) - _LOGIN - 5)


def row(
    entry: Entry,
    number: int,
    begin: int,
    width: int,
    file: str = "",
    pseudonyms: Pseudonyms | None = None,
    named: str = "",
) -> Row:
    """One session, under its number in the list.

    Args:
        entry: the session.
        number: its number there.
        begin: the first packet's time, Unix nanoseconds.
        width: columns.
        file: its name, where there are several.
        pseudonyms: for hosts, before a class.
        named: what to call the two ends in place of their addresses.
    """
    seconds = f"{(entry.start - begin) / _NANO:.2f}"
    room = _ends(width)
    addresses = (entry.client.address, entry.server.address)
    ends = named or " → ".join(map(pseudonyms.host, addresses) if pseudonyms else addresses)
    if file and width >= _TIMED:
        ends = _short(f"{ends}  {file}", room)
    word, glyph = login(entry)
    secure, sign = tls(entry)
    spoken = f"{names.protocol(entry.protocol)} :{entry.server.port}"
    time = f"{seconds:>{_TIME}} " if width >= _TIMED else ""
    return [
        Seg(f"{number:>3} {time}", "dim"),
        Seg(f"{spoken:<{_PROTOCOL}} ", "verb"),
        Seg(f"{_short(ends, room):<{room}} ", ""),
        Seg(f"{entry.steps:>{_STEPS}} ", "dim"),
        *_cell(secure, sign, _tls(width), "safe"),
        Seg(" ", ""),
        *_cell(word, glyph, _LOGIN, "mark"),
    ]


def _cell(word: str, glyph: str, width: int, role: str) -> list[Seg]:
    tail = f" {glyph}" if glyph else ""
    text = fit([Seg(word, "")], max(1, width - len(tail)))
    used = sum(len(seg.text) for seg in text) + len(tail)
    style = "safe" if glyph in ("~", "··") else role
    return [*text, Seg(tail, style), Seg(" " * max(0, width - used), "")]


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def tls(entry: Entry) -> tuple[str, str]:
    """What is to be said of TLS, and its mark."""
    if entry.security == "starttls":
        return "STARTTLS", "~"
    if entry.security == "tls":
        version = entry.tls.version if entry.tls else ""
        keys = _("keys") if entry.tls and entry.tls.decrypted else ""
        return " ".join(filter(None, ("TLS", version, keys))), "~"
    return _("none"), ""


def login(entry: Entry) -> tuple[str, str]:
    """The worst login of a session in words, and its mark; never the secret."""
    if not entry.credentials:
        hidden = entry.security != "plaintext" and not (entry.tls and entry.tls.decrypted)
        return (_("not visible"), "··") if hidden else ("-", "")
    worst = min(entry.credentials, key=lambda c: _rank(c.strength))
    words = {
        "readable": (_("readable"), "!!"),
        "encoded": (_("encoded"), "b64"),
        "token": (_("token"), "!!"),
        "hashed": (_("hashed"), "#"),
        "salted": (_("salted"), "#"),
        "protected": (_("in TLS"), "~"),
        "none": (_("no secret"), ""),
    }
    word, glyph = words.get(worst.strength, (_("unknown"), "!!"))
    answer = {True: _("ok"), False: _("refused"), None: ""}[worst.accepted]
    return " ".join(filter(None, (word, answer))), glyph


def _rank(strength: str) -> int:
    return _WORST.index(strength) if strength in _WORST else len(_WORST)


def title(entry: Entry, file: str = "") -> str:
    """A session in a title line."""
    said = f"#{entry.id} {names.protocol(entry.protocol)} :{entry.server.port}"
    return f"{file}  {said}" if file else said


def searched(entry: Entry, file: str, *, several: bool) -> str:
    """The words that a filter looks at; names of users, never secrets."""
    words = [
        names.protocol(entry.protocol),
        f":{entry.server.port}",
        str(entry.client),
        str(entry.server),
        entry.security,
        *tls(entry),
        *login(entry),
        *(credential.username or "" for credential in entry.credentials),
        *(finding.rule for finding in entry.findings),
        file if several else "",
    ]
    return " ".join(words).casefold()


def verdicts(
    entry: Entry,
    across: Sequence[FileFinding],
    width: int,
    pseudonyms: Pseudonyms | None = None,
) -> list[Row]:
    """What is to be said of a session, with the certainty of each verdict."""
    rows: list[Row] = []
    secrets = needles.of(entry.credentials)
    who = sorted({hide(c.username, secrets) for c in entry.credentials if c.username})
    if pseudonyms:
        who = sorted({pseudonyms.user(c.username) for c in entry.credentials if c.username})
    if entry.presumed:
        words = _("TLS, presumed {protocol}: without keys nobody can tell.")
        rows += flow(words.format(protocol=names.protocol(entry.presumed)), width)
    if who:
        rows += flow(_("Login: {names}").format(names=", ".join(who)), width)
    rules: dict[tuple[str, Certainty], list[int]] = {}
    for finding in entry.findings:
        rules.setdefault((finding.rule, finding.certainty), []).append(finding.step)
    for (rule, certainty), steps in rules.items():
        where = ", ".join(map(str, steps[:4])) + (" …" if len(steps) > 4 else "")
        told = explain.finding(rule)
        words = f"! **{told}** ({certainty_word(certainty)}, " + _("step {n}").format(n=where) + ")"
        rows += flow(words, width, indent=2)
    for words in untold(entry, across):
        rows += flow(words, width, "dim")
    if not rows:
        rows += flow(_("Nothing to warn about."), width, "dim")
    return rows


def across(finding: FileFinding, sessions: Sequence[int], width: int) -> list[Row]:
    """A verdict that needs more than one session; ``sessions`` as the list numbers them."""
    numbers = ", ".join(map(str, sessions[:6]))
    where = _("sessions {numbers}").format(numbers=numbers)
    more = " …" if len(sessions) > 6 else ""
    told = explain.finding(finding.rule)
    words = f"! **{told}** ({certainty_word(finding.certainty)}, {where}{more})"
    return [*flow(words, width, indent=2)]
