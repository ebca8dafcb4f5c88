"""Words that every room shares: direction, span, part, role, secret, endpoint, sanitiser, errors.

Imports nothing of the project and nothing but the standard library's pure parts.
"""

from tutor.base.direction import CLIENT, SERVER, Direction
from tutor.base.endpoint import Endpoint
from tutor.base.errors import CaptureError, LessonError, UsageError, WiretutorError
from tutor.base.sanitise import sanitise, sanitise_bytes
from tutor.base.secret import MASK, Secret
from tutor.base.span import Part, Role, Span

__all__ = [
    "CLIENT",
    "MASK",
    "SERVER",
    "CaptureError",
    "Direction",
    "Endpoint",
    "LessonError",
    "Part",
    "Role",
    "Secret",
    "Span",
    "UsageError",
    "WiretutorError",
    "sanitise",
    "sanitise_bytes",
]
