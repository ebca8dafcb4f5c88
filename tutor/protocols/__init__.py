"""Sans-io observers: bytes of two directions in, events out.

An observer watches a conversation that it takes no part in. It never raises on what people
send: what is odd is named (``Event.anomalies``, a closed vocabulary) and the observer goes on.
Framing comes before meaning: lines, literals and dot blocks are cut first, so that a bad
command cannot make a message be read as commands.
"""
