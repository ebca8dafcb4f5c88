"""What a session shows: credentials and their strength, verdicts, what a listener knows.

Pure folds over the events of a session: ``feed(index)`` for each new event, so that nothing is
computed twice while a session grows.
"""

from tutor.findings.across import FileFinding, Summary, across
from tutor.findings.credentials import Credential, CredentialFold, credentials
from tutor.findings.eve import EveFact, EveFold, eve_facts
from tutor.findings.rules import RuleFold, findings
from tutor.findings.verdict import RULES, Certainty, Finding

__all__ = [
    "RULES",
    "Certainty",
    "Credential",
    "CredentialFold",
    "EveFact",
    "EveFold",
    "FileFinding",
    "Finding",
    "RuleFold",
    "Summary",
    "across",
    "credentials",
    "eve_facts",
    "findings",
]
