"""Folders and files that appear whole or not at all."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

UNFINISHED = ".unfinished-"
REPLACED = ".replaced-"


@contextmanager
def whole_folder(path: Path, keeps: Iterable[str] = ()) -> Iterator[Path]:
    """Yield a folder to write into, holding only copies of the files of `keeps`; at the end it replaces `path`.

    When the block raises, the new folder is removed and `path` stays as it was. What an earlier process left
    unfinished is removed first; what it had set aside and not yet replaced is put back.
    """
    unfinished = path.with_name(UNFINISHED + path.name)
    replaced = path.with_name(REPLACED + path.name)
    recover_folder(path)
    unfinished.mkdir(parents=True)
    try:
        for file in keeps:
            if (path / file).is_file():
                shutil.copy2(path / file, unfinished / file)
        yield unfinished
        _flush(unfinished)
        if path.exists():
            path.rename(replaced)
        unfinished.rename(path)
        _flush_directory(path.parent)
    finally:
        recover_folder(path)


@contextmanager
def whole_file(path: Path, shared: bool = False) -> Iterator[Path]:
    """Yield the path of a file to write beside `path`; at the end it replaces `path`, flushed to the disk.

    When the block raises, the new file is removed and `path` stays as it was. `shared` is for a file that several
    processes may write at the same time.
    """
    unfinished = path.with_name(f"{UNFINISHED}{uuid4().hex if shared else path.name}")
    try:
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def recover_folder(path: Path) -> None:
    """Clear up after a process that died while it wrote or replaced the folder."""
    unfinished = path.with_name(UNFINISHED + path.name)
    replaced = path.with_name(REPLACED + path.name)
    if unfinished.exists():
        shutil.rmtree(unfinished)
    if replaced.exists() and not path.exists():
        replaced.rename(path)
    elif replaced.exists():
        shutil.rmtree(replaced)


def _flush(folder: Path) -> None:
    # Without this, a power cut soon after the rename could leave a complete folder of empty files.
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())


def _flush_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
