"""What an npz says of its arrays before they are read: shape, type, and how much memory they will take."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from tasks.core.errors import UserError
from tasks.core.words import words
from tasks.images.memory import MOST
from tasks.originals.npz_names import ArrayNames

NUMBERS = "buif"
"""NumPy's kinds of dtypes for plain numbers. Objects would have to be unpickled, which runs code."""
HEADER = 1 << 17
"""Bytes of an array's header at most. NumPy would read as many as the header says that it has."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Those of zip that NumPy writes."""
LARGEST = 4 * MOST
"""Bytes of all photos and mattes together, which stay in memory."""
RATIO = 100
"""How many times the size of the file its arrays may have, if they take more than `MOST` bytes."""
AS_FILES = words("give the pictures as files in a folder, which are read one at a time")


def array_header(archive: zipfile.ZipFile, name: str) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Return shape and dtype by an array's header. Raises `UserError` if it cannot be read, or cannot be true."""
    try:
        if archive.getinfo(name).compress_type not in METHODS:
            raise UserError("is compressed by another method than Deflate; write it with np.savez_compressed")
        with archive.open(name) as entry:
            file = io.BytesIO(entry.read(HEADER))
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
            return shape, dtype
    except UserError:
        raise
    except Exception as error:  # NumPy raises nearly anything for garbage
        raise UserError(f"cannot be read ({error or type(error).__name__})") from error


def check_sizes(
    path: Path,
    archive: zipfile.ZipFile,
    present: Mapping[str, str],
    arrays: Sequence[ArrayNames],
    with_mattes: bool,
) -> None:
    """Raise `UserError` if photos and mattes take more memory than they may, by the sizes that the archive names.

    `present` are the archive's files by the names of their arrays.
    """
    sizes = {present[one.mattes]: archive.getinfo(present[one.mattes]).file_size for one in arrays if with_mattes}
    for one in arrays:
        channels = 3 if _is_gray(archive, present[one.photos]) else 1
        sizes[present[one.photos]] = archive.getinfo(present[one.photos]).file_size * channels
    total = sum(sizes.values())
    if total > LARGEST or total > max(MOST, RATIO * path.stat().st_size):
        raise UserError(
            f"{path}: its photos and mattes take {total / MOST:.1f} GB of memory; they may take 1 GB, or 4 GB if "
            f"that is no more than {RATIO} times the size of the file; {AS_FILES}"
        )
    for name, size in sizes.items():
        if size > MOST and (dtype := array_header(archive, name)[1]) != np.uint8:
            raise UserError(
                f"{path}: {name} takes {size / MOST:.1f} GB of memory; as {dtype} it may take 1 GB: save it as "
                f"uint8, or {AS_FILES}"
            )


def _is_gray(archive: zipfile.ZipFile, name: str) -> bool:
    """Return whether photos have one channel, and get three. Of headers that cannot be read, others complain."""
    with suppress(UserError):
        shape, _ = array_header(archive, name)
        return len(shape) == 3 or 1 in (shape[1], shape[3])
    return False
