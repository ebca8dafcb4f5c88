"""Commands and options that speak the reader's language, and click's own words with them.

What a command says of itself is written in English where it stands: the docstring of a command,
the ``help`` of an option, the ``metavar`` of either. ``tutor.words.compile`` collects these, and
the classes here look them up when they are shown. Each command also takes ``--lang``.

Click asks gettext for its own words, and so would speak the environment's language whatever
``--lang`` says. The names by which it asks are bound to our catalogue; ``CLICKS_OWN`` lists what
can come up. A click that says something else says it in English.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from tutor import words
from tutor.words import noted, noted_plural

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Thing = TypeVar("_Thing", click.Command, click.Option)

CLICKS_OWN = (
    noted("Usage:"),
    noted("Options"),
    noted("Commands"),
    noted("Show this message and exit."),
    noted("Show the version and exit."),
    noted("default: {default}"),
    noted("required"),
    noted("Aborted!"),
    noted("Error: {message}"),
    noted("Try '{command} {option}' for help."),
    noted("Missing command."),
    noted("Missing argument"),
    noted("Missing option"),
    noted("No such command {name!r}."),
    noted("No such option {name!r}."),
    noted("No such option: {name}"),
    noted("Option {name!r} does not take a value."),
    noted("Invalid value: {message}"),
    noted("Invalid value for {param_hint}: {message}"),
    noted("{value!r} is not a valid {number_type}."),
    noted("{value} is not in the range {range}."),
    noted("{name} {filename!r} is a file."),
    noted("directory"),
    noted("file"),
    noted("path"),
    noted_plural("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    noted_plural(
        "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"
    ),
    noted_plural(
        "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."
    ),
    noted_plural("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
"""Click's own words, as it asks for them (8.1 to 8.5)."""

PLACES = (noted("OPTIONS"), noted("COMMAND"), noted("ARGS"), noted("DIRECTORY"), noted("LESSON"))
"""What stands for something to be written, where click made the word."""


def speak() -> None:
    """Have click ask our catalogue for its own words."""
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            names = vars(module)
            if names.get("_") is gettext.gettext:
                names["_"] = words._
            if names.get("ngettext") is gettext.ngettext:
                names["ngettext"] = words.ngettext


def asked(arguments: Iterable[str]) -> str | None:
    """The language that ``--lang`` asks for, wherever it stands; None where it does not.

    Click finds it only once all the rest is right, too late for what it says of a mistake.
    """
    found: str | None = None
    before = ""
    for word in arguments:
        if word == "--":
            break
        if before == "--lang":
            found = word
        elif word.startswith("--lang="):
            found = word.partition("=")[2]
        before = word
    return found


def place(metavar: str) -> str:
    """What stands for something to be written, in the reader's language: FILE, ADDR:PORT."""
    return re.sub(r"[A-Z]+", lambda found: words._(found[0]), metavar)


class Whole(click.IntRange):
    """A whole number from ``min`` to ``max``, either of which may be open."""

    @property
    def name(self) -> str:  # type: ignore[override]
        """What it is, where something else was written."""
        return words._("whole number")


class Option(click.Option):
    """An option whose help is shown in the reader's language."""

    def make_metavar(self, *args: Any, **more: Any) -> str:
        """Click's, in the reader's language."""
        return place(super().make_metavar(*args, **more))

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Click's, in the reader's language."""
        return click.Option.get_help_record(_translated(self), ctx)


class Argument(click.Argument):
    """An argument whose name is shown in the reader's language."""

    def make_metavar(self, *args: Any, **more: Any) -> str:
        """Click's, in the reader's language."""
        return place(super().make_metavar(*args, **more))


class Command(click.Command):
    """A command that says in the reader's language what it does, and takes ``--lang``."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.params.append(
            Option(
                ["--lang"],
                metavar=noted("LANG"),
                is_eager=True,
                expose_value=False,
                callback=_choose,
                help=noted("Language: en or pt-BR."),
            )
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Click's, in the reader's language."""
        return [place(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Click's, in the reader's language."""
        click.Command.format_help_text(_translated(self), ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Click's, in the reader's language."""
        return click.Command.get_short_help_str(_translated(self), limit)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Click's, which keeps the language of the first time."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = words._("Show this message and exit.")
        return option


class Group(Command, click.Group):
    """Several such commands under one name."""

    command_class = Command


def command(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Command]:
    """``click.command`` for one that speaks the reader's language."""
    return click.command(name, cls=Command, **more)


def group(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Group]:
    """``click.group`` for one that speaks the reader's language."""
    return click.group(name, **{"cls": Group, **more})


def option(*names: str, **more: Any) -> Callable[[_Function], _Function]:
    """``click.option`` with a help in the reader's language."""
    return click.option(*names, cls=Option, **more)


def argument(*names: str, **more: Any) -> Callable[[_Function], _Function]:
    """``click.argument`` with a name in the reader's language."""
    return click.argument(*names, cls=Argument, **more)


def confirm(question: str) -> bool:
    """Ask on stderr for yes or no; no where only Enter is pressed.

    Raises:
        click.Abort: the input is at its end, or interrupted.
    """
    hint = words._("[y/N]")
    while True:
        said = click.prompt(f"{question} {hint}", default="", show_default=False, err=True)
        match str(said).strip().lower():
            case "y" | "yes" | "s" | "sim":
                return True
            case "n" | "no" | "não" | "nao" | "":
                return False
        click.echo(words._("Type y for yes or n for no."), err=True)


def _choose(ctx: click.Context, param: click.Parameter, lang: str | None) -> None:
    del ctx, param
    if lang:
        words.choose(lang)


def _translated(thing: _Thing) -> _Thing:
    """A copy that says what it is for in the reader's language."""
    said = copy.copy(thing)
    if said.help:
        said.help = words._(inspect.cleandoc(said.help))
    return said


speak()
