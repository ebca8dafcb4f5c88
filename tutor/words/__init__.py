"""The program's own words in the reader's language: stdlib gettext, English as the source.

Which language is chosen once, by ``choose``: what was asked for (``--lang``), else the environment
(``WIRETUTOR_LANG``, ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``). There are two: English,
and the Portuguese of Brazil, which readers of every other Portuguese get too.

Cheap on purpose: ``wiretutor --help`` uses it. The catalogue is read when the first word is asked
for. Lesson texts are not here: they live beside their lessons.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Language = Literal["en", "pt-BR"]

LANGUAGES: tuple[Language, ...] = ("en", "pt-BR")
"""The languages there are, the source language first."""

_DOMAIN = "wiretutor"
_LOCALE = Path(__file__).parent / "locale"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


class _Chosen:
    """The language in use and its catalogue; one for the whole program."""

    def __init__(self) -> None:
        self.language: Language | None = None
        self.catalogue: gettext.NullTranslations | None = None


_chosen = _Chosen()


def match(tag: str | None) -> Language | None:
    """The language for a tag such as ``pt-BR``, ``pt_PT.UTF-8`` or ``en``; None where empty."""
    if not tag or not tag.strip():
        return None
    first = tag.strip().replace("_", "-").split(".")[0].split("@")[0].split("-")[0].lower()
    return "pt-BR" if first in {"pt", "por"} else "en"


def choose(tag: str | None = None, environment: Mapping[str, str] | None = None) -> Language:
    """Choose the language: ``tag`` if given, else what the environment says, else English."""
    env = os.environ if environment is None else environment
    wanted = (tag, env.get("WIRETUTOR_LANG"), _listed(env.get("LANGUAGE", "")))
    tags = (*wanted, *(env.get(name) for name in _LOCALES))
    found = next((found for found in map(match, tags) if found), LANGUAGES[0])
    _chosen.language = found
    _chosen.catalogue = None
    return found


def _listed(tags: str) -> str | None:
    """The first language of ``LANGUAGE`` that there is: ``de:pt_BR:en`` asks for Portuguese."""
    return next((tag for tag in tags.split(":") if tag[:2].lower() in ("pt", "en")), None)


def language() -> Language:
    """The language in use; chosen from the environment where nobody has chosen."""
    return _chosen.language or choose()


def _catalogue() -> gettext.NullTranslations:
    if _chosen.catalogue is None:
        name = language().replace("-", "_")
        _chosen.catalogue = gettext.translation(
            _DOMAIN, localedir=str(_LOCALE), languages=[name], fallback=True
        )
    return _chosen.catalogue


def _(message: str) -> str:
    """``message`` in the reader's language."""
    return _catalogue().gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form for ``number`` in the reader's language; it holds the placeholder as it is."""
    return _catalogue().ngettext(singular, plural, number)


def in_english(text: str) -> str:
    """A text that is English among others that are not, and says so."""
    return _("(in English) {text}").format(text=text)


def noted(message: str) -> str:
    """``message`` as it is: one that is looked up elsewhere, and so must be in the catalogue."""
    return message


def noted_plural(singular: str, plural: str) -> tuple[str, str]:
    """The same, of two forms."""
    return singular, plural


__all__ = [
    "LANGUAGES",
    "Language",
    "_",
    "choose",
    "in_english",
    "language",
    "match",
    "ngettext",
    "noted",
    "noted_plural",
]
