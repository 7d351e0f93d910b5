"""Locks between processes, so that two runs on one data folder never write the same output at once.

Our own 20 lines on flock: readers share a lock, and a crash leaves none behind.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCKS = ".locks"
"""Where, below the data folder, the lock files of all stages lie."""
UNSUPPORTED = frozenset({errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK})
"""Errors of file systems without locks, such as some network drives; there we work without them."""


@contextmanager
def locked(path: Path, alone: bool, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file at `path`, alone or shared with others that only read; `waiting` is called before a wait.

    The system releases the lock when the process ends, however it ends. The file stays: removing it could leave
    two processes with a lock each.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, waiting)
        yield
    finally:
        with suppress(OSError):  # the system closes it all the same
            os.close(descriptor)


def _lock(descriptor: int, kind: int, waiting: Callable[[], None]) -> None:
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, kind)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
