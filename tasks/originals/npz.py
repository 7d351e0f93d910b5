"""Originals as arrays: an npz with the four arrays of `pfcn_small.npz`, in any of the forms in circulation.

Not by `np.load`: it reserves memory for the size that a header claims, and a stranger's file may claim any size.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.dataset.manifest import PREFIXES, Pair

CHANNELS_OF = {"images": 3, "mattes": 1}
KEYS = tuple(f"{prefix}_{name}" for name in CHANNELS_OF for prefix in PREFIXES.values())
NUMBERS = "buif"
"""NumPy's kinds of dtypes for plain numbers. Objects would have to be unpickled, which runs code."""


def read_npz(path: Path) -> dict[str, NDArray[np.generic]]:
    """Return images (N, height, width, 3) and mattes (N, height, width, 1), uint8 0..255 or float32 0..1, by name.

    Numbers may be of any type, 0..1 or 0..255; images may be gray; mattes may have three equal channels, or no
    axis for channels. Nothing is unpickled. Raises `UserError` naming every array that is missing or wrong.
    """
    problems: list[str] = []
    arrays: dict[str, NDArray[np.generic]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            present = {name.removesuffix(".npy"): name for name in archive.namelist()}
            for key in KEYS:
                with _added_to(problems):
                    if key not in present:
                        raise UserError(f"{key} is missing")
                    arrays[key] = _read(archive, present[key], key)
    except Exception as error:  # zipfile raises nearly anything for garbage
        raise UserError(f"{path}: cannot be read as an npz ({error})") from error
    if not problems:
        for prefix in PREFIXES.values():
            with _added_to(problems):
                _check_counts(arrays, prefix)
        with _added_to(problems):
            _check_sizes(arrays)
    if problems:
        raise UserError(
            f"{path}: {'; '.join(problems)}. It needs {', '.join(KEYS)}; it has "
            f"{', '.join(sorted(present)) or 'nothing'}."
        )
    return arrays


def npz_pairs(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> list[Pair]:
    """Return a row of the manifest for each row of the arrays from `read_npz`. Its paths name array and row."""
    return [
        Pair(
            split=split,
            name=f"{row + 1:05d}",
            photo=f"{path.name}/{prefix}_images[{row}]",
            matte=f"{path.name}/{prefix}_mattes[{row}]",
            width=photo.shape[1],
            height=photo.shape[0],
            photo_sha256=_sha256(photo),
            matte_sha256=_sha256(matte),
        )
        for split, prefix in PREFIXES.items()
        for row, (photo, matte) in enumerate(
            zip(arrays[f"{prefix}_images"], arrays[f"{prefix}_mattes"], strict=True)
        )
    ]


@contextmanager
def _added_to(problems: list[str]) -> Iterator[None]:
    """Add the text of a `UserError` to the problems, and continue after the block."""
    try:
        yield
    except UserError as error:
        problems.append(str(error))


def _read(archive: zipfile.ZipFile, name: str, key: str) -> NDArray[np.generic]:
    """Return an array by the name of its file, as `read_npz` returns it."""
    try:
        return _normal(_array(archive, name), CHANNELS_OF[key.partition("_")[2]])
    except UserError as error:
        raise UserError(f"{key} {error}") from error


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[np.generic]:
    try:
        with archive.open(name) as file:
            version = np.lib.format.read_magic(file)
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            shape, _, dtype = read_header(file)
            if dtype.kind not in NUMBERS:
                raise UserError(f"holds {dtype}, not numbers")
            if len(shape) not in (3, 4) or 0 in shape:
                raise UserError(
                    f"has the shape {shape}; it must be (N, height, width) or (N, height, width, channels)"
                )
            if np.prod(shape, dtype=float) * dtype.itemsize > archive.getinfo(name).file_size:
                raise UserError(f"is cut off: its header says {shape}")
        with archive.open(name) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except UserError:
        raise
    except Exception as error:  # NumPy raises nearly anything for garbage
        raise UserError(f"cannot be read ({error or type(error).__name__})") from error


def _normal(values: NDArray[np.generic], channels: int) -> NDArray[np.generic]:
    if values.ndim == 3:
        values = values[..., None]
    if values.shape[3] not in (1, 3):
        raise UserError(f"has {values.shape[3]} channels; it must have 1 or 3")
    if values.shape[3] > channels:
        if not (values == values[..., :1]).all():
            raise UserError("has three different channels; it must have one")
        values = values[..., :1]
    elif values.shape[3] < channels:
        values = np.repeat(values, channels, axis=3)
    if values.dtype == np.uint8 and values.max() > 1:
        return values
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise UserError("has NaN or infinite values")
    least, most = values.min(), values.max()
    if least < 0 or most > 255:
        raise UserError(f"has values from {least} to {most}; they must be 0..1 or 0..255")
    if values.dtype.kind == "f" and most <= 1:
        return values.astype(np.float32)
    whole = np.round(values.astype(np.float64) * (255 if most <= 1 else 1))
    return np.asarray(whole, np.uint8)


def _check_counts(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> None:
    images, mattes = (arrays[f"{prefix}_{name}"].shape for name in CHANNELS_OF)
    if images[:3] != mattes[:3]:
        raise UserError(f"{prefix}_images and {prefix}_mattes do not match: {images} and {mattes}")


def _check_sizes(arrays: Mapping[str, NDArray[np.generic]]) -> None:
    if arrays["train_images"].shape[1:] != arrays["test_images"].shape[1:]:
        raise UserError("train_images and test_images have different sizes")


def _sha256(values: NDArray[np.generic]) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
