"""POP3 as a listener sees it (RFC 1939, RFC 2449)."""

from tutor.protocols.pop3.observer import Pop3Observer

__all__ = ["Pop3Observer"]
