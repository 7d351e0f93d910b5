"""Arrays in npz files, whole or as streams of rows, and their common value range."""

import errno
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

STREAMED_ROWS = 1024
"""How many rows of a stream are read at once."""
UNIX = 3
"""The system that entries of zips say they were made on."""


@dataclass(frozen=True)
class Stream:
    """An array that is never in memory as a whole: its shape and dtype, and its rows in parts, in order."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    parts: Iterable[NDArray[np.generic]]
    """Each (some rows, *shape[1:])."""


def unit_range(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return values as float32 0..1: uint8 is divided by 255, floats are taken to be 0..1 already."""
    if values.dtype == np.uint8:
        return values.astype(np.float32) / np.float32(255)
    return values.astype(np.float32, copy=False)


def save_arrays(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write arrays of numbers or text, of any shape, as an uncompressed npz; equal arrays give equal bytes.

    Raises `ValueError` for an array of objects.
    """
    # Not by np.savez(), whose files say on which system they were made.
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in arrays.items():
            with archive.open(zip_entry(f"{name}.npy"), "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(values, order="C"), allow_pickle=False)


def load_arrays(path: Path, *names: str) -> list[NDArray[np.generic]]:
    """Read the named arrays of an npz, in the order of the names.

    Raises `KeyError` for a missing one, and `OSError` if the file cannot be read.
    """
    with _read_faults(path), np.load(path, allow_pickle=False) as archive:
        return [archive[name] for name in names]


@contextmanager
def _read_faults(path: Path) -> Iterator[None]:
    """Raise `OSError` where zipfile says that a file is no archive: it hides failed reads that way."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise OSError(errno.EIO, f"cannot be read ({error})", str(path)) from error


def zip_entry(name: str) -> zipfile.ZipInfo:
    """Return an entry of a zip that is the same on every system and at every time."""
    entry = zipfile.ZipInfo(name)  # dated 1980
    entry.create_system, entry.external_attr = UNIX, 0o600 << 16
    return entry


def save_streams(path: Path, streams: Mapping[str, Stream]) -> None:
    """Write streams as `save_arrays` writes whole arrays, to the same bytes. NumPy itself needs them in memory."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, stream in streams.items():
            with archive.open(zip_entry(f"{name}.npy"), "w", force_zip64=True) as file:
                descr = np.lib.format.dtype_to_descr(stream.dtype)
                header = {"descr": descr, "fortran_order": False, "shape": stream.shape}
                np.lib.format.write_array_header_1_0(file, header)
                for part in stream.parts:
                    file.write(part.tobytes())


def stream_array(path: Path, name: str) -> Stream:
    """Return an array of an npz written by `save_arrays`, to be read part by part as its parts are taken.

    `np.load` reads an array of an npz as a whole; its `mmap_mode` is for npy files alone.
    """
    with _opened(path, name) as (shape, dtype, _):
        return Stream(shape, dtype, _parts(path, name))


def _parts(path: Path, name: str) -> Iterator[NDArray[np.generic]]:
    with _opened(path, name) as (shape, dtype, file):
        row_bytes = dtype.itemsize * math.prod(shape[1:])
        for start in range(0, shape[0], STREAMED_ROWS):
            count = min(STREAMED_ROWS, shape[0] - start)
            yield np.frombuffer(file.read(count * row_bytes), dtype).reshape(count, *shape[1:])


@contextmanager
def _opened(path: Path, name: str) -> Iterator[tuple[tuple[int, ...], np.dtype[np.generic], IO[bytes]]]:
    """Yield shape and dtype of an array of an npz, and a file that is at the first byte of its values."""
    with _read_faults(path), zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        yield shape, dtype, file
