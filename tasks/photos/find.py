"""Finds the photos that a user points at, and gives each a name of its own."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tasks.core.errors import UserError


@dataclass(frozen=True)
class Found:
    """Photos by the names of their results, and the files that have no suffix of a picture."""

    photos: dict[str, Path]
    passed_over: tuple[Path, ...] = ()


def find_photos(path: Path, not_below: Path) -> Found:
    """Return one photo, or all below a folder and not below another, in alphabetical order.

    A photo's name is its path within the folder, without the suffix and with - for /; where two would be alike,
    both keep their suffixes. Hidden files are left out. Raises `UserError` if there is nothing.
    """
    if path.is_file():
        return Found({path.stem: path})
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
    return Found(_named([file.relative_to(path) for file in pictures], path), passed_over)


def _named(files: list[Path], root: Path) -> dict[str, Path]:
    short = ["-".join(file.with_suffix("").parts) for file in files]
    long = ["-".join(file.parts) for file in files]
    # Names that differ in case alone would be one folder on some disks.
    often = Counter(name.lower() for name in short)
    names = [one if often[one.lower()] == 1 else other for one, other in zip(short, long, strict=True)]
    named = dict(zip(names, (root / file for file in files), strict=True))
    if len({name.lower() for name in names}) < len(files):
        raise UserError(f"--photos '{root}': some names would be alike: rename one of a/b.jpg and a-b.jpg")
    return named


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
