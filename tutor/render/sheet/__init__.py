"""A sheet of questions to print or to import: Markdown, a page of HTML, Moodle's GIFT.

``of_lesson`` and ``of_exercises`` make a ``Sheet``; ``markdown``, ``page`` and ``gift`` write it.
"""

from tutor.render.sheet.gift import gift
from tutor.render.sheet.make import of_exercises, of_lesson
from tutor.render.sheet.markdown import markdown, markdown_key
from tutor.render.sheet.model import Sheet, Task
from tutor.render.sheet.page import page, page_key

__all__ = [
    "Sheet",
    "Task",
    "gift",
    "markdown",
    "markdown_key",
    "of_exercises",
    "of_lesson",
    "page",
    "page_key",
]
