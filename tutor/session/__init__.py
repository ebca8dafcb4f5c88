"""One conversation: which protocol, layers, steps; commands paired with replies."""
