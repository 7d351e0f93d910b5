"""The pictures in a folder and in the folders below it."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tasks.core.file_times import unsettled
from tasks.core.names import composed
from tasks.core.on_disk import on_disk
from tasks.core.storage.address import is_address
from tasks.originals.suffixes import is_matte, is_other_picture

DEPTH = 6
"""How many levels of folders are searched."""

Parts = tuple[str, ...]
"""The path of a file or a folder below another folder, as names."""


@dataclass(frozen=True)
class Folder:
    """A folder, the names of the pictures and MATLAB files in it, and the folders in it, all sorted by name.

    Names are composed (NFC), so that a folder reads the same after a Mac copied it; `local_copy` finds the files.
    """

    path: Path
    parts: Parts
    """Its path below the folder that was read."""
    names: tuple[str, ...]
    folders: tuple["Folder", ...]
    others: tuple[str, ...] = ()
    """The names of pictures of formats that are not read."""

    @cached_property
    def files(self) -> tuple[Parts, ...]:
        """The paths of all pictures in this folder and below it."""
        below = ((child.parts[-1], *parts) for child in self.folders for parts in child.files)
        return (*((name,) for name in self.names), *below)

    def walk(self) -> Iterator["Folder"]:
        """Yield this folder and all below it."""
        yield self
        for child in self.folders:
            yield from child.walk()


def read_tree(path: Path) -> Folder:
    """Read a folder without dotfiles, `__MACOSX` and links that lead back to a folder above.

    Raises `OSError` if it cannot be listed.
    """
    return _read(path, (), [path.resolve()])


def _read(path: Path, parts: Parts, above: list[Path]) -> Folder:
    names, folders, others = [], [], []
    for name, child in _children(path):
        if is_matte(name):
            names.append(name)  # even if it is a folder: reading it says so
        elif is_other_picture(name):
            others.append(name)
        elif len(parts) < DEPTH and _is_searched(child, above):
            linked = [child.resolve()] if child.is_symlink() else []
            folders.append(_read(child, (*parts, name), [*above, *linked]))
    return Folder(path, parts, tuple(names), tuple(folders), tuple(others))


def _children(folder: Path) -> list[tuple[str, Path]]:
    """Return what is in a folder by composed names; those that would then be alike stay as they are.

    So do those in a store, which knows a file by its own name alone.
    """
    children = list(folder.iterdir())
    if is_address(str(folder)):
        return sorted((child.name, child) for child in children)
    names = Counter(composed(child.name) for child in children)
    return sorted(
        (child.name if names[composed(child.name)] > 1 else composed(child.name), child) for child in children
    )


def _is_searched(child: Path, above: list[Path]) -> bool:
    if child.name.startswith(".") or child.name == "__MACOSX" or not child.is_dir():
        return False
    return not (child.is_symlink() and any(each.is_relative_to(child.resolve()) for each in above))


def list_pictures(source: Path) -> dict[str, str]:
    """Return size and modification time of each picture by its path below the source, to notice changes."""
    tree = read_tree(source)
    return {
        "/".join((*each.parts, name)): file_state(on_disk(each.path / name))
        for each in tree.walk()
        for name in each.names
    }


def file_state(path: Path) -> str:
    """Return size (bytes) and modification time (ns) of a file; of a broken link, those of the link.

    On a disk with coarse times, it waits until a change of a file just written would have another time.
    """
    state = path.stat(follow_symlinks=path.exists())
    if seconds := unsettled(state):
        time.sleep(seconds)
        return file_state(path)
    return f"{state.st_size} {state.st_mtime_ns}"
