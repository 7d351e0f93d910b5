"""Locks between processes, so that two runs on one data folder never write the same output at once.

portalocker does the work: flock on Linux and macOS, LockFileEx on Windows. Readers share a lock, and a crash
leaves none behind.
"""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker
from portalocker import LockFlags

LOCKS = ".locks"
"""Where, below the data folder, the lock files of all stages lie."""
PAUSE = 0.1
"""Seconds between two attempts. A wait inside the system could not be stopped by Ctrl-C on Windows."""
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
        with _held(descriptor, LockFlags.EXCLUSIVE if alone else LockFlags.SHARED, waiting):
            yield
    finally:
        with suppress(OSError):  # the system closes it all the same
            os.close(descriptor)


@contextmanager
def _held(descriptor: int, kind: LockFlags, waiting: Callable[[], None]) -> Iterator[None]:
    is_held = _lock(descriptor, kind, waiting)
    try:
        yield
    finally:
        if is_held:  # Windows may take its time to release the lock of a closed file
            with suppress(OSError, portalocker.LockException):
                portalocker.unlock(descriptor)


def _lock(descriptor: int, kind: LockFlags, waiting: Callable[[], None]) -> bool:
    """Wait for the lock; return False where the file system has none."""
    has_waited = False
    while True:
        try:
            portalocker.lock(descriptor, kind | LockFlags.NON_BLOCKING)
            return True
        except portalocker.AlreadyLocked:
            if not has_waited:
                waiting()
            has_waited = True
            time.sleep(PAUSE)
        except portalocker.LockException as error:
            if not isinstance(error.__cause__, OSError):
                raise
            if error.__cause__.errno in UNSUPPORTED:
                return False
            raise error.__cause__ from None
