"""stub"""

RECORDINGS: tuple = ()
