"""The user's files: finds the photos, names their results, and copies results to the folder asked for."""

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tasks.core.errors import UserError
from tasks.core.freshness.digest import file_sha256
from tasks.core.freshness.folder import whole_file


@dataclass(frozen=True)
class FoundPhotos:
    """Photos by the names of their results, and the files passed over because they have no picture's suffix."""

    photos: dict[str, Path]
    passed_over: tuple[Path, ...] = ()


def find_photos(path: Path, not_below: Path) -> FoundPhotos:
    """Return a photo, or all photos below a folder except those below `not_below`, in alphabetical order.

    A photo is named by its path within the folder, without the suffix and with - for /. Photos that would have
    the same name keep their suffixes. Hidden files are left out. Raises `UserError` if there is no photo, or two
    have the same name even with suffixes.
    """
    if path.is_file():
        return FoundPhotos({path.stem: path})
    if not path.is_dir():
        raise UserError(f"--photos '{path}': there is no such file or folder")
    Image.init()
    inside = [
        file for file in sorted(path.rglob("*")) if not file.is_dir() and not _hidden(file.relative_to(path))
    ]
    inside = [file for file in inside if not file.absolute().is_relative_to(not_below.absolute())]
    pictures = [file for file in inside if file.suffix.lower() in Image.registered_extensions()]
    if not pictures:
        raise UserError(f"--photos '{path}': no file in it has the suffix of a picture")
    passed_over = tuple(file for file in inside if file not in set(pictures))
    return FoundPhotos(_named([file.relative_to(path) for file in pictures], path), passed_over)


def check_output(output: Path, photos: Path) -> None:
    """Raise `UserError` if results in the folder could replace photos, or be taken for photos by a later run."""
    folder = photos if photos.is_dir() else photos.parent
    inside = output.resolve() == folder.resolve() or (
        photos.is_dir() and output.resolve().is_relative_to(folder.resolve())
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
