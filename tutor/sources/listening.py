"""Begin to listen to an interface: every reason why it cannot, before anything is captured."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.base import CaptureError, UsageError
from tutor.sources.capturing import Refusal, filter_trouble, usable
from tutor.sources.feed import Feed
from tutor.sources.interfaces import interfaces
from tutor.sources.live import LiveFeed
from tutor.words import _

ANY = "any"
"""All interfaces at once, on Linux: no interface, but tcpdump and dumpcap know the word."""


class NotPermittedError(CaptureError):
    """No program here may capture.

    Attributes:
        refusals: of each program why not, and what to do.
    """

    def __init__(self, interface: str, refusals: Sequence[Refusal]) -> None:
        super().__init__(interface, _("no program here may capture; each line says how one may"))
        self.refusals = tuple(refusals)


def listen(interface: str, expression: str, keep: str | None = None) -> LiveFeed:
    """A feed of what passes an interface; its child runs, and ``start`` begins to record.

    Raises:
        UsageError: there is no such interface, or the filter is none.
        NotPermittedError: no program may capture here.
        CaptureError: nothing can be recorded at ``keep``.
    """
    names = [each.name for each in interfaces()]
    if interface not in (*names, ANY):
        there = _("there is no interface {name}; there are: {names}")
        raise UsageError(there.format(name=interface, names=", ".join(names)))
    if keep is not None:
        Feed.check(keep)
    tool, refusals = usable(interface)
    if tool is None:
        raise NotPermittedError(interface, refusals)
    if expression and (trouble := filter_trouble(tool, interface, expression)):
        told = _("the filter {text!r} is none that pcap knows: {trouble}; see man pcap-filter")
        raise UsageError(told.format(text=expression, trouble=trouble))
    return LiveFeed(tool, interface, expression, keep)
