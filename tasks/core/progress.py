"""Progress of long work: a bar with rate and time left on a terminal, plain lines elsewhere.

tqdm draws the bar. Where there is no terminal it would write its whole bar over and over into one endless line, so
there we write a few lines of our own; and it knows nothing of Luigi's scheduler, which shows the same progress.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from tasks.core.names import printable_lines

Item = TypeVar("Item")

LINES = 5
"""How many plain lines a stage prints where there is no terminal."""


class Track(Protocol):
    """Passes on the items of an iterable and shows how many there were. Plain functions take one as argument."""

    def __call__(self, items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
        """Yield every item; `total` is their number, and `unit` the singular noun for an item."""


def untracked(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """Yield every item and show nothing: the default of the plain functions."""
    yield from items


def say(line: str) -> None:
    """Print one line to standard error, above a progress bar if one is on the screen.

    What a terminal would obey, such as control characters in the name of a file, is escaped.
    """
    from tqdm import tqdm

    tqdm.write(printable_lines(line), file=sys.stderr)
    sys.stderr.flush()


def console_track(stage: str, notify: Callable[[float, str], None]) -> Track:
    """Return a `Track` that shows a stage's progress on the console.

    It calls `notify` with the share done (0..1) and a text, at most a hundred times; a Luigi task passes both on
    to the scheduler.
    """

    def track(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
        shown = _bar if sys.stderr.isatty() else _lines
        for count, item in enumerate(shown(items, total, unit, stage), start=1):
            yield item
            if count * 100 // total != (count - 1) * 100 // total:
                notify(count / total, f"{count} of {total} {unit}s")

    return track


def _bar(items: Iterable[Item], total: int, unit: str, stage: str) -> Iterator[Item]:
    from tqdm import tqdm

    yield from tqdm(items, desc=stage, total=total, unit=f" {unit}", leave=False, dynamic_ncols=True)


def _lines(items: Iterable[Item], total: int, unit: str, stage: str) -> Iterator[Item]:
    started = time.monotonic()
    for count, item in enumerate(items, start=1):
        yield item
        if count * LINES // total != (count - 1) * LINES // total:
            rate = count / max(time.monotonic() - started, 1e-9)
            left = (total - count) / rate
            say(f"{stage}: {count} of {total} {unit}s, {rate:.3g} a second, {left:.0f} s left")
