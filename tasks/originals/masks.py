"""What the numbers of all mattes of a source mean, and how a matte is read by it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.core.errors import UserError
from tasks.core.text import write_text
from tasks.images.mattes import ALPHA, DEEP_GRAY, GRAY, MatteFile, read_matte_file
from tasks.images.pictures import TURNS
from tasks.images.strips import row_blocks


@dataclass(frozen=True)
class Masks:
    """How to read every matte of a source: by default as brightness, 0 to 255."""

    reading: str = GRAY
    """Which numbers of a file count, where it has them: one of the readings of `tasks.images.mattes`."""
    person: tuple[int, ...] | None = None
    """The labels that are the person; None if the values are the matte itself."""
    factor: float = 1.0
    """What values of files with more than 8 bits are multiplied by to become 0..255."""


def person_matte(file: MatteFile, masks: Masks) -> NDArray[np.uint8]:
    """Return a matte, uint8 (height, width), 255 = person. Raises `UserError` as `reading_of` does."""
    if masks.reading == ALPHA and file.opaque:
        return np.full_like(next(iter(file.readings.values())), 255, np.uint8)
    reading = reading_of(file, masks)
    return person_values(file.readings[reading], reading == DEEP_GRAY, masks)


def person_values(values: NDArray[np.generic], deep: bool, masks: Masks) -> NDArray[np.uint8]:
    """Return values of any shape as uint8, 255 = person; `deep` values are multiplied by the factor."""
    matte = np.empty(values.shape, np.uint8)
    for rows in row_blocks(values):
        matte[rows] = _person_values(values[rows], deep, masks)
    return matte


def _person_values(values: NDArray[np.generic], deep: bool, masks: Masks) -> NDArray[np.uint8]:
    if deep:
        values = np.round(np.nan_to_num(values.astype(np.float64)) * masks.factor)
    if masks.person is not None:
        return np.where(np.isin(values, masks.person), 255, 0).astype(np.uint8)
    return np.clip(values, 0, 255).astype(np.uint8) if deep else np.asarray(values, np.uint8)


def reading_of(file: MatteFile, masks: Masks) -> str:
    """Return which of a file's readings counts. Raises `UserError` if it has none that does."""
    for reading in (masks.reading, GRAY, DEEP_GRAY):
        if reading in file.readings:
            return reading
    raise UserError("has colours; the other mattes have none")


def read_matte(path: Path, masks: Masks, orientation: int = 1) -> Image.Image:
    """Read a matte in mode L, 255 = person, turned by an Exif orientation (1 to 8; 1 leaves it as stored).

    Raises `UserError` for a file that cannot be read as a matte.
    """
    file = read_matte_file(path)
    try:
        matte = Image.fromarray(person_matte(file, masks))
    except UserError as error:
        raise UserError(f"{path}: {error}") from error
    return matte.transpose(TURNS[orientation]) if orientation in TURNS else matte


def write_masks(path: Path, masks: Masks) -> None:
    """Write the meaning of masks as JSON."""
    write_text(path, json.dumps(asdict(masks), indent=1) + "\n")


def read_masks(path: Path) -> Masks:
    """Read the meaning of masks."""
    values = json.loads(path.read_text(encoding="utf-8"))
    person = values["person"]
    return Masks(values["reading"], None if person is None else tuple(person), values["factor"])
