"""IMAP: RFC 9051 (IMAP4rev2), RFC 3501 (IMAP4rev1) and their extensions."""

from tutor.protocols.imap.commands import COMMANDS, STATES, Command
from tutor.protocols.imap.observer import ImapObserver

__all__ = ["COMMANDS", "STATES", "Command", "ImapObserver"]
