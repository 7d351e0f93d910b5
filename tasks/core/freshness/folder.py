"""Folders and files that appear whole or not at all."""

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path
from uuid import uuid4

from tasks.core.errors import UserError
from tasks.core.freshness.moves import flush_file, flush_folder, move, remove_file, remove_whole

UNFINISHED = ".unfinished-"
REPLACED = ".replaced-"
IN_THE_WRITING: set[Path] = set()
"""The unfinished folders and files of this process, for a stop that cannot wait for their writers."""


@contextmanager
def whole_folder(path: Path, keeps: Sequence[str] = ()) -> Iterator[Path]:
    """Yield a folder to write into, with copies of the files that match `keeps`; at the end it replaces `path`.

    When the block raises, the new folder is removed and `path` stays as it was. What an earlier process left
    unfinished is removed first; what it had set aside and not yet replaced is put back. Where `path` is a link,
    the folder that it leads to is replaced and the link stays. Raises `UserError` for a link that leads nowhere,
    and `NotADirectoryError` where there is something else than a folder.
    """
    path = behind_link(path)
    unfinished, replaced = _unfinished(path), _replaced(path)
    recover_folder(path)
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    unfinished.mkdir(parents=True)
    IN_THE_WRITING.add(unfinished)
    try:
        for file in kept_files(path, keeps):
            shutil.copy2(path / file, unfinished / file)
        yield unfinished
        _flush(unfinished)
        if path.exists():
            move(path, replaced)
        move(unfinished, path)
        flush_folder(path.parent)
    except BaseException:
        recover_folder(path)
        raise
    else:
        with suppress(PermissionError):  # the old one is open elsewhere, and goes when it is replaced again
            recover_folder(path)
    finally:
        IN_THE_WRITING.discard(unfinished)


@contextmanager
def whole_file(path: Path, shared: bool = False) -> Iterator[Path]:
    """Yield the path of a file to write beside `path`; at the end it replaces `path`, flushed to the disk.

    When the block raises, the new file is removed and `path` stays as it was. `shared` is for a file that several
    processes may write at the same time. Raises `IsADirectoryError` where there is a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    unfinished = path.with_name(f"{UNFINISHED}{uuid4().hex if shared else path.name}")
    remove_whole(unfinished)
    IN_THE_WRITING.add(unfinished)
    try:
        yield unfinished
        flush_file(unfinished)
        move(unfinished, path)
    finally:
        remove_file(unfinished)
        IN_THE_WRITING.discard(unfinished)


def recover_folder(path: Path) -> None:
    """Clear up after a process that died while it wrote or replaced the folder."""
    path = behind_link(path)
    unfinished, replaced = _unfinished(path), _replaced(path)
    remove_whole(unfinished)
    if replaced.is_dir() and not replaced.is_symlink() and not path.exists():
        move(replaced, path)
    remove_whole(replaced)


def behind_link(path: Path) -> Path:
    """Return the folder that a link leads to, and any other path as it is.

    Raises `UserError` for a link that leads nowhere, such as to a disk that is not there.
    """
    if not path.is_symlink():
        return path
    if path.exists():
        return path.resolve()
    target = path.parent / path.readlink()
    if _replaced(target).is_dir():
        return target
    raise UserError(f"{path}: is a link to {target}, which is not there; make that folder, or remove the link")


def kept_files(folder: Path, patterns: Sequence[str]) -> list[str]:
    """Return the names of the files right in the folder that match one of the patterns, in order."""
    names = sorted(path.name for path in folder.iterdir()) if patterns and folder.is_dir() else []
    return [name for name in names if matches(name, patterns) and (folder / name).is_file()]


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Return whether a name matches one of the patterns."""
    return any(fnmatch(name, pattern) for pattern in patterns)


def files_below(folder: Path) -> list[str]:
    """Return the paths of all files below the folder, in order. Raises `OSError` if a folder cannot be read.

    `Path.rglob` would leave out what it cannot read.
    """

    def refuse(error: OSError) -> None:
        raise error

    found = [Path(where, name) for where, _, names in os.walk(folder, onerror=refuse) for name in names]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def link_or_copy(path: Path, to: Path) -> None:
    """Give a file that is never changed a second name, or on file systems without such links a copy."""
    try:
        to.hardlink_to(path)
    except OSError:
        shutil.copy2(path, to)


def _unfinished(path: Path) -> Path:
    return path.with_name(UNFINISHED + path.name)


def _replaced(path: Path) -> Path:
    return path.with_name(REPLACED + path.name)


def _flush(folder: Path) -> None:
    # Without this, a power cut soon after the rename could leave a complete folder of empty files.
    for file in files_below(folder):
        flush_file(folder / file)
