"""``wiretutor lab`` and ``wiretutor tap``: mail on loopback, with no privilege at all."""

from __future__ import annotations

import sys

import click

from tutor.base import CaptureError, Endpoint, UsageError
from tutor.cli import spoken
from tutor.cli.options import present_option
from tutor.protocols.registry import PORTS
from tutor.sources.lab_feed import LabFeed
from tutor.words import _


@spoken.command()
@spoken.option("--keep", metavar="FILE", help="Record into this file (pcapng).")
@present_option
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@click.pass_context
def lab(ctx: click.Context, keep: str | None, present: bool, plain: bool) -> None:
    """Mail servers, clients and a relay on this machine, to watch and to break."""
    feed = LabFeed(keep).start()
    _opened(feed)
    if plain or ctx.obj["plain"] or not sys.stdout.isatty():
        from tutor.cli.plain_live import PlainLab

        sys.exit(PlainLab(feed, sys.stdin, sys.stdout).run())
    from tutor import tui

    sys.exit(tui.run(feed=feed, present=present))


@spoken.command()
@spoken.option("--listen", required=True, metavar="ADDR:PORT", help="Where clients connect to.")
@spoken.option("--to", "target", required=True, metavar="ADDR:PORT", help="The server behind it.")
@spoken.option("--keep", metavar="FILE", help="Record into this file (pcapng).")
@present_option
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@click.pass_context
def tap(
    ctx: click.Context, listen: str, target: str, keep: str | None, present: bool, plain: bool
) -> None:
    """An honest relay before a server that you may use: it passes on, and shows."""
    ends = (_end(listen, "--listen"), _end(target, "--to"))
    if ends[0] == ends[1]:
        raise UsageError(_("--listen and --to are the same place: give the server's own address"))
    feed = LabFeed(keep, tap=ends).start()
    _opened(feed)
    name = f"{ends[0]} → {ends[1]}"
    ports = _spoken(*ends)
    if plain or ctx.obj["plain"] or not sys.stdout.isatty():
        from tutor.cli.plain_live import PlainTap
        from tutor.render.plain import plain_words

        click.echo(_("Listening: {name}. Ctrl+C ends it.").format(name=plain_words(name)))
        sys.exit(PlainTap(feed, sys.stdout, ports).run())
    from tutor import tui

    sys.exit(tui.run(feed=feed, feed_name=name, ports=ports, present=present))


def _spoken(listen: Endpoint, target: Endpoint) -> dict[int, str]:
    """What the tap's port speaks: what the server's usual port does."""
    return {listen.port: PORTS[target.port]} if target.port in PORTS else {}


def _opened(feed: LabFeed) -> None:
    """Wait until it is open, or say why not."""
    if feed.wait() is None:
        trouble = feed.trouble or _("it did not start in time")
        feed.close()
        raise CaptureError(_("the lab") if not feed.tapped else _("the tap"), trouble)


def _end(text: str, option: str) -> Endpoint:
    host, _colon, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageError(_("{option} takes ADDRESS:PORT").format(option=option))
    return Endpoint(host.strip("[]"), int(port))
