"""wiretutor: see e-mail on the wire.

The rooms, from the top: ``cli``, ``tui``, ``render``, ``lesson``, ``capture``,
``findings`` and ``sources``, ``session``, ``streams`` and ``protocols``, ``base``.
An import goes downwards only; ``docs/architecture.md`` draws the house.
"""

__version__ = "0.1.0"
