import keras
import numpy as np
import pytest

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks
from tasks.training.check import TRAIN_IMAGES_MEASURED
from tasks.training.compare import compare_with_constant
from tasks.training.networks import build_network
from tasks.training.recalibrate import recalibrate

pytestmark = pytest.mark.runs


def data(count: int, seed: int) -> Blocks:
    generator = np.random.default_rng(seed)
    images = generator.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    return Blocks.in_memory(images, generator.random((count, 32, 32, 1), np.float32))


def test_losses_are_those_of_numpy_on_all_images() -> None:
    keras.utils.set_random_seed(0)
    model, train, test = build_network("autoencoder", (32, 32), {}), data(40, 0), data(35, 1)
    check = compare_with_constant(model, "mse", train, test)
    for blocks, loss, of_mean in (
        (train, check.train_loss, check.train_loss_of_mean),
        (test, check.test_loss, check.test_loss_of_mean),
    ):
        images, targets = blocks.load(0)
        answers = model.predict(unit_range(images), verbose=0)
        assert loss == pytest.approx(np.mean((answers - targets) ** 2), rel=1e-4)
        assert of_mean == pytest.approx(np.mean((train.load(0)[1].mean(axis=0) - targets) ** 2), rel=1e-4)
    assert check.train_loss_batch_statistics is None


def test_of_many_training_images_a_sample_is_measured() -> None:
    count = TRAIN_IMAGES_MEASURED + 50
    images = np.zeros((count, 32, 32, 3), np.uint8)
    targets = np.zeros((count, 32, 32, 1), np.float32)
    chosen = np.unique(np.linspace(0, count - 1, TRAIN_IMAGES_MEASURED).round().astype(int))
    targets[chosen] = 1
    check = compare_with_constant(
        build_network("simple", (32, 32), {}), "mae", Blocks.in_memory(images, targets), data(2, 0)
    )
    assert check.train_loss == 1  # the prediction for black is 0


@pytest.mark.parametrize(
    ("network", "options"),
    [
        ("small_unet", {"dropout": 0.3}),
        *(
            pytest.param(network, options, marks=pytest.mark.slow)
            for network, options in (
                ("unet", {}),
                ("residual_unet", {"dropout": 0.3}),
                ("residual_unet", {"test_time_augmentation": True}),
            )
        ),
    ],
)
def test_running_statistics_that_do_not_fit_show_in_the_losses(network: str, options: dict[str, object]) -> None:
    keras.utils.set_random_seed(0)
    plain = {name: value for name, value in options.items() if name != "test_time_augmentation"}
    fitting, model = build_network(network, (32, 32), plain), build_network(network, (32, 32), options)
    train = data(32, 0)
    recalibrate(fitting, train, batch_size=32, seed=0)
    model.set_weights(fitting.get_weights())
    at_first = compare_with_constant(model, "mae", train, data(2, 1))
    assert at_first.train_loss_batch_statistics == pytest.approx(at_first.train_loss, abs=0.02)
    for weights in model.non_trainable_weights:
        weights.assign(weights + 3)
    then = compare_with_constant(model, "mae", train, data(2, 1))
    assert then.train_loss != pytest.approx(at_first.train_loss, abs=0.005)
    assert then.train_loss_batch_statistics == pytest.approx(at_first.train_loss_batch_statistics, abs=1e-5)
