"""What a `.keras` file says of itself, checked before a library believes it.

A forged file may name layers of any size, and weights that are nowhere in it.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from tasks.core.errors import UserError
from tasks.core.regular_file import open_regular

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
LARGEST = {CONFIG: 1 << 24, "metadata.json": 1 << 16, WEIGHTS: 1 << 30}
"""The files of a model, and how many bytes each may have."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Those of zip that Keras writes."""
WEIGHTED = frozenset({"units", "filters", "kernel_size"})
"""What the size of a layer's weights follows from, which is then a side of an array of them."""
IDENTITIES = frozenset({"shared_object_id", "seed"})
"""Whole numbers that are the size of nothing."""
LARGEST_NUMBER = 100_000
"""The largest of all other whole numbers in a configuration, such as the height of images."""


@contextmanager
def readable_model(path: Path) -> Iterator[None]:
    """Turn any error that a forged or damaged model's file raises into a `UserError` that names it."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # Keras raises nearly anything for a configuration that is none
        reason = [line for line in str(error).splitlines() if line.strip()]
        raise UserError(
            f"{path}: is damaged, or no model of this project ({reason[0] if reason else type(error).__name__}); "
            "remove it and run again to rebuild it; if it is part of the package, reinstall that"
        ) from error


def check_model(path: Path) -> None:
    """Raise `ValueError` if a file has other parts than a model, or names more weights than are in it."""
    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        weights, config = part(archive, WEIGHTS), json.loads(part(archive, CONFIG))
    with h5py.File(io.BytesIO(weights)) as saved:
        shapes = list(_shapes(saved))
    sides = {side for shape in shapes for side in shape}
    named = 0
    for key, number in _numbers("", config):
        if key in IDENTITIES:
            continue
        if (key in WEIGHTED and number not in sides) or abs(number) > LARGEST_NUMBER:
            raise ValueError(f"{key} of {number}, and no such weights")
        named += key == "units" or key == "filters"
    if named > len(shapes):
        raise ValueError(f"{named} layers, and weights of fewer")


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a file in a model's file. Raises `ValueError` if it or another has a size that no model has."""
    for entry in archive.infolist():
        if entry.file_size > LARGEST.get(entry.filename, 0) or entry.compress_type not in METHODS:
            raise ValueError(
                f"{entry.filename} in it has {entry.file_size} bytes, or is compressed by another method"
            )
    return archive.read(name)


def stored(weights: Any) -> NDArray[np.float32]:
    """Return an array of weights of an HDF5 file. Raises `ValueError` if it names more than is in the file."""
    _check_stored(weights)
    return np.asarray(weights)


def _shapes(group: h5py.Group) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of all weights below a group."""
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ValueError(f"{name} is a link to elsewhere")
        member = group[name]
        if isinstance(member, h5py.Group):
            yield from _shapes(member)
        else:
            _check_stored(member)
            yield member.shape


def _check_stored(weights: Any) -> None:
    if weights.nbytes > weights.id.get_storage_size():
        raise ValueError(f"the weights {weights.name} are not all in it")


def _numbers(key: str, value: Any) -> Iterator[tuple[str, int]]:
    """Yield the whole numbers of a configuration, with the keys that they are found by."""
    if isinstance(value, dict):
        for inner, below in value.items():
            yield from _numbers(inner, below)
    elif isinstance(value, list):
        for below in value:
            yield from _numbers(key, below)
    elif isinstance(value, int):
        yield key, value
