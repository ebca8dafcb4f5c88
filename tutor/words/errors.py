"""What went wrong, in the reader's language: our errors, and the system's."""

from __future__ import annotations

from tutor.base import CaptureError, WiretutorError
from tutor.words import _, noted

SYSTEM = (
    noted("No such file or directory"),
    noted("Permission denied"),
    noted("Operation not permitted"),
    noted("Is a directory"),
    noted("Not a directory"),
    noted("File exists"),
    noted("File name too long"),
    noted("Input/output error"),
    noted("Read-only file system"),
    noted("No space left on device"),
    noted("Disk quota exceeded"),
    noted("Too many open files"),
    noted("Too many levels of symbolic links"),
    noted("Address already in use"),
    noted("Cannot assign requested address"),
    noted("Connection refused"),
    noted("Connection reset by peer"),
    noted("Network is unreachable"),
    noted("No route to host"),
    noted("No such device"),
)
"""What a system says most often; it says it in English to every Python program."""


def system_words(error: BaseException) -> str:
    """Why the system refused, in words; what it says rarely stays in English."""
    said = getattr(error, "strerror", None)
    return _(said) if said else str(error)


def error_words(error: WiretutorError) -> str:
    """One of our errors in a sentence: of a capture where it is and why, else what it says."""
    if isinstance(error, CaptureError):
        return f"{error.path}: {reason_words(error)}"
    return str(error)


def reason_words(error: CaptureError) -> str:
    """Why a capture cannot be read, and at which byte where that says something."""
    if error.offset is None:
        return error.reason
    where = _("at byte {n}").format(n=error.offset)
    return f"{error.reason} {where}"
