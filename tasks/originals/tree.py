"""The pictures in a folder and in the folders below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tasks.originals.suffixes import is_matte, is_other_picture

DEPTH = 6
"""How many levels of folders are searched."""

Parts = tuple[str, ...]
"""The path of a file or a folder below another folder, as names."""


@dataclass(frozen=True)
class Folder:
    """A folder, the names of the pictures and MATLAB files in it, and the folders in it, all sorted by name."""

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
        below = ((child.path.name, *parts) for child in self.folders for parts in child.files)
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
    for child in sorted(path.iterdir(), key=lambda each: each.name):
        if is_matte(child.name):
            names.append(child.name)  # even if it is a folder: reading it says so
        elif is_other_picture(child.name):
            others.append(child.name)
        elif len(parts) < DEPTH and _is_searched(child, above):
            linked = [child.resolve()] if child.is_symlink() else []
            folders.append(_read(child, (*parts, child.name), [*above, *linked]))
    return Folder(path, parts, tuple(names), tuple(folders), tuple(others))


def _is_searched(child: Path, above: list[Path]) -> bool:
    if child.name.startswith(".") or child.name == "__MACOSX" or not child.is_dir():
        return False
    return not (child.is_symlink() and any(each.is_relative_to(child.resolve()) for each in above))


def list_pictures(source: Path) -> dict[str, str]:
    """Return size and modification time of each picture by its path below the source, to notice changes."""
    tree = read_tree(source)
    return {
        "/".join((*each.parts, name)): file_state(each.path / name) for each in tree.walk() for name in each.names
    }


def file_state(path: Path) -> str:
    """Return size (bytes) and modification time (ns) of a file; of a broken link, those of the link."""
    state = path.stat(follow_symlinks=path.exists())
    return f"{state.st_size} {state.st_mtime_ns}"
