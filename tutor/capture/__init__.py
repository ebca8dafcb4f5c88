"""One opened capture: its sessions, keys and DNS look-ups, growing while it is read."""

from tutor.capture.capture import Capture, Entry

__all__ = ["Capture", "Entry"]
