"""Work that a stopped run left, for the next run to resume."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.core.freshness.moves import remove_whole

PARTIAL = ".partial-"


def partial_folder(output: Path, identity: str) -> Path:
    """Return the folder of the unfinished work on an output that has this identity."""
    return output.with_name(PARTIAL + output.name) / identity


@contextmanager
def partial_work(output: Path, identity: str) -> Iterator[Path]:
    """Yield a folder beside the output that survives a stop, a failure or a kill, and goes when the work is done.

    It holds what an earlier block with the same `identity` (a digest of all that makes the output) left there;
    leftovers of any other work are removed.
    """
    folder = partial_folder(output, identity)
    partial = folder.parent
    if not folder.is_dir():
        remove_whole(partial)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
        remove_whole(partial)
    finally:
        if folder.exists() and not any(folder.iterdir()):
            remove_whole(partial)
