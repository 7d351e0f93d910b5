"""The user's files: finds the photos, names their results, and copies results to the folder asked for."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from glob import has_magic
from itertools import takewhile
from pathlib import Path, PurePath
from typing import TypeVar

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.folder import whole_file
from tasks.core.names import distinct_names, printable
from tasks.images.formats import picture_suffixes

FILES_NAMED = 20

Given = TypeVar("Given", bound=PurePath)


@dataclass(frozen=True)
class FoundPhotos:
    """Photos by the names of their results, and the files passed over because they have no picture's suffix."""

    photos: dict[str, Path]
    passed_over: tuple[Path, ...] = ()


def find_photos(given: Path, not_below: Path, taken: Iterable[str] = ()) -> FoundPhotos:
    """Return a photo, all photos below a folder, or those that a pattern such as photos/*.jpg matches, in order.

    Photos below the folder `not_below` are left out, and so are hidden files. A photo is named by its path within
    the folder, as `distinct_names` says, and none gets a name that is `taken`. Raises `UserError` if there are no
    photos.
    """
    if given.is_file():
        return FoundPhotos(_named([given], given.parent, taken))
    matched = matching(given)
    if not matched:
        raise UserError(f"--photos '{given}': there is no such file or folder")
    if given in matched and not given.is_dir():
        raise UserError(f"--photos '{given}': is not a file but a pipe, a socket or a device")
    folder = folder_of(given)
    below = {file for path in matched for file in (path.rglob("*") if path.is_dir() else (path,))}
    inside = [file for file in sorted(below) if not file.is_dir() and not _hidden(file.relative_to(folder))]
    ours = {parent for parent in {file.parent for file in inside} if is_below(parent, not_below)}
    inside = [file for file in inside if file.parent not in ours]
    suffixes = picture_suffixes()
    pictures = [file for file in inside if file.suffix.lower() in suffixes]
    if not pictures:
        raise UserError(f"--photos '{given}': no file in it has the suffix of a picture")
    passed_over = tuple(file for file in inside if file not in set(pictures))
    return FoundPhotos(_named(pictures, folder, taken), passed_over)


def matching(given: Path) -> list[Path]:
    """Return the files and folders that a path names, which may have *, ? and [] in it."""
    if given.exists() or not has_magic(str(given)):
        return [given] if given.exists() else []
    folder = folder_of(given)
    return list(folder.glob(given.relative_to(folder).as_posix()))


def folder_of(given: Path) -> Path:
    """Return the folder that the photos of a path are in: itself, that of a file, or that before a pattern."""
    if given.is_dir():
        return given
    return given.parent if given.is_file() else before_pattern(given)


def before_pattern(given: Given) -> Given:
    """Return the part of a path before the first name with *, ? or [] in it."""
    start = type(given)(given.anchor)  # in \\\\?\\C:\\photos, the ? is no pattern
    return start.joinpath(*takewhile(lambda name: not has_magic(name), given.relative_to(start).parts))


def is_below(path: Path, folder: Path) -> bool:
    """Return whether a path is a folder or below it, also by a link, or by other upper and lower case."""
    resolved = path.resolve()
    return any(_is_same(each, folder) for each in (resolved, *resolved.parents))


def listed(files: Sequence[Path]) -> str:
    """Return the names of files for people: of the first `FILES_NAMED`, and how many more there are."""
    names = ", ".join(printable(str(file)) for file in files[:FILES_NAMED])
    return names if len(files) <= FILES_NAMED else f"{names} and {len(files) - FILES_NAMED} more"


def check_output(output: Path, photos: Path) -> None:
    """Raise `UserError` if results in the folder could replace photos, or be taken for photos by a later run."""
    folder = folder_of(photos)
    if _is_same(output, folder) or (not photos.is_file() and is_below(output, folder)):
        raise UserError(f"--output '{output}' is among the photos themselves; give a folder elsewhere")
    if output.exists() and not output.is_dir():
        raise UserError(f"--output '{output}' is a file; give a folder")


def deliver(result: Path, copy: Path) -> None:
    """Copy a file, whole or not at all, unless the copy already has the same content."""
    if copy.is_file() and file_sha256(copy) == file_sha256(result):
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(copy) as unfinished:
        shutil.copyfile(result, unfinished)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return path.resolve() == other.resolve()


def _named(files: list[Path], root: Path, taken: Iterable[str]) -> dict[str, Path]:
    names = distinct_names([file.relative_to(root) for file in files], taken)
    return dict(zip(names, files, strict=True))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
