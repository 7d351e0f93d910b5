"""Work that a stopped run left, for the next run to resume."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    if partial.exists() and not folder.exists():
        shutil.rmtree(partial)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
        shutil.rmtree(partial)
    finally:
        if folder.exists() and not any(folder.iterdir()):
            shutil.rmtree(partial)
