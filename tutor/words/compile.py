"""``python -m tutor.words.compile``: find the words in the code, merge, and compile the catalogue.

Words are what ``_``, ``ngettext``, ``noted`` and ``noted_plural`` are called with, and what
commands say of themselves (``tutor.cli.spoken``): their docstrings, ``help`` and ``metavar``.

For developers: needs Babel. Keeps translations that are there, adds what is new with an empty
text, and drops what no code says any more. With ``--check`` it changes nothing and says (exit 1)
what is missing or whether the compiled file is stale.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent
PO = _HERE / "locale" / "pt_BR" / "LC_MESSAGES" / "wiretutor.po"
MO = PO.with_suffix(".mo")
_HEADER = "# Portuguese (Brazil) translation of wiretutor.\n#"
_HEADERS = (
    ("Project-Id-Version", "wiretutor"),
    ("Language", "pt_BR"),
    ("Plural-Forms", "nplurals=2; plural=(n > 1);"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
)


_KEYWORDS = {"_": None, "noted": None, "ngettext": (1, 2), "noted_plural": (1, 2)}


def collect(root: Path) -> dict[str | tuple[str, ...], list[str]]:
    """Every message under ``root`` (the package) with the files that say it."""
    from babel.messages.extract import extract_from_dir

    found: dict[str | tuple[str, ...], list[str]] = {}
    for name, _line, message, _comments, _context in extract_from_dir(
        str(root), method_map=[("**.py", "python")], keywords=_KEYWORDS
    ):
        key = tuple(message) if isinstance(message, (list, tuple)) else message
        files = found.setdefault(key, [])
        place = f"tutor/{Path(name).as_posix()}"
        if place not in files:
            files.append(place)
    for path in sorted(root.glob("cli/**/*.py")):
        for message in of_commands(path.read_text("utf-8")):
            found.setdefault(message, []).append(f"tutor/{path.relative_to(root).as_posix()}")
    return found


def of_commands(code: str) -> Iterator[str]:
    """What the commands in a file of code say of themselves."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            said = {_called(each) for each in node.decorator_list}
            if said & {"command", "group"}:
                yield ast.get_docstring(node) or ""
        elif isinstance(node, ast.Call) and _called(node) in ("option", "argument"):
            for keyword in node.keywords:
                text = keyword.value.value if isinstance(keyword.value, ast.Constant) else ""
                if keyword.arg == "help":
                    yield str(text)
                elif keyword.arg == "metavar":
                    yield from re.findall(r"[A-Z]+", str(text))


def _called(node: ast.AST) -> str:
    """The last name of what is called: ``option`` of ``spoken.option(...)``."""
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else ""


def build(root: Path) -> tuple[bytes, bytes, list[str]]:
    """The catalogue's text, its compiled form, and the messages that lack a translation."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    class Plain(Catalog):
        """A catalogue without dates and generator: they would change with every run."""

        mime_headers = property(lambda _self: list(_HEADERS))

    old = read_po(io.BytesIO(PO.read_bytes()), locale="pt_BR") if PO.exists() else Catalog("pt_BR")
    new = Plain(locale="pt_BR", header_comment=_HEADER, fuzzy=False)
    missing: list[str] = []
    for key, files in sorted(collect(root).items(), key=str):
        before = old.get(key if isinstance(key, str) else key[0])
        string = before.string if before is not None else ""
        if isinstance(key, str) is not isinstance(string, str):
            string = ""  # a word that has a plural now, or has lost it, is translated anew
        new.add(key, string, locations=[(name, 0) for name in sorted(files)])
        if not string or (not isinstance(string, str) and not all(string)):
            missing.append(key if isinstance(key, str) else key[0])
    text, compiled = io.BytesIO(), io.BytesIO()
    # no places: Pythons differ in what they find inside f-strings
    write_po(text, new, width=100, no_location=True, sort_output=True)
    write_mo(compiled, new)
    return text.getvalue(), compiled.getvalue(), missing


def main(arguments: list[str]) -> int:
    """Write both files, or check them."""
    text, compiled, missing = build(_HERE.parent)
    for message in missing:
        sys.stderr.write(f"no translation: {message!r}\n")
    if "--check" not in arguments:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(text)
        MO.write_bytes(compiled)
        return 0
    fresh = PO.read_bytes() == text and MO.read_bytes() == compiled
    if not fresh:
        sys.stderr.write("stale: run python -m tutor.words.compile\n")
    return 0 if fresh and not missing else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
