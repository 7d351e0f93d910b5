"""Renames, removes and flushes files and folders, on Windows too.

There, what a program has open can be neither renamed nor replaced nor removed, nor can the folder that it lies in.
Virus scanners and indexers open new files for a moment, spreadsheets for hours. Linux and macOS have no such rule.
"""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from tasks.core.machine import ON_WINDOWS

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between attempts, 3 in all."""
OPEN_ELSEWHERE = frozenset({5, 32, 33})
"""Windows' errors for what is open: access denied (of a folder with an open file), sharing and lock violation."""


def move(path: Path, to: Path) -> None:
    """Rename a file, which replaces the file at `to`, or a folder. Raises `OSError` if that stays impossible."""
    _patiently(lambda: path.replace(to))


def remove_file(path: Path) -> None:
    """Remove a file or a link, if there is one. Raises `OSError` if that stays impossible."""
    _patiently(lambda: path.unlink(missing_ok=True))


def remove_whole(path: Path) -> None:
    """Remove a folder and all in it, or a file or link; nothing may be there."""
    if path.is_dir() and not path.is_symlink():
        _patiently(lambda: shutil.rmtree(path))
    else:
        remove_file(path)


def flush_file(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    with path.open("r+b" if ON_WINDOWS else "rb") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk. Windows has no such call, and NTFS a journal of them."""
    if ON_WINDOWS:
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _patiently(act: Callable[[], object]) -> None:
    for pause in PAUSES:
        try:
            act()
        except OSError as error:
            if getattr(error, "winerror", None) not in OPEN_ELSEWHERE:
                raise
        else:
            return
        time.sleep(pause)
    act()
