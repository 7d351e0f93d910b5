"""Against plain transcriptions of the definitions, pixel by pixel, and cases done by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage.measure import label

from tasks.evaluation.metrics.matting import connectivity_error, gradient_error, sum_of_absolute_differences

Matte = NDArray[np.float64]
SIGMA = 1.4


def random_matte(seed: int) -> Matte:
    """A soft blob with some noise, so that it has regions, slopes and holes."""
    draws = np.random.default_rng(seed)
    y, x = np.mgrid[0:18, 0:22]
    blob = 1.3 - np.hypot(y - draws.uniform(5, 13), x - draws.uniform(6, 16)) / draws.uniform(4, 9)
    return np.asarray(np.clip(blob + draws.normal(0, 0.1, y.shape), 0, 1))


mattes = st.integers(0, 2**32 - 1).map(random_matte)


def gradient_by_definition(matte: Matte) -> Matte:
    """Convolve with the derivatives of a Gaussian of unit norm, one pixel after the other."""
    half = 4  # where a Gaussian of 1.4 is below 0.01
    grid = np.arange(-half, half + 1)
    gauss = np.exp(-(grid**2) / (2 * SIGMA**2)) / (SIGMA * np.sqrt(2 * np.pi))
    kernel = np.outer(gauss, -grid * gauss / SIGMA**2)
    kernel /= np.sqrt((kernel**2).sum())
    padded = np.pad(matte, half, mode="edge")
    result = np.zeros((2, *matte.shape))
    for row in range(matte.shape[0]):
        for column in range(matte.shape[1]):
            window = padded[row : row + 2 * half + 1, column : column + 2 * half + 1]
            result[:, row, column] = (window * kernel).sum(), (window * kernel.T).sum()
    return np.asarray(np.sqrt((result**2).sum(axis=0)))


def connectivity_by_definition(matte: Matte, level: Matte) -> Matte:
    above = matte - level
    return np.where(above >= 0.15, 1 - above, 1.0)


def connected_level(one: Matte, other: Matte) -> Matte:
    """For each pixel the last of the thresholds 0, 0.1, ..., 1 at which the largest region still has it."""
    level = np.ones(one.shape)
    lost = np.zeros(one.shape, bool)
    for step in range(1, 11):
        regions = label((one >= step * 0.1) & (other >= step * 0.1), connectivity=1)
        sizes = np.bincount(regions.ravel(), minlength=2)[1:]
        largest = (regions == 1 + sizes.argmax()) & (regions > 0)
        level[~largest & ~lost] = (step - 1) * 0.1
        lost |= ~largest
    return level


@settings(max_examples=20)
@given(mattes, mattes)
def test_the_gradient_error_is_that_of_the_definition(one: Matte, other: Matte) -> None:
    expected = ((gradient_by_definition(one) - gradient_by_definition(other)) ** 2).sum() / 1000
    assert gradient_error(one, other) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=50)
@given(mattes, mattes)
def test_the_connectivity_error_is_that_of_the_definition(one: Matte, other: Matte) -> None:
    level = connected_level(one, other)
    difference = connectivity_by_definition(one, level) - connectivity_by_definition(other, level)
    assert connectivity_error(one, other) == pytest.approx(np.abs(difference).sum() / 1000, abs=1e-9)


@given(mattes, mattes)
def test_errors_are_symmetric(one: Matte, other: Matte) -> None:
    for error in (sum_of_absolute_differences, gradient_error, connectivity_error):
        assert error(one, other) == pytest.approx(error(other, one))
        assert error(one, one) == 0


def test_an_island_is_unconnected_by_its_height() -> None:
    person = np.zeros((20, 20))
    person[5:15, 2:10] = 1
    island = person.copy()
    island[8:10, 14:16] = 0.6
    assert connectivity_error(island, person) == pytest.approx(4 * 0.6 / 1000)
    faint = person.copy()
    faint[8:10, 14:16] = 0.1  # within the tolerance
    assert connectivity_error(faint, person) == 0


def test_the_same_shift_everywhere_has_no_gradient_error() -> None:
    matte = random_matte(1) * 0.5
    assert gradient_error(matte + 0.25, matte) == pytest.approx(0, abs=1e-12)
    assert sum_of_absolute_differences(matte + 0.25, matte) == pytest.approx(matte.size * 0.25 / 1000)
