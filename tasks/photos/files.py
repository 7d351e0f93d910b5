"""The user's files: finds the photos, names their results, and copies results to the folder asked for."""

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from glob import has_magic
from itertools import takewhile
from pathlib import Path

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.folder import whole_file
from tasks.images.formats import picture_suffixes

FILES_NAMED = 20


@dataclass(frozen=True)
class FoundPhotos:
    """Photos by the names of their results, and the files passed over because they have no picture's suffix."""

    photos: dict[str, Path]
    passed_over: tuple[Path, ...] = ()


def find_photos(given: Path, not_below: Path) -> FoundPhotos:
    """Return a photo, all photos below a folder, or those that a pattern such as photos/*.jpg matches, in order.

    Photos below the folder `not_below` are left out, and so are hidden files. A photo is named by its path within
    the folder, without the suffix and with - for /. Photos that would have the same name keep their suffixes.
    Raises `UserError` if there is no photo, or two have the same name even with suffixes.
    """
    if given.is_file():
        return FoundPhotos({given.stem: given})
    matched = matching(given)
    if not matched:
        raise UserError(f"--photos '{given}': there is no such file or folder")
    if given in matched and not given.is_dir():
        raise UserError(f"--photos '{given}': is not a file but a pipe, a socket or a device")
    folder = folder_of(given)
    below = {file for path in matched for file in (path.rglob("*") if path.is_dir() else (path,))}
    inside = [file for file in sorted(below) if not file.is_dir() and not _hidden(file.relative_to(folder))]
    inside = [file for file in inside if not file.absolute().is_relative_to(not_below.absolute())]
    suffixes = picture_suffixes()
    pictures = [file for file in inside if file.suffix.lower() in suffixes]
    if not pictures:
        raise UserError(f"--photos '{given}': no file in it has the suffix of a picture")
    passed_over = tuple(file for file in inside if file not in set(pictures))
    return FoundPhotos(_named([file.relative_to(folder) for file in pictures], folder), passed_over)


def matching(given: Path) -> list[Path]:
    """Return the files and folders that a path names, which may have *, ? and [] in it."""
    if given.exists() or not has_magic(str(given)):
        return [given] if given.exists() else []
    folder = folder_of(given)
    return list(folder.glob(str(given.relative_to(folder))))


def folder_of(given: Path) -> Path:
    """Return the folder that the photos of a path are in: itself, that of a file, or that before a pattern."""
    if given.is_dir():
        return given
    return given.parent if given.is_file() else Path(*takewhile(lambda part: not has_magic(part), given.parts))


def listed(files: Sequence[Path]) -> str:
    """Return the names of files for people: of the first `FILES_NAMED`, and how many more there are."""
    names = ", ".join(str(file) for file in files[:FILES_NAMED])
    return names if len(files) <= FILES_NAMED else f"{names} and {len(files) - FILES_NAMED} more"


def check_output(output: Path, photos: Path) -> None:
    """Raise `UserError` if results in the folder could replace photos, or be taken for photos by a later run."""
    folder = folder_of(photos)
    inside = output.resolve() == folder.resolve() or (
        not photos.is_file() and output.resolve().is_relative_to(folder.resolve())
    )
    if inside:
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


def _named(files: list[Path], root: Path) -> dict[str, Path]:
    short = ["-".join(file.with_suffix("").parts) for file in files]
    long = ["-".join(file.parts) for file in files]
    # Names that differ only in case would be one folder on some disks.
    uses = Counter(name.lower() for name in short)
    names = [one if uses[one.lower()] == 1 else other for one, other in zip(short, long, strict=True)]
    if len({name.lower() for name in names}) < len(files):
        raise UserError(f"--photos '{root}': some names would be alike: rename one of a/b.jpg and a-b.jpg")
    return dict(zip(names, (root / file for file in files), strict=True))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
