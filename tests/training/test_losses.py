import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.training.losses import CUSTOM_LOSSES, crossentropy_and_overlap


def loss(targets: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    return np.asarray(crossentropy_and_overlap(keras.ops.array(targets), keras.ops.array(predictions)))


def test_a_case_done_by_hand() -> None:
    targets, predictions = np.zeros((1, 4, 5, 1), np.float32), np.full((1, 4, 5, 1), 0.5, np.float32)
    targets[0, :2] = 1  # ten of twenty pixels; they share 5, and either covers 15
    assert loss(targets, predictions)[0] == pytest.approx(np.log(2) + 1 - (5 + 1) / (15 + 1), abs=1e-5)


@given(st.integers(0, 2**32 - 1))
def test_it_is_what_keras_measures_plus_the_overlap(seed: int) -> None:
    draws = np.random.default_rng(seed)
    targets, predictions = (draws.random((3, 8, 6, 1)).astype(np.float32) for _ in range(2))
    expected = keras.losses.BinaryCrossentropy(reduction=None)(targets, predictions)
    overlap = [
        1 - ((t * p).sum() + 1) / ((t + p - t * p).sum() + 1) for t, p in zip(targets, predictions, strict=True)
    ]
    np.testing.assert_allclose(
        loss(targets, predictions), np.asarray(expected).mean(axis=(1, 2)) + overlap, rtol=1e-4
    )


def test_nobody_and_nobody_found_costs_nothing() -> None:
    nobody = np.zeros((1, 4, 4, 1), np.float32)
    assert loss(nobody, nobody)[0] == pytest.approx(0, abs=1e-5)


def test_names_are_those_of_the_functions() -> None:
    assert all(name == function.__name__ for name, function in CUSTOM_LOSSES.items())
