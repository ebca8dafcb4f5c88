"""Which language is chosen, and that the catalogue is whole."""

import ast
import gettext
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tutor import words


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("pt-BR", "pt-BR"),
        ("pt_BR.UTF-8", "pt-BR"),
        ("pt_PT@euro", "pt-BR"),
        ("PT", "pt-BR"),
        ("pt_AO.UTF-8", "pt-BR"),
        ("pt_MZ", "pt-BR"),
        ("por", "pt-BR"),
        ("en_GB", "en"),
        ("C.UTF-8", "en"),
        ("de_DE", "en"),
        ("", None),
        (None, None),
        ("  ", None),
    ],
)
def test_every_portuguese_gets_the_brazilian_texts(tag: str | None, expected: str | None) -> None:
    assert words.match(tag) == expected


def test_what_is_asked_for_beats_the_environment() -> None:
    env = {"WIRETUTOR_LANG": "pt", "LANG": "en_US"}
    assert words.choose("en", env) == "en"
    assert words.choose(None, env) == "pt-BR"
    assert words.choose(None, {"LANG": "pt_PT.UTF-8", "LC_ALL": ""}) == "pt-BR"
    assert words.choose(None, {"LC_ALL": "en_US", "LANG": "pt_BR"}) == "en"
    assert words.choose(None, {"LANG": "en_US", "LANGUAGE": "de:pt_PT:en"}) == "pt-BR"
    assert words.choose(None, {"LANG": "pt_BR", "LANGUAGE": "en:pt"}) == "en"
    assert words.choose(None, {"LANG": "pt_BR", "LANGUAGE": "de:fr"}) == "pt-BR"
    assert words.choose(None, {"LANGUAGE": "pt", "WIRETUTOR_LANG": "en"}) == "en"
    assert words.choose(None, {}) == "en"
    assert words.language() == "en"


def test_words_follow_the_language() -> None:
    words.choose("pt-BR")
    assert words._("Client") == "Cliente"
    assert words.ngettext("{n} byte", "{n} bytes", 1) == "{n} byte"
    assert words._("a text that no catalogue has") == "a text that no catalogue has"
    words.choose("en")
    assert words._("Client") == "Client"


def test_importing_the_words_is_cheap() -> None:
    code = (
        "import sys; import tutor.words as w; w._('Client');"
        "heavy = {'yaml', 'pydantic', 'textual', 'rich', 'scapy', 'babel'} & set(sys.modules);"
        "sys.exit(f'imports {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def flat(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_the_compiled_catalogue_is_the_text_one() -> None:
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    from tutor.words.compile import MO, PO

    with PO.open("rb") as text, MO.open("rb") as compiled:
        said = {flat(m.id): flat(m.string) for m in read_po(text) if m.id and m.string}
        built = {flat(m.id): flat(m.string) for m in read_mo(compiled) if m.id}
    assert built == said
    with MO.open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Client") == "Cliente"


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{[a-z_]+(?:![rs])?}", text))


def test_each_translation_keeps_the_placeholders() -> None:
    from babel.messages.pofile import read_po

    from tutor.words.compile import PO

    with PO.open("rb") as file:
        for message in read_po(file):
            if message.id:
                one, many = placeholders(flat(message.id)[0]), placeholders(flat(message.id)[-1])
                for number, text in enumerate(flat(message.string)):
                    assert placeholders(text) in ((one, many) if number == 0 else (many,)), text


def test_every_word_of_the_program_has_its_translation() -> None:
    from tutor.words.compile import MO, PO, build

    text, compiled, missing = build(PO.parents[3].parent)
    assert missing == []
    assert PO.read_bytes() == text, "run python -m tutor.words.compile"
    assert MO.read_bytes() == compiled
    from babel.messages.pofile import read_po

    with PO.open("rb") as file:
        faults = [(m.id, list(map(str, m.check()))) for m in read_po(file)]
    assert [fault for fault in faults if fault[1]] == []


def test_what_commands_say_of_themselves_is_found() -> None:
    from tutor.words.compile import of_commands

    code = """
@spoken.command("play")
@spoken.argument("file", metavar="FILE...")
@spoken.option("--as", metavar="PORT=NAME", help="What it speaks.")
@spoken.option("--count", help=said)
def play():
    \"\"\"Play it.

    All of it.
    \"\"\"

def other():
    \"\"\"For developers.\"\"\"
    option("help", help="no command")
"""
    found = sorted(filter(None, of_commands(code)))
    assert found == ["FILE", "NAME", "PORT", "Play it.\n\nAll of it.", "What it speaks."]


def test_a_word_that_gets_a_plural_is_to_be_translated_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutor.words import compile as catalogue

    (tmp_path / "code.py").write_text('ngettext("packet", "packets", n)\n_("port")\n', "utf-8")
    old = tmp_path / "old.po"
    old.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "packet"\nmsgstr "pacote"\n\nmsgid "port"\nmsgstr "porta"\n',
        "utf-8",
    )
    monkeypatch.setattr(catalogue, "PO", old)
    text, _compiled, missing = catalogue.build(tmp_path)
    assert missing == ["packet"]
    assert b'msgstr "porta"' in text


def test_no_word_hides_in_an_f_string() -> None:
    """There the catalogue's tool does not find it: it would stay English."""
    root = Path(words.__file__).parent.parent
    hidden = [
        f"{path.relative_to(root)}: {node.func.id}"
        for path in root.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext")
    ]
    assert hidden == []
