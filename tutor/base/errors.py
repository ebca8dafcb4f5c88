"""Errors that a person reads: what is wrong, where, and what to do next.

The command line prints ``str(error)`` on one line and leaves with ``exit_code``; nobody sees
a traceback for bad input.
"""

from __future__ import annotations


class WiretutorError(Exception):
    """The root of all errors raised on purpose."""

    exit_code = 1


class UsageError(WiretutorError):
    """The command was called in a way it does not know."""

    exit_code = 2


class CaptureError(WiretutorError):
    """A capture cannot be read (further).

    Attributes:
        path: the file as the user named it.
        offset: the byte at which reading stopped, or None where that says nothing.
        reason: what is wrong, without the path.
    """

    exit_code = 3

    def __init__(self, path: str, reason: str, offset: int | None = None) -> None:
        self.path = path
        self.reason = reason
        self.offset = offset
        where = f" at byte {offset}" if offset is not None else ""
        super().__init__(f"{path}: {reason}{where}")


class LessonError(WiretutorError):
    """A lesson has a mistake: ``path:line:column: what is wrong``."""

    def __init__(self, path: str, line: int, column: int, reason: str) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.reason = reason
        super().__init__(f"{path}:{line}:{column}: {reason}")
