"""The command line in Portuguese: what each command says of itself, click's words, mistakes."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from tutor import words
from tutor.base import CaptureError
from tutor.cli import main, spoken
from tutor.sources.source import open_source
from tutor.words.compile import PO
from tutor.words.errors import error_words, system_words

PORTUGUESE = (
    {"LANG": "pt_BR.UTF-8"},
    {"LANG": "pt_PT.UTF-8"},
    {"LC_ALL": "pt_AO"},
    {"LANG": "en_US.UTF-8", "LC_MESSAGES": "pt_MZ.UTF-8"},
    {"LANG": "en_US.UTF-8", "LANGUAGE": "de:pt_BR:en"},
    {"LANG": "en_US.UTF-8", "WIRETUTOR_LANG": "pt"},
)


def commands(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        with click.Context(command) as ctx:
            for name in command.list_commands(ctx):
                found = command.get_command(ctx, name)
                assert found is not None
                yield from commands(found, (*path, name))


ALL = dict(commands())


@cache
def in_the_catalogue() -> frozenset[str]:
    with PO.open("rb") as file:
        return frozenset(message.id for message in read_po(file) if isinstance(message.id, str))


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "300", **environment},
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_there_are_commands_to_look_at() -> None:
    assert len(ALL) >= 19
    assert {("learn",), ("lesson", "check"), ("progress", "import")} <= set(ALL)


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_command_says_in_portuguese_what_it_is_for(path: tuple[str, ...]) -> None:
    command = ALL[path]
    english = CliRunner().invoke(main, [*path, "--help"], terminal_width=300).output
    spoken_words = (
        CliRunner().invoke(main, ["--lang", "pt-BR", *path, "--help"], terminal_width=300).output
    )
    assert spoken_words.startswith("Uso: ")
    assert "[OPÇÕES]" in spoken_words
    assert "Mostra esta ajuda e sai." in spoken_words
    said = [command.help, *(getattr(param, "help", None) for param in command.params)]
    for text in filter(None, said):
        plain = " ".join(inspect.cleandoc(text).split())
        assert plain in " ".join(english.split())
        assert plain not in " ".join(spoken_words.split()), plain
    assert not re.findall(r"\b(Usage|Options|Commands|default|required|FILE|LESSON|ADDR)\b",
                          spoken_words)  # fmt: skip


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_what_commands_say_is_collected_for_translation(path: tuple[str, ...]) -> None:
    collected = in_the_catalogue()
    for param in ALL[path].params:
        assert isinstance(param, (spoken.Option, spoken.Argument)), param.name
        if isinstance(param, click.Option):
            assert param.help in collected
    assert inspect.cleandoc(ALL[path].help or "") in collected


@pytest.mark.parametrize("environment", PORTUGUESE, ids=str)
def test_every_way_to_ask_for_portuguese(environment: dict[str, str]) -> None:
    done = run("progress", "--help", **environment)
    assert done.stdout.startswith("Uso: wiretutor progress [OPÇÕES]")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--lang", "pt-BR", "learn", "--help"),
        ("--lang=pt", "learn", "--help"),
        ("learn", "--help", "--lang", "pt-BR"),
        ("learn", "--lang", "pt-BR", "-h"),
    ],
)
def test_the_option_may_stand_anywhere(arguments: tuple[str, ...]) -> None:
    assert run(*arguments, LANG="en_US.UTF-8").stdout.startswith("Uso: wiretutor learn")


def test_what_is_asked_for_beats_the_locale() -> None:
    assert run("--lang", "en", "--help", LANG="pt_BR.UTF-8").stdout.startswith("Usage: ")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--nothing"], "Não existe a opção "),
        (["nothing"], "Não existe o comando 'nothing'."),
        (["learn", "--rewiev"], "Você quis dizer "),
        (["open"], "Falta o argumento 'ARQUIVO...'."),
        (["tap", "--to", "a:1"], "Falta a opção '--listen'."),
        (["open", "--keys"], "A opção '--keys' pede um valor."),
        (["open", "--plain=1", "x"], "A opção '--plain' não aceita valor."),
        (["doctor", "x", "y"], "Há argumentos a mais (x y)"),
        (["practice", "x", "--count", "many"], "'many' não é um número inteiro."),
        (["practice", "x", "--count", "0"], "0 está fora do intervalo 1<=x<="),
        (["handout", "x", "--format", "pdf"], "'pdf' não é nenhum destes: 'md', 'html', 'gift'."),
    ],
)
def test_a_mistake_is_said_in_portuguese(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words.choose("pt-BR")
    with pytest.raises(click.ClickException) as raised:
        main.main(arguments, standalone_mode=False, prog_name="wiretutor")
    raised.value.show()
    said = capsys.readouterr().err
    assert expected in said
    assert "Erro: " in said
    if not isinstance(raised.value, click.BadOptionUsage):  # which has no command to tell of
        assert "Uso: wiretutor" in said
        assert "para ver a ajuda." in said
    assert not re.search(r"\b(Usage|Error|Try|Missing|Invalid|such|for)\b", said)


def test_our_own_errors_are_said_in_portuguese(tmp_path: Path) -> None:
    (tmp_path / "cut.pcap").write_bytes(b"\xd4\xc3\xb2\xa1\x02\0")
    (tmp_path / "text").write_text("no capture at all, for certain")
    words.choose("pt-BR")
    for name, expected in (
        ("cut.pcap", "o arquivo termina no meio do cabeçalho no byte 6"),
        ("text", "não é uma captura: os primeiros bytes não são nem de pcap nem de pcapng"),
        ("nothing", "esse arquivo não existe"),
        (".", "é uma pasta, não uma captura"),
    ):
        path = str(tmp_path / name)
        with pytest.raises(CaptureError) as raised:
            open_source(path)
        assert error_words(raised.value) == f"{path}: {expected}"


def test_the_nearest_lesson_is_named_in_portuguese() -> None:
    done = run("learn", "fist-look", LANG="pt_BR.UTF-8")
    assert done.returncode == 2
    assert "não há lição 'fist-look'; você quis dizer 'first-look'?" in done.stderr


def test_json_is_the_same_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no capture at all, for certain")
    done = run("analyze", "--json", str(tmp_path / "text"), LANG="pt_BR.UTF-8")
    assert '"damaged": "not a capture: ' in done.stdout


def test_the_systems_refusals_are_translated_where_they_are_known() -> None:
    words.choose("pt-BR")
    assert system_words(FileNotFoundError(2, os.strerror(2))) == "Esse arquivo ou pasta não existe"
    assert system_words(OSError(0, "nobody has ever said this")) == "nobody has ever said this"
    assert system_words(OSError("only a sentence")) == "only a sentence"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("s\n", True),
        ("SIM\n", True),
        ("y\n", True),
        ("não\n", False),
        ("\n", False),
        ("x\ns\n", True),
    ],
)
def test_yes_and_no_may_be_typed_in_portuguese(typed: str, expected: bool) -> None:
    @click.command()
    def asking() -> None:
        click.echo(f"said {spoken.confirm('?')}")

    words.choose("pt-BR")
    done = CliRunner().invoke(asking, input=typed)
    assert f"said {expected}" in done.output
    assert "[s/N]" in done.output
    assert ("Digite s para sim ou n para não." in done.output) is typed.startswith("x")


def test_no_answer_at_all_is_no_yes() -> None:
    @click.command()
    def asking() -> None:
        click.echo(f"said {spoken.confirm('?')}")

    assert "True" not in CliRunner().invoke(asking, input="").output
