"""The shapes of command arguments: what stands where, and what it is for."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from tutor.base import Role


class Form(StrEnum):
    """How an argument is written."""

    ONE = "one"  # one value: atom, quoted, literal or a list in parentheses
    LIST = "list"  # a list in parentheses, which may be left out
    QUOTED = "quoted"  # a quoted text, which may be left out
    KEYWORD = "keyword"  # a fixed word and the list behind it, which may be left out
    REST = "rest"  # all that is left
    KEYS = "keys"  # search keys (RFC 9051 6.4.4)
    PAIRS = "pairs"  # a list of name and value (or values) by turns; NIL is allowed
    NESTED = "nested"  # a list of lists, each beginning with a name; NIL is allowed
    RESULTS = "results"  # what a search found: numbers, and words that say which
    MESSAGE = "message"  # APPEND: flags, date, message, and again (RFC 3502), or CATENATE


class Argument(NamedTuple):
    """One argument: its name for people, the role of its bytes, its form."""

    name: str
    role: Role
    form: Form = Form.ONE
    word: bytes = b""  # for KEYWORD
    value: Role = Role.ARGUMENT  # for PAIRS: role of what follows each name
    size: int = 2  # for PAIRS: how many belong together, the name included


MAILBOX = Argument("mailbox", Role.MAILBOX)
PATTERN = Argument("pattern", Role.MAILBOX)
REFERENCE = Argument("reference", Role.MAILBOX)
MESSAGES = Argument("messages", Role.SEQUENCE)
UNIQUE_IDS = Argument("unique-ids", Role.UNIQUE_ID)
ITEMS = Argument("items", Role.ITEM)
USER = Argument("user", Role.USER)
PASSWORD = Argument("password", Role.PASSWORD, Form.REST)
MECHANISM = Argument("mechanism", Role.MECHANISM)
INITIAL_RESPONSE = Argument("initial-response", Role.RESPONSE, Form.REST)
OPTIONS = Argument("options", Role.PARAMETER, Form.LIST)
FLAGS = Argument("flags", Role.FLAG, Form.REST)
CAPABILITIES = Argument("capabilities", Role.CAPABILITY, Form.REST)
CHARSET = Argument("charset", Role.ARGUMENT)
ALGORITHM = Argument("algorithm", Role.ITEM)
IDENTIFIER = Argument("identifier", Role.ARGUMENT)
RIGHTS = Argument("rights", Role.ARGUMENT)
QUOTA_ROOT = Argument("quota-root", Role.ARGUMENT)
SEARCH_KEYS = Argument("search-keys", Role.ITEM, Form.KEYS)
RETURN = Argument("return", Role.ITEM, Form.KEYWORD, b"RETURN")
PAIRS = Argument("pairs", Role.PARAMETER, Form.PAIRS)
MESSAGE = Argument("message", Role.BODY, Form.MESSAGE)
PARAMETERS = Argument("parameters", Role.PARAMETER, Form.REST)
LIMITS = Argument("limits", Role.ITEM, Form.PAIRS, b"", Role.COUNT)
REST = Argument("arguments", Role.ARGUMENT, Form.REST)
