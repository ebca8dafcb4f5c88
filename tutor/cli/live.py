"""``wiretutor live``: a real interface. A child captures; the screen has no rights."""

from __future__ import annotations

import sys
import time

import click

from tutor.base import CaptureError, UsageError, sanitise
from tutor.cli import spoken, sudo
from tutor.cli.options import present_option
from tutor.sources.capturing import ALL_TCP, MAIL_FILTER
from tutor.sources.interfaces import LOOPBACK, interfaces
from tutor.sources.listening import NotPermittedError, listen
from tutor.sources.live import LiveFeed
from tutor.words import _
from tutor.words.live import authorisation, pace_word

_MEASURED = 1.0
"""Seconds that the list of interfaces counts packets for."""


@spoken.command()
@spoken.option("-i", "--interface", metavar="IFACE", help="Which interface; without it, a list.")
@spoken.option("--all-tcp", is_flag=True, help="All of TCP, not the mail ports only.")
@spoken.option("--keep", metavar="FILE", help="Record into this file (pcapng).")
@present_option
@spoken.option("--plain", is_flag=True, help="Linear text, for a screen reader.")
@spoken.option("--yes", is_flag=True, help="You may listen here: do not ask.")
@spoken.argument("expression", nargs=-1, metavar="[FILTER]")
@click.pass_context
def live(
    ctx: click.Context,
    interface: str | None,
    all_tcp: bool,
    keep: str | None,
    present: bool,
    plain: bool,
    yes: bool,
    expression: tuple[str, ...],
) -> None:
    """Watch a network interface; mail ports by default, or what a pcap FILTER says."""
    plain = plain or ctx.obj["plain"] or not sys.stdout.isatty()
    wanted = " ".join(expression) or (ALL_TCP if all_tcp else MAIL_FILTER)
    # the screen is not run by root where it can be helped: who came by sudo chooses from lines
    if interface is None and not plain and sys.stdin.isatty() and not sudo.caller():
        from tutor import tui

        told = wanted if expression or all_tcp else None
        sys.exit(tui.run(choosing=True, expression=told, keep=keep, present=present))
    name = interface or _choose()
    if name not in LOOPBACK and not yes:
        _may_i(name)
    feed = _listen(name, wanted, keep)
    if plain:
        from tutor.cli.plain_live import PlainLive

        sys.exit(PlainLive(feed, sys.stdout).run())
    from tutor import tui

    sys.exit(tui.run(feed=feed, feed_name=name, present=present))


def _listen(name: str, expression: str, keep: str | None) -> LiveFeed:
    """Start the child that captures, then give up every right, then record."""
    try:
        feed = listen(name, expression, keep)
    except NotPermittedError as error:
        for refusal in error.refusals:
            click.echo(f"  {sanitise(str(refusal))}", err=True)
        raise
    if sudo.drop() and keep is not None:
        _check_again(feed, keep)
    return feed.start()


def _check_again(feed: LiveFeed, keep: str) -> None:
    """Root could write there; the user that we are now may not."""
    try:
        feed.check(keep)
    except CaptureError:
        feed.close()
        raise


def _choose() -> str:
    """Ask which interface, with how busy each is."""
    before, found = {each.name: each.packets for each in interfaces()}, interfaces()
    if not sys.stdin.isatty():
        listed = ", ".join(each.name for each in found)
        raise UsageError(_("name an interface with -i: {names}").format(names=listed))
    time.sleep(_MEASURED)
    found = interfaces()
    for number, each in enumerate(found, 1):
        first = before.get(each.name)
        known = first is not None and each.packets is not None
        pace = (each.packets or 0) - (first or 0) if known else None
        click.echo(f"  {number}  {sanitise(each.name):<16} {pace_word(pace)}", err=True)
    asked = spoken.Whole(1, len(found))
    picked = click.prompt(_("Which interface"), type=asked, default=1, err=True)
    return found[int(picked) - 1].name


def _may_i(name: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(authorisation(name) + " " + _("Say so with --yes."))
    if not spoken.confirm(authorisation(name)):
        raise click.Abort
