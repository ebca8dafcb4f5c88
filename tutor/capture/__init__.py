"""One opened capture: its sessions, keys, look-ups, and what holds across sessions."""
