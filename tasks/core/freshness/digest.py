"""Digests of files."""

import hashlib
from functools import lru_cache
from pathlib import Path

from tasks.core.file_times import unsettled
from tasks.core.regular_file import open_regular


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal (what `sha256sum` prints).

    A file whose size, times and inode did not change since the last call in this process is not read again, unless
    it was just written on a disk with coarse times.
    """
    state = path.stat()
    if unsettled(state):
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
