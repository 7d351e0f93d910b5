"""Opens files to read them, and nothing else that a path may name.

To read a pipe is to wait for somebody to write, for ever, and a device may do anything. So what a user names, or
has in a folder, is opened here.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from tasks.core.storage.address import is_address

WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)
"""Opens a pipe at once, should a file become one before it is opened. It is ignored for files."""


@contextmanager
def open_regular(path: Path) -> Iterator[BufferedReader]:
    """Open a file, or a link to one, to read its bytes.

    Raises `OSError` for a folder, a pipe, a socket or a device, as for what cannot be opened.
    """
    if is_address(str(path)):  # stores hold files alone
        with path.open("rb") as file:
            yield file
        return
    _check(path, path.stat().st_mode)  # before it is opened, which may wind a tape
    with open(path, "rb", opener=_opener) as file:
        _check(path, os.fstat(file.fileno()).st_mode)
        yield file


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | WITHOUT_WAITING)


def _check(path: Path, mode: int) -> None:
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # of a folder, `open` says what it is
        raise OSError(errno.EINVAL, "not a file but a pipe, a socket or a device", str(path))
