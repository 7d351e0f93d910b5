"""Closed-form matting: the matte in a band of unknown pixels, from the colours and what is known around it.

Source: A. Levin, D. Lischinski, Y. Weiss, A Closed-Form Solution to Natural Image Matting, IEEE TPAMI 30(2), 2008:
the matting Laplacian, equation 12, over windows of 3 x 3 pixels. The known pixels keep their values exactly.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

WINDOW = 3
"""Height and width of a window, pixels."""
REGULARIZATION = 1e-7
"""Epsilon of the Laplacian, for colours 0..1: the larger, the smoother the matte."""


def solve_matte(colours: Doubles, trimap: Doubles) -> NDArray[np.float32] | None:
    """Return the matte, (height, width) with values 0..1; None if the picture is too small, or has no solution.

    `colours` are (height, width, 3), values 0..1; `trimap` is (height, width), 1 for the person, 0 for the
    background, and anything between for what is to be found. Some pixels are known.
    """
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import splu

    if min(trimap.shape) < WINDOW:
        return None
    unknown = ((trimap > 0) & (trimap < 1)).ravel()
    pixels, weights = _laplacian(colours, unknown.reshape(trimap.shape))
    rows, columns = (np.broadcast_to(one, weights.shape) for one in (pixels[:, :, None], pixels[:, None, :]))
    count, number = int(unknown.sum()), np.cumsum(unknown) - 1
    solved, known = unknown[rows] & unknown[columns], unknown[rows] & ~unknown[columns]
    matrix = csc_array((weights[solved], (number[rows[solved]], number[columns[solved]])), (count, count))
    pull = -np.bincount(number[rows[known]], weights[known] * trimap.ravel()[columns[known]], count)
    matte = trimap.ravel().copy()
    try:
        factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0, options={"SymmetricMode": True})
        matte[unknown] = factors.solve(pull)
    except RuntimeError:  # a singular matrix
        return None
    return np.clip(matte, 0, 1).reshape(trimap.shape).astype(np.float32)


def _laplacian(colours: Doubles, unknown: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Doubles]:
    """Return the pixels (N, 9) of each window with an unknown pixel, and its part (N, 9, 9) of the Laplacian.

    Pixels are numbered row by row.
    """
    size, shape = WINDOW**2, (WINDOW, WINDOW)
    touched = sliding_window_view(unknown, shape).any(axis=(2, 3))
    numbers = np.arange(unknown.size).reshape(unknown.shape)
    pixels = sliding_window_view(numbers, shape)[touched].reshape(-1, size)
    centred = colours.reshape(-1, 3)[pixels]
    centred -= centred.mean(axis=1, keepdims=True)
    transposed = centred.swapaxes(1, 2)
    covariance = (transposed @ centred + REGULARIZATION * np.eye(3)) / size
    likeness = centred @ np.linalg.solve(covariance, transposed)
    return pixels, np.eye(size) - (1 + likeness) / size
