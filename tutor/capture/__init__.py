"""One opened capture: its sessions, keys and DNS look-ups, growing while it is read."""

from tutor.capture.capture import Capture
from tutor.capture.entry import Entry
from tutor.capture.lookups import Lookup

__all__ = ["Capture", "Entry", "Lookup"]
