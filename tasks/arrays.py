"""Arrays in npz files, and their common value range."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time written into archives, so that the same content gives the same bytes; the earliest that zip knows."""


def unit_range(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return values as float32 in 0..1, whether they are uint8 (0..255) or floats (0..1) already."""
    if values.dtype == np.uint8:
        return values.astype(np.float32) / np.float32(255)
    return values.astype(np.float32, copy=False)


def save_arrays(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write arrays as an uncompressed npz that `numpy.load` reads; the same arrays give the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", EARLIEST), "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(values, order="C"), allow_pickle=False)


def load_arrays(path: Path, *names: str) -> list[NDArray[np.generic]]:
    """Read the arrays named from an npz."""
    with np.load(path, allow_pickle=False) as archive:
        return [archive[name] for name in names]
