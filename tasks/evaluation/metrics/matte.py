"""Metrics of predicted mattes; all arrays are (N, height, width, 1), values 0..1, 1 = person.

The measures of overlap compare binary masks, the mattes with a threshold of one half; the matting errors of
`matting` compare the mattes themselves.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from tasks.evaluation.metrics.matting import connectivity_error, gradient_error, sum_of_absolute_differences

Mattes = NDArray[np.float32]
Mask = NDArray[np.bool_]

MASK_THRESHOLD = 0.5
BOUNDARY_SHARE = 0.02
"""Width of the boundary band as a share of the image's diagonal, as in the paper on boundary IoU."""
MATTING = {
    "sad": sum_of_absolute_differences,
    "gradient_error": gradient_error,
    "connectivity_error": connectivity_error,
}


def image_metrics(predictions: Mattes, targets: Mattes) -> dict[str, NDArray[np.float64]]:
    """Return the metrics of each image, arrays (N,).

    `iou` is that of the person, `mean_iou` the mean over person and background, `boundary_iou` that of the bands
    along the outlines; `sad`, `gradient_error` and `connectivity_error` are in thousands, as is usual in matting.
    """
    difference = predictions.astype(np.float64) - targets
    pairs = list(zip(predictions[..., 0], targets[..., 0], strict=True))
    masks = [(prediction >= MASK_THRESHOLD, target >= MASK_THRESHOLD) for prediction, target in pairs]
    outsides = [(~one, ~other) for one, other in masks]
    iou = _each(masks, intersection_over_union)
    return {
        "iou": iou,
        "mean_iou": (iou + _each(outsides, intersection_over_union)) / 2,
        "boundary_iou": _each(masks, boundary_intersection_over_union),
        "dice": 2 * iou / (1 + iou),
        "mae": np.abs(difference).mean(axis=(1, 2, 3)),
        "mse": (difference**2).mean(axis=(1, 2, 3)),
        **{name: np.array([measure(*pair) for pair in pairs]) for name, measure in MATTING.items()},
    }


def intersection_over_union(one: Mask, other: Mask) -> float:
    """Return the IoU of two masks (height, width); 1 when both are empty."""
    union = int(np.sum(one | other))
    return int(np.sum(one & other)) / union if union else 1.0


def boundary_intersection_over_union(one: Mask, other: Mask) -> float:
    """Return the IoU of the bands along the inside of two masks' outlines.

    Source: B. Cheng et al., Boundary IoU: Improving Object-Centric Image Segmentation Evaluation, CVPR 2021.
    """
    width = max(1, round(BOUNDARY_SHARE * float(np.hypot(*one.shape))))
    return intersection_over_union(_band(one, width), _band(other, width))


def _band(mask: Mask, width: int) -> Mask:
    # Beyond the image there is no person, so a mask that touches its border has an outline there.
    inside = binary_erosion(mask, np.ones((3, 3)), iterations=width, border_value=0)
    return np.asarray(mask & ~inside)


def _each(masks: list[tuple[Mask, Mask]], measure: Callable[[Mask, Mask], float]) -> NDArray[np.float64]:
    return np.array([measure(one, other) for one, other in masks])
