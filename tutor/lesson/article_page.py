"""Write the list of ``docs/teaching/article.md`` from the claims, so that it cannot grow old.

``python -m tutor.lesson.article_page docs/teaching`` renews the page in each language, between
``<!-- claims -->`` and ``<!-- end -->``. Lesson, step and recording of a claim come from the
lessons.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from tutor.lesson.article import Claim, localised_article
from tutor.lesson.course import cards, lessons_directory
from tutor.lesson.load import localised
from tutor.lesson.model import Lesson
from tutor.words import LANGUAGES, Language

_LIST = re.compile(r"(<!-- claims -->\n).*?(<!-- end -->)", re.DOTALL)

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "true": "true",
        "if": "if",
        "false": "false",
        "inexact": "inexact",
        "verdict": "Verdict",
        "seen": "Seen in",
        "lesson": "lesson",
        "step": "step",
        "sources": "Sources",
        "section": "section",
    },
    "pt-BR": {
        "true": "verdadeiro",
        "if": "se",
        "false": "falso",
        "inexact": "inexato",
        "verdict": "Veredito",
        "seen": "Visto na",
        "lesson": "lição",
        "step": "passo",
        "sources": "Fontes",
        "section": "seção",
    },
}


def page_name(tag: Language) -> str:
    """The page's file in ``docs/teaching``."""
    return "article.md" if tag == LANGUAGES[0] else f"article.{tag}.md"


def listed(tag: Language, base: Path | None = None) -> str:
    """The claims as a list in Markdown, in a language."""
    root = base or lessons_directory()
    article, _stale = localised_article(root, tag)
    names = {name.partition(".")[0] for claim in article.claims for name in claim.seen}
    shelf = {card.id: card for card in cards(tag, root)}
    lessons = {name: localised(shelf[name].directory, tag)[0] for name in sorted(names)}
    numbers = {name: card.number for name, card in shelf.items()}
    parts = [
        _claim(place, claim, lessons, numbers, tag) for place, claim in enumerate(article.claims, 1)
    ]
    return "\n".join(parts)


def _claim(
    place: int,
    claim: Claim,
    lessons: Mapping[str, Lesson],
    numbers: Mapping[str, int],
    tag: Language,
) -> str:
    words = _WORDS[tag]
    lines = [
        f"{place}. *{claim.says}*",
        "",
        f"   {words['verdict']}: **{words[claim.verdict]}**. {claim.why}",
        "",
    ]
    seen = "; ".join(_seen(name, lessons, numbers, words) for name in claim.seen)
    lines.append(f"   {words['seen']} {seen}.")
    if claim.cite:
        cites = ", ".join(_cite(cite, words["section"]) for cite in claim.cite)
        lines.append(f"   {words['sources']}: {cites}.")
    return "\n".join([*lines, ""])


def _seen(
    name: str, lessons: Mapping[str, Lesson], numbers: Mapping[str, int], words: Mapping[str, str]
) -> str:
    key, _dot, wanted = name.partition(".")
    lesson = lessons[key]
    step = lesson.step(wanted)
    file = lesson.captures[step.at.capture].file
    title = step.title or wanted
    return f'{words["lesson"]} {numbers[key]}, {words["step"]} "{title}" (`{file}`)'


def _cite(cite: str, section: str) -> str:
    rfc, _hash, place = cite.removeprefix("RFC").partition("#")
    return f"RFC {rfc} {section} {place}"


def renew(page: str, tag: Language, base: Path | None = None) -> str:
    """The page with its list made anew."""
    made = listed(tag, base)
    return _LIST.sub(lambda found: f"{found[1]}\n{made}\n{found[2]}", page)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for each in LANGUAGES:
        path = folder / page_name(each)
        path.write_text(renew(path.read_text("utf-8"), each), "utf-8")
