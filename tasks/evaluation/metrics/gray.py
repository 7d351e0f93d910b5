"""Errors of predicted gray images against their targets; all arrays are (N, height, width, 1), values 0..1."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

GrayImages = NDArray[np.float32]

SMALLEST_ERROR = 2.0**-24
"""Half the distance from 1 to the next float32. Errors below it are rounding, so PSNR ends at 144.5 dB."""


def image_metrics(predictions: GrayImages, targets: GrayImages) -> dict[str, NDArray[np.float64]]:
    """Return the metrics of each image, arrays (N,): mae, rmse, max_error, psnr (dB), ssim, exact_8_bit.

    `exact_8_bit` is the share of pixels that round to the target's 8-bit value (0..255).
    """
    error = np.abs(predictions.astype(np.float64) - targets).reshape(len(targets), -1)
    rmse = np.sqrt(np.mean(error**2, axis=1))
    levels = [np.round(images.astype(np.float64) * 255) for images in (predictions, targets)]
    return {
        "mae": error.mean(axis=1),
        "rmse": rmse,
        "max_error": error.max(axis=1),
        "psnr": -20 * np.log10(np.maximum(rmse, SMALLEST_ERROR)),
        "ssim": structural_similarities(predictions, targets),
        "exact_8_bit": np.mean(levels[0] == levels[1], axis=(1, 2, 3)),
    }


def overall_metrics(columns: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    """Combine the metrics of images of one size: mean over images, but RMSE over all pixels and the largest error.

    `psnr` and `ssim` are means of the images' own, as image restoration reports them.
    """
    overall = {name: float(np.mean(values)) for name, values in columns.items()}
    overall["rmse"] = float(np.sqrt(np.mean(columns["rmse"] ** 2)))
    overall["max_error"] = float(np.max(columns["max_error"]))
    return overall


def structural_similarities(predictions: GrayImages, targets: GrayImages) -> NDArray[np.float64]:
    """Return the SSIM of each image, array (N,).

    Source: Z. Wang et al., Image quality assessment: from error visibility to structural similarity, IEEE
    Transactions on Image Processing 13(4), 2004; as scikit-image computes it, with its defaults.
    """
    from skimage.metrics import structural_similarity

    pairs = zip(predictions[..., 0], targets[..., 0], strict=True)
    return np.array([structural_similarity(prediction, target, data_range=1.0) for prediction, target in pairs])
