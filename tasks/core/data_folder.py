"""Where outputs go: section [data] of luigi.cfg, each setting also an option (--data-root, --data-cache)."""

import errno
import os
import stat
from functools import lru_cache
from pathlib import Path

import luigi

from tasks.core.errors import UserError
from tasks.core.freshness.digest import text_sha256
from tasks.core.storage.address import is_address, local_path, store_address
from tasks.core.storage.store import Store, store_at

SHOWN = 300
"""Characters of a path that an error message shows."""


class data(luigi.Config):  # noqa: N801 (the class name is the section's and the option's name)
    """Section [data]."""

    root = luigi.Parameter(default="data", description="folder that all outputs go to, or its address in a store")
    cache = luigi.Parameter(
        default="~/.cache/portrait-pipeline", description="folder for the files in use, if root is an address"
    )


def data_root() -> Path:
    """Return the absolute path of the folder on this machine where outputs are made and read.

    It is the data folder itself, or a folder in the cache if the data folder is in a store. Raises `UserError` if
    there cannot be such a folder.
    """
    given = data()
    if is_address(given.root):
        return _checked(local_path(given.cache).absolute()) / text_sha256(_store_root())[:16]
    return _checked(local_path(given.root).absolute())


@lru_cache
def _checked(folder: Path) -> Path:
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except FileNotFoundError:
        return folder
    except OSError as error:
        raise UserError(f"--data-root: {error.strerror} ({str(folder)[:SHOWN]}): choose another folder") from None
    return folder


def shown_root() -> str:
    """Return where all outputs go to, for people."""
    return _store_root() if is_address(data().root) else str(data_root())


def data_store() -> Store | None:
    """Return the store that all outputs go to, if they go to one."""
    return store_at(_store_root()) if is_address(data().root) else None


def _store_root() -> str:
    return store_address(data().root).rstrip("/")
