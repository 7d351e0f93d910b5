"""Arrays in npz files, and their common value range."""

import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time written into archives, so that the same content gives the same bytes; the earliest that zip knows."""
AT_ONCE = 1024
"""How many rows a part of a streamed array has."""


@dataclass(frozen=True)
class Stream:
    """An array that is never in memory as a whole: its shape and dtype, and parts of some rows each, in order."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    parts: Iterable[NDArray[np.generic]]


def unit_range(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return values as float32 in 0..1, whether they are uint8 (0..255) or floats (0..1) already."""
    if values.dtype == np.uint8:
        return values.astype(np.float32) / np.float32(255)
    return values.astype(np.float32, copy=False)


def save_arrays(path: Path, arrays: Mapping[str, NDArray[np.generic] | Stream]) -> None:
    """Write arrays as an uncompressed npz that `numpy.load` reads; the same arrays give the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", EARLIEST), "w", force_zip64=True) as file:
                if isinstance(values, Stream):
                    _write_stream(file, values)
                else:
                    np.lib.format.write_array(file, np.asarray(values, order="C"), allow_pickle=False)


def load_arrays(path: Path, *names: str) -> list[NDArray[np.generic]]:
    """Read the arrays named from an npz."""
    with np.load(path, allow_pickle=False) as archive:
        return [archive[name] for name in names]


def stream_array(path: Path, name: str) -> Stream:
    """Return an array of an npz that `save_arrays` wrote; its parts are read as they are taken."""
    with _opened(path, name) as (shape, dtype, _):
        return Stream(shape, dtype, _parts(path, name))


def _parts(path: Path, name: str) -> Iterator[NDArray[np.generic]]:
    with _opened(path, name) as (shape, dtype, file):
        row = dtype.itemsize * math.prod(shape[1:])
        for start in range(0, shape[0], AT_ONCE):
            count = min(AT_ONCE, shape[0] - start)
            yield np.frombuffer(file.read(count * row), dtype).reshape(count, *shape[1:])


@contextmanager
def _opened(path: Path, name: str) -> Iterator[tuple[tuple[int, ...], np.dtype[np.generic], IO[bytes]]]:
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        yield shape, dtype, file


def _write_stream(file: IO[bytes], values: Stream) -> None:
    dtype = np.lib.format.dtype_to_descr(values.dtype)
    header = {"descr": dtype, "fortran_order": False, "shape": values.shape}
    np.lib.format.write_array_header_1_0(file, header)
    for part in values.parts:
        file.write(part.tobytes())
