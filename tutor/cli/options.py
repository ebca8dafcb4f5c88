"""Options that several commands share."""

from __future__ import annotations

from tutor.base import UsageError
from tutor.cli import spoken
from tutor.words import _

_SPOKEN = ("imap", "pop3", "smtp")

keys_option = spoken.option(
    "--keys", multiple=True, metavar="FILE", help="A TLS key log (SSLKEYLOGFILE)."
)
present_option = spoken.option(
    "--present", is_flag=True, help="Before a class: one thing at a time, a key reveals."
)
ports_option = spoken.option(
    "--as", "ports", multiple=True, metavar="PORT=PROTOCOL", help="What a port speaks: 1143=imap."
)


def parse_ports(texts: tuple[str, ...]) -> dict[int, str]:
    """Read ``1143=imap``; UsageError with what would be right."""
    told: dict[int, str] = {}
    for text in texts:
        port, _equals, name = text.partition("=")
        if not port.isdigit() or not 0 < int(port) < 65536 or name.lower() not in _SPOKEN:
            raise UsageError(
                _("--as {text}: write it as PORT=imap, PORT=pop3 or PORT=smtp").format(text=text)
            )
        told[int(port)] = name.lower()
    return told
