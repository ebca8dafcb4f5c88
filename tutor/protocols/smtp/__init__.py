"""SMTP and LMTP as a listener sees them (RFC 5321, RFC 2033)."""

from tutor.protocols.smtp.observer import SmtpObserver

__all__ = ["SmtpObserver"]
