"""DNS messages, as far as mail needs them: who takes a domain's mail, and at which address."""

from tutor.protocols.dns.message import DnsMessage, Question, Record, frames, parse
from tutor.protocols.dns.pieces import ANSWER, QUESTION, Piece, pieces

__all__ = [
    "ANSWER",
    "QUESTION",
    "DnsMessage",
    "Piece",
    "Question",
    "Record",
    "frames",
    "parse",
    "pieces",
]
