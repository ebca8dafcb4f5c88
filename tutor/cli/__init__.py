"""The commands. Everything heavy is imported late, by the command that needs it.

``run`` turns errors into one line on stderr and an exit code: nobody sees a traceback for bad
input, nor for a fault of ours, since it may hold captured bytes. 0 fine, 1 problems found by a
check, 2 wrong usage, 3 a file that cannot be read, 70 a fault in the program itself.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from tutor import __version__, words
from tutor.base import WiretutorError, sanitise
from tutor.cli import spoken

_COMMANDS = {
    "analyze": "tutor.cli.analyze:analyze",
    "doctor": "tutor.cli.doctor:doctor",
    "handout": "tutor.cli.handout:handout",
    "lab": "tutor.cli.lab:lab",
    "learn": "tutor.cli.learn:learn",
    "lesson": "tutor.cli.lesson:lesson",
    "live": "tutor.cli.live:live",
    "open": "tutor.cli.open:open_command",
    "practice": "tutor.cli.practice:practice",
    "progress": "tutor.cli.progress:progress",
    "tap": "tutor.cli.lab:tap",
}


class _Lazy(spoken.Group):
    """A group that imports a command only when it is called; ``--help`` imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _ = words._
        rows = [
            ("analyze FILE...", _("What a capture shows, as a table or as JSON.")),
            ("doctor", _("What this machine can do, and how to mend what it cannot.")),
            ("handout LESSON|FILE", _("A sheet of questions to print, or for Moodle, with a key.")),
            ("lab", _("Mail servers, clients and a relay on this machine, to watch and to break.")),
            ("learn [LESSON]", _("Play a lesson.")),
            ("lesson check", _("Check the lessons against their captures.")),
            ("live [-i IFACE]", _("Watch a network interface.")),
            ("open FILE...", _("Browse the mail sessions of captures; - reads a pipe.")),
            ("practice FILE...", _("Questions from any capture, each with its answer in it.")),
            ("progress", _("What you have done; export, import, reset.")),
            ("tap", _("An honest relay before a server that you may use.")),
        ]
        with formatter.section(_("Commands")):
            formatter.write_dl([(_written(row[0]), row[1]) for row in rows])


def _written(usage: str) -> str:
    """How a command is written: its name, then what stands for something else."""
    name, blank, rest = usage.partition(" ")
    return f"{name}{blank}{spoken.place(rest)}"


@spoken.group(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    __version__,
    prog_name="wiretutor",
    message="%(prog)s %(version)s",
    help=words.noted("Show the version and exit."),
    cls=spoken.Option,
)
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@click.pass_context
def main(ctx: click.Context, plain: bool) -> None:
    """See e-mail on the wire: IMAP, POP3 and SMTP captures explained step by step."""
    ctx.obj = {"plain": plain or bool(os.environ.get("WIRETUTOR_PLAIN"))}
    if ctx.invoked_subcommand is None:
        from tutor.cli.home import home

        home(ctx.obj["plain"])


def run() -> None:
    """Run the command line and leave with its exit code."""
    words.choose(spoken.asked(sys.argv[1:]))
    try:
        code = main.main(standalone_mode=False, prog_name="wiretutor")
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except click.Abort:
        code = 130
    except WiretutorError as error:
        from tutor.words.errors import error_words

        click.echo(f"wiretutor: {sanitise(error_words(error))}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        # the reader has gone (``| head``): no error of ours; keep Python from flushing to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        from tutor.render.fault import EXIT_CODE, fault_lines

        click.echo("\n".join(fault_lines(error)), err=True)
        code = EXIT_CODE
    sys.exit(code if isinstance(code, int) else 0)
