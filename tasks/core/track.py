"""How a plain function lets its caller follow long work."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Track(Protocol):
    """Passes the items of an iterable on, and tells somebody how far they are."""

    def __call__(self, items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
        """Yield every item; `total` is their number and `unit` what one of them is."""


def untracked(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """Pass the items on and say nothing; the default of the plain functions."""
    yield from items
