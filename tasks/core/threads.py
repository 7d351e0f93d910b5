"""Work on many items in threads, for functions that release Python's lock, as picture decoders do."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WAITING = 512
"""How many results may wait to be taken. `pool.map` alone would keep all of them in memory."""


def in_threads(
    function: Callable[[Item], Result], items: Sequence[Item], threads: int | None = None
) -> Iterator[Result]:
    """Yield the function's result for each item, in the order of the items; by default, one thread per core.

    Raises the function's own errors, each when its item's turn comes.
    """
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for start in range(0, len(items), WAITING):
            yield from pool.map(function, items[start : start + WAITING])
