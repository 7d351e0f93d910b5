from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from tasks.arrays import unit_range
from tasks.blocks import Blocks
from tasks.training.check import TRAIN_IMAGES, Check, check_model, read_check, write_check
from tasks.training.explain import LOSSES, explanation
from tasks.training.losses import OWN
from tasks.training.networks import build_network
from tasks.training.recalibrate import recalibrate

GOOD = Check("mae", 0.1, 0.09, 0.3, 0.12, 0.3)


def data(count: int, seed: int) -> Blocks:
    generator = np.random.default_rng(seed)
    images = generator.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    return Blocks.whole(images, generator.random((count, 32, 32, 1), np.float32))


def test_losses_are_those_of_numpy_on_all_images() -> None:
    keras.utils.set_random_seed(0)
    model, train, test = build_network("autoencoder", (32, 32), {}), data(40, 0), data(35, 1)
    check = check_model(model, "mse", train, test)
    for blocks, loss, of_mean in (
        (train, check.train_loss, check.train_loss_of_mean),
        (test, check.test_loss, check.test_loss_of_mean),
    ):
        images, targets = blocks.load(0)
        answers = model.predict(unit_range(images), verbose=0)
        assert loss == pytest.approx(np.mean((answers - targets) ** 2), rel=1e-4)
        assert of_mean == pytest.approx(np.mean((train.load(0)[1].mean(axis=0) - targets) ** 2), rel=1e-4)
    assert check.train_loss_batch_statistics is None


def test_of_many_training_images_some_stand_for_all() -> None:
    count = TRAIN_IMAGES + 50
    images = np.zeros((count, 32, 32, 3), np.uint8)
    targets = np.zeros((count, 32, 32, 1), np.float32)
    targets[::2] = 1
    check = check_model(build_network("simple", (32, 32), {}), "mae", Blocks.whole(images, targets), data(2, 0))
    assert check.train_loss == pytest.approx(0.5, abs=0.05)  # the answer to black is 0


@pytest.mark.parametrize(
    ("network", "options"),
    [("unet", {}), ("residual_unet", {"dropout": 0.3}), ("residual_unet", {"averaged": True})],
)
def test_running_statistics_that_do_not_fit_are_found_out(network: str, options: dict[str, object]) -> None:
    keras.utils.set_random_seed(0)
    plain = {name: value for name, value in options.items() if name != "averaged"}
    fitting, model = build_network(network, (32, 32), plain), build_network(network, (32, 32), options)
    train = data(32, 0)
    recalibrate(fitting, train, batch_size=32, seed=0)
    model.set_weights(fitting.get_weights())
    at_first = check_model(model, "mae", train, data(2, 1))
    assert at_first.train_loss_batch_statistics == pytest.approx(at_first.train_loss, abs=0.02)
    for weights in model.non_trainable_weights:
        weights.assign(weights + 3)
    then = check_model(model, "mae", train, data(2, 1))
    assert then.train_loss != pytest.approx(at_first.train_loss, abs=0.005)
    assert then.train_loss_batch_statistics == pytest.approx(at_first.train_loss_batch_statistics, abs=1e-5)


@pytest.mark.parametrize(
    ("check", "reason", "said"),
    [
        (GOOD, None, ""),
        (replace(GOOD, train_loss=0.4, test_loss=0.5), "statistics", "0.4000 with them and 0.0900 with each"),
        (replace(GOOD, train_loss=0.2), "statistics", "running statistics lag"),
        (replace(GOOD, train_loss=0.4, train_loss_batch_statistics=0.31), "not learned", "has not learned yet"),
        (replace(GOOD, train_loss=0.4, train_loss_batch_statistics=None), "not learned", "0.4000"),
        (replace(GOOD, test_loss=0.4), "overfitting", "0.1000 on training images and 0.4000 on"),
        (replace(GOOD, test_loss=0.19), None, ""),
    ],
)
def test_a_reason_is_given_where_the_losses_tell_one(check: Check, reason: str | None, said: str) -> None:
    assert check.reason == reason
    assert said in explanation(check)
    assert bool(explanation(check)) == (reason is not None)


def test_as_good_as_the_constant_is_behind() -> None:
    assert not GOOD.is_behind
    assert replace(GOOD, test_loss=0.3).is_behind


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    for check in (GOOD, replace(GOOD, train_loss_batch_statistics=None)):
        write_check(tmp_path / "check.json", check)
        assert read_check(tmp_path / "check.json") == check


def test_every_loss_has_words() -> None:
    assert LOSSES.keys() == {"mae", "mse", *OWN}
