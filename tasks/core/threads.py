"""Work on many items in threads, for functions that release Python's lock, as those that decode pictures do."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WAITING = 512
"""How many items are handed out at most before their results are taken, so that memory does not grow with all."""


def in_threads(
    function: Callable[[Item], Result], items: Sequence[Item], threads: int | None = None
) -> Iterator[Result]:
    """Yield the function's results in the order of the items, made by so many threads, or one for each core."""
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for start in range(0, len(items), WAITING):
            yield from pool.map(function, items[start : start + WAITING])
