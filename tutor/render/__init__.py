"""Sessions and findings as lines with roles: for the screen, plain words, JSON.

Everything that leaves this room is sanitised and, unless revealed, masked. No Textual here.
"""

from tutor.render.lines import Line, Seg
from tutor.render.view import View

__all__ = ["Line", "Seg", "View"]
