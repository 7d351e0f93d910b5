"""Originals as arrays: an npz with photos and mattes, such as `pfcn_small.npz`, in any form in circulation.

Not by `np.load`: it reserves memory for the size that a header claims, and a stranger's file may claim any size.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError, added_to
from tasks.core.regular_file import open_regular
from tasks.dataset.manifest import Pair
from tasks.originals.npz_header import AS_FILES, array_header, check_sizes
from tasks.originals.npz_names import ArrayNames, find_arrays
from tasks.originals.npz_values import has_alpha, matte_values, on_white, photo_values


@dataclass(frozen=True)
class NpzPart:
    """Photos (N, height, width, 3) and mattes (N, height, width, 1): uint8 as stored, or float32 0..1."""

    names: ArrayNames
    photos: NDArray[np.generic]
    mattes: NDArray[np.generic] | None
    """None for photos without mattes."""


def read_npz(path: Path, with_mattes: bool = True) -> list[NpzPart]:
    """Return the photos and mattes of an npz, training before testing; the photos alone if it has no mattes.

    Numbers may be of any type, about 0..1 or 0..255; photos may be gray or have an alpha channel, which is the
    matte if there are no others: such cut-outs are put on white. Mattes may have three equal channels, or no
    axis for channels; channels may come first. What the numbers of mattes mean is not decided here. Nothing is
    unpickled. Without `with_mattes`, mattes are left out. Raises `UserError` naming every array that is missing or
    wrong.
    """
    problems: list[str] = []
    parts: list[NpzPart] = []
    arrays: list[ArrayNames] = []
    with _opened(path) as (archive, present):
        with added_to(problems):
            arrays = find_arrays(present)
        check_sizes(path, archive, present, arrays, with_mattes)
        for names in arrays:
            with added_to(problems):
                parts.append(_part(archive, present, names, with_mattes))
    if problems:
        raise UserError(
            f"{path}: {'; '.join(problems)}. It needs train_images, test_images, train_mattes, test_mattes; or "
            "x_train, y_train, x_test, y_test; or images, masks. It has "
            f"{', '.join(sorted(present)) or 'nothing'}."
        )
    both = " and ".join(part.names.photos for part in parts)
    if len({part.photos.shape[1:] for part in parts}) > 1:
        raise UserError(f"{path}: {both} have different sizes.")
    if len({part.mattes is None for part in parts}) > 1:
        raise UserError(f"{path}: of {both}, only some have an alpha channel.")
    return parts


def npz_holds_mattes(path: Path) -> bool:
    """Return whether an npz has mattes, by its names and headers. Raises `UserError` if it cannot be read."""
    with _opened(path) as (archive, present):
        return any(
            not names.are_alone or has_alpha(array_header(archive, present[names.photos])[0])
            for names in find_arrays(present)
        )


def unused_arrays(path: Path, parts: Sequence[NpzPart]) -> list[str]:
    """Return the names of the arrays in an npz that are neither photos nor mattes of its parts."""
    with _opened(path) as (_, present):
        return sorted(present.keys() - {name for part in parts for name in (part.names.photos, part.names.mattes)})


def npz_pairs(path: Path, parts: Sequence[NpzPart]) -> list[Pair]:
    """Return a row of the manifest for each row of the arrays from `read_npz`. Its paths name array and row.

    The split is empty if it is still to be drawn.
    """
    pairs: list[Pair] = []
    for part in parts:
        before = sum(pair.split == part.names.split for pair in pairs)
        pairs += [
            Pair(
                split=part.names.split,
                name=f"{before + row + 1:05d}",
                photo=f"{path.name}/{part.names.photos}[{row}]",
                matte=f"{path.name}/{part.names.mattes}[{row}]" if matte is not None else "",
                width=photo.shape[1],
                height=photo.shape[0],
                photo_sha256=_sha256(photo),
                matte_sha256=_sha256(matte) if matte is not None else "",
            )
            for row, (photo, matte) in enumerate(zip(part.photos, _mattes(part), strict=True))
        ]
    return pairs


def _mattes(part: NpzPart) -> Iterable[NDArray[np.generic] | None]:
    return [None] * len(part.photos) if part.mattes is None else part.mattes


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, str]]]:
    """Open an npz; yield it and its files by the names of their arrays. Raises `UserError` if it is none."""
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            yield archive, {name.removesuffix(".npy"): name for name in archive.namelist()}
    except UserError:
        raise
    except MemoryError as error:
        raise UserError(f"{path}: there is not enough memory to read it; {AS_FILES}") from error
    except Exception as error:  # zipfile raises nearly anything for garbage
        raise UserError(f"{path}: cannot be read as an npz ({error})") from error


def _part(archive: zipfile.ZipFile, present: dict[str, str], names: ArrayNames, with_mattes: bool) -> NpzPart:
    """Return the arrays with these names. Raises `UserError` for what is wrong with either or both."""
    problems: list[str] = []
    photos: NDArray[np.generic] = np.empty(0)
    mattes: NDArray[np.generic] | None = None
    with added_to(problems, lambda text: f"{names.photos} {text}"):
        stored = _array(archive, present[names.photos])
        photos = photo_values(stored)
        if names.are_alone and with_mattes and has_alpha(stored.shape):
            mattes = matte_values(stored, alone=True)
            photos = on_white(photos, mattes)
    if with_mattes and not names.are_alone:
        with added_to(problems, lambda text: f"{names.mattes} {text}"):
            mattes = matte_values(_array(archive, present[names.mattes]))
    if problems:
        raise UserError("; ".join(problems))
    if mattes is not None and photos.shape[:3] != mattes.shape[:3]:
        raise UserError(f"{names.photos} and {names.mattes} do not match: {photos.shape} and {mattes.shape}")
    return NpzPart(names, photos, mattes)


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[np.generic]:
    array_header(archive, name)
    try:
        with archive.open(name) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except Exception as error:  # NumPy raises nearly anything for garbage
        raise UserError(f"cannot be read ({error or type(error).__name__})") from error


def _sha256(values: NDArray[np.generic]) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
