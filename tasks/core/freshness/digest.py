"""Digests of files."""

import hashlib
import time
from functools import lru_cache
from pathlib import Path

from tasks.core.regular_file import open_regular

JUST_WRITTEN = 2_000_000_000
"""How many nanoseconds old a file's time must be before the time tells versions apart: FAT keeps even seconds."""


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal (what `sha256sum` prints).

    A file whose size, times and inode did not change since the last call in this process is not read again, unless
    it was just written: some disks keep times to two seconds.
    """
    state = path.stat()
    if abs(time.time_ns() - state.st_mtime_ns) < JUST_WRITTEN:
        return _content_sha256(path)
    return _sha256(path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


@lru_cache(maxsize=4096)
def _sha256(path: Path, *state: int) -> str:
    return _content_sha256(path)


def _content_sha256(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
