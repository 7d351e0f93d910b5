from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Examples
from tasks.training.augment import augment
from tasks.training.networks import build_network
from tasks.training.steps import Augment, Steps

ELEMENT_SPEC = (((8, 8, 3), np.dtype(np.uint8)), ((8, 8, 1), np.dtype(np.float32)))


def pairs(count: int, seed: int = 0) -> Examples:
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (count, 8, 8, 3), np.uint8), random.random((count, 8, 8, 1), np.float32)


class Recorder(keras.Model):
    """A network without weights that keeps its inputs and predicts black."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[np.ndarray] = []

    def call(self, images: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        def keep(values: tf.Tensor) -> None:
            self.images.append(values.numpy())

        tf.py_function(keep, [images], [])
        return images[..., :1] * 0


def seen_by(work: Callable[[Steps], None], augmentation: Augment | None = None) -> tuple[list[np.ndarray], float]:
    """The images that a network got, and its loss."""
    network = Recorder()
    network.compile(loss="mae", optimizer="sgd")
    steps = Steps(network, ELEMENT_SPEC, augmentation)
    work(steps)
    return network.images, steps.loss()


def test_bytes_become_floats_and_the_loss_is_the_mean_over_all_images() -> None:
    batches = [pairs(5), pairs(2, seed=1)]

    def test(steps: Steps) -> None:
        for batch in batches:
            steps.test(batch)

    images, loss = seen_by(test, augment)  # test batches are not augmented
    for shown, (photos, _) in zip(images, batches, strict=True):
        np.testing.assert_allclose(shown, unit_range(photos), atol=1e-7)
    assert loss == pytest.approx(np.concatenate([targets for _, targets in batches]).mean(), rel=1e-5)


def test_the_loss_is_that_since_the_last_call() -> None:
    network = build_network("simple", (8, 8), {})
    network.compile(loss="mae", optimizer="sgd")
    steps = Steps(network, ELEMENT_SPEC)
    losses = []
    for batch in (pairs(4), pairs(4, seed=1), pairs(4)):
        steps.test(batch)
        losses.append(steps.loss())
    assert losses[0] == losses[2] != losses[1]


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
def test_augmentation_depends_on_seed_epoch_and_number() -> None:
    places = [((3, 0), 0), ((3, 0), 1), ((3, 1), 0), ((4, 0), 0), ((2**32 - 1, 0), 0)]

    def train(steps: Steps) -> None:
        for seed, number in places * 2:
            steps.train(pairs(1), seed, number)

    images, _ = seen_by(train, augment)
    shown = [image.tobytes() for image in images]
    assert len(set(shown)) == len(places)
    assert shown[: len(places)] == shown[len(places) :]


@pytest.mark.parametrize("augmented", [0, 1, 3, 5])
def test_only_the_first_examples_are_augmented(augmented: int) -> None:
    photos, targets = pairs(5)
    (images,), _ = seen_by(lambda steps: steps.train((photos, targets), (0, 0), 0, augmented), augment)
    same = np.abs(images - unit_range(photos)).max(axis=(1, 2, 3)) < 1e-6
    assert same.tolist() == [False] * augmented + [True] * (5 - augmented)
