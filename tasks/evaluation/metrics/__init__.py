"""The metrics of each target, a module each; all arrays are (N, height, width, 1), values 0..1.

Each has `image_metrics`, a number per image and metric; `overall_metrics`, where there is one, combines them.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def means(columns: "Mapping[str, NDArray[np.float64]]") -> dict[str, float]:
    """Combine the metrics of images, arrays (N,): the mean of each over all images."""
    return {name: float(values.mean()) for name, values in columns.items()}
