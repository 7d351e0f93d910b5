"""The sensitivity of a model, as the page shows it."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tasks.dataset.arrays import load_arrays
from tasks.gray.luma import REC_709
from tasks.images.conversion import data_address, to_bytes

FLOOR = 1e-4
"""The share of the largest sensitivity that is shown black."""
SENSITIVITY_ZOOM = 2


@dataclass(frozen=True)
class Sensitivity:
    """A model's sensitivity to the pixels around the one it answers for.

    `picture` shows it; `radius` is the distance, in pixels, within which half of it lies, and `middle` the share
    (0..1) of the middle pixel. `weights` are the sums of the gradients by channel, and `error` is their largest
    difference from luma's, for colour images.
    """

    name: str
    target: str
    picture: str
    radius: float
    middle: float
    weights: list[float]
    error: float | None


def read_sensitivity(name: str, target: str, path: Path) -> Sensitivity:
    """Read the sensitivity of a model."""
    neighbourhood, weights = (
        np.asarray(values, np.float64) for values in load_arrays(path, "neighbourhood", "weights")
    )
    error = float(np.abs(weights - REC_709).max()) if len(weights) == len(REC_709) else None
    picture, radius, middle = _picture(neighbourhood), half_radius(neighbourhood), middle_share(neighbourhood)
    return Sensitivity(name, target, picture, radius, middle, weights.tolist(), error)


def middle_share(neighbourhood: NDArray[np.floating]) -> float:
    """Return the middle pixel's share (0..1) of a sensitivity (height, width); 0 where all of it is 0."""
    height, width = neighbourhood.shape
    total = float(neighbourhood.sum(dtype=np.float64))
    return float(neighbourhood[height // 2, width // 2]) / total if total else 0.0


def half_radius(neighbourhood: NDArray[np.floating]) -> float:
    """Return the distance from the middle, pixels, within which half of the sensitivity (height, width) lies.

    It is 0 if the middle pixel alone has half of it.
    """
    height, width = neighbourhood.shape
    y, x = np.indices(neighbourhood.shape)
    distance = np.hypot(y - height // 2, x - width // 2).ravel()
    order = np.argsort(distance, kind="stable")
    grown = np.cumsum(neighbourhood.ravel()[order].astype(np.float64))
    return float(distance[order][np.searchsorted(grown, grown[-1] / 2)])


def _picture(neighbourhood: NDArray[np.floating]) -> str:
    """Return a PNG as a data address, brighter for more, on a logarithmic scale."""
    from matplotlib import colormaps

    relative = neighbourhood / max(float(neighbourhood.max()), 1e-30)
    shown = 1 + np.log10(np.maximum(relative, FLOOR)) / -np.log10(FLOOR)
    colours = to_bytes(colormaps["inferno"](shown)[..., :3])
    buffer = io.BytesIO()
    Image.fromarray(colours.repeat(SENSITIVITY_ZOOM, axis=0).repeat(SENSITIVITY_ZOOM, axis=1)).save(
        buffer, "PNG", optimize=True
    )
    return data_address(buffer.getvalue(), "png")
