"""DNS messages, as far as mail needs them: who takes a domain's mail, and at which address."""

from tutor.protocols.dns.message import DnsMessage, Question, Record, frames, parse

__all__ = ["DnsMessage", "Question", "Record", "frames", "parse"]
