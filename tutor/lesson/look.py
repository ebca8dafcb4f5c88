"""What a step's ``look`` points at: a role, or one part of a role by its text.

``password`` means every part of that role; ``capability:STARTTLS`` the one that says STARTTLS.
"""

from __future__ import annotations

from collections.abc import Collection


def looked(look: Collection[str], role: str, text: str) -> bool:
    """Whether ``look`` points at a part of that role with that text (blanks around it set aside).

    The text is compared as it stands on the wire, letter by letter.
    """
    return role in look or f"{role}:{text.strip()}" in look
