import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from tasks.dataset.arrays import unit_range
from tasks.dataset.blocks import Blocks, Examples
from tasks.experiments import EXPERIMENTS
from tasks.gray.luma import REC_709, gray_images
from tasks.recipe import Recipe
from tasks.training.augment import augment
from tasks.training.channel_weights import COLOUR_CHANNELS, channel_weights
from tasks.training.checkpoint import Epoch
from tasks.training.mixed import Drawn
from tasks.training.networks import build_network
from tasks.training.recalibrate import recalibrate
from tasks.training.save import save_model
from tasks.training.train import TrainingRun, train_network

pytestmark = pytest.mark.runs


def arrays(images: int, size: int = 32, seed: int = 0) -> Examples:
    photos = np.random.default_rng(seed).integers(0, 256, (images, size, size, 3), dtype=np.uint8)
    return photos, gray_images(photos)


FROZEN = Recipe(schedule="cosine", warmup_epochs=1, freeze_statistics_from=1, batch_size=8, epochs=2)


@pytest.fixture(scope="module")
def trained_twice() -> list[tuple[keras.Model, list[Epoch]]]:
    run = TrainingRun("small_unet", recipe=FROZEN, seed=5)
    return [train_network(run, arrays(12), arrays(4, seed=1)) for _ in range(2)]


def test_two_runs_give_the_same_file(trained_twice: list[tuple[keras.Model, list[Epoch]]], tmp_path: Path) -> None:
    for number, (model, _) in enumerate(trained_twice):
        save_model(model, tmp_path / f"{number}.keras")
    assert (tmp_path / "0.keras").read_bytes() == (tmp_path / "1.keras").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.keras", "1.keras"]


@pytest.mark.slow
@pytest.mark.parametrize("network", ["small_unet", "unet"])
def test_two_runs_in_bfloat16_give_the_same_weights(network: str) -> None:
    run = TrainingRun(network, recipe=Recipe(batch_size=8, epochs=2), seed=5, precision="mixed_bfloat16")
    runs = [train_network(run, arrays(12), arrays(4, seed=1)) for _ in "12"]
    for one, two in zip(*(model.get_weights() for model, _ in runs), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "epochs"), [("small_unet", 3), pytest.param("unet", 2, marks=pytest.mark.slow)]
)
def test_averaged_weights_are_the_mean_of_those_after_the_last_epochs(network: str, epochs: int) -> None:
    def train(recipe: Recipe) -> list[np.ndarray]:
        model, _ = train_network(TrainingRun(network, recipe=recipe, seed=5), arrays(8), arrays(2, seed=1))
        return [np.asarray(weights) for weights in model.trainable_variables]

    recipe = Recipe(batch_size=8, epochs=epochs)
    last_two = [train(replace(recipe, epochs=number)) for number in (epochs - 1, epochs)]
    averaged = train(replace(recipe, average_share=2 / epochs, recalibrate=True))
    for one, before, after in zip(averaged, *last_two, strict=True):
        assert (before != after).any()
        np.testing.assert_allclose(one, (before + after) / 2, rtol=1e-6, atol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["small_unet", "unet"])
def test_a_recipe_may_end_with_recalibrated_statistics(network: str) -> None:
    train, test = arrays(12), arrays(4, seed=1)
    model, recalibrated = (
        train_network(TrainingRun(network, recipe=recipe, seed=5), train, test)[0]
        for recipe in (Recipe(batch_size=8, epochs=1), Recipe(batch_size=8, epochs=1, recalibrate=True))
    )
    assert any(
        (one != other).any() for one, other in zip(model.get_weights(), recalibrated.get_weights(), strict=True)
    )
    recalibrate(model, Blocks.in_memory(*train), batch_size=8, seed=5)
    for one, other in zip(model.get_weights(), recalibrated.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


AVERAGED = Recipe(average_share=0.7, recalibrate=True, batch_size=8, epochs=3)
FROZEN_LATE = Recipe(schedule="cosine", freeze_statistics_from=2, batch_size=8, epochs=3)
STOPPED = [
    ("small_unet", FROZEN_LATE, 2),
    pytest.param("small_unet", AVERAGED, 2, marks=pytest.mark.slow),
    pytest.param("small_unet", FROZEN_LATE, 1, marks=pytest.mark.slow),
    pytest.param("small_unet", AVERAGED, 3, marks=pytest.mark.slow),
    pytest.param("unet", FROZEN_LATE, 2, marks=pytest.mark.slow),
    pytest.param("unet", AVERAGED, 2, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("network", "recipe", "stop_after"), STOPPED)
def test_a_stopped_training_resumes_to_the_same_weights(
    network: str, recipe: Recipe, stop_after: int, tmp_path: Path
) -> None:
    def train(checkpoint: Path | None, after_epoch: Callable[[Epoch], None]) -> tuple[keras.Model, list[Epoch]]:
        run, data = TrainingRun(network, recipe=recipe, seed=5), (arrays(12), arrays(4, seed=1))
        return train_network(run, *data, after_epoch=after_epoch, checkpoint=checkpoint)

    resumed_epochs: list[float] = []

    def stop(epoch: Epoch) -> None:
        if epoch["epoch"] == stop_after:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train(tmp_path / "checkpoint.npz", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.npz"]
    resumed, history = train(tmp_path / "checkpoint.npz", lambda epoch: resumed_epochs.append(epoch["epoch"]))
    whole, _ = train(None, lambda epoch: None)
    assert resumed_epochs == list(range(stop_after + 1, 4))
    assert [row["epoch"] for row in history] == [1, 2, 3]
    for one, two in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def drawn_arrays(generator: np.random.Generator) -> Examples:
    """One example: noise, and its gray version as bytes."""
    photos = generator.integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    return photos[0], (gray_images(photos)[0] * 255).round().astype(np.uint8)


DRAWN = Drawn(20, drawn_arrays)


@pytest.mark.parametrize(("network", "augmented"), [("small_unet", False), ("small_unet", True)])
@pytest.mark.slow
def test_a_stopped_training_with_drawn_examples_resumes_to_the_same_weights(
    network: str, augmented: bool, tmp_path: Path
) -> None:
    recipe = replace(AVERAGED, augment=augmented)
    run = TrainingRun(network, recipe=recipe, seed=5, augment=augment if augmented else None, drawn=DRAWN)

    def train(checkpoint: Path | None, after_epoch: Callable[[Epoch], None]) -> list[np.ndarray]:
        data = arrays(12), arrays(4, seed=1)
        return list(train_network(run, *data, after_epoch=after_epoch, checkpoint=checkpoint)[0].get_weights())

    def stop(epoch: Epoch) -> None:
        raise InterruptedError

    path = tmp_path / "checkpoint.npz"
    with pytest.raises(InterruptedError):
        train(path, stop)
    for one, two in zip(train(path, lambda epoch: None), train(None, lambda epoch: None), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.slow
def test_drawn_examples_count_as_steps_and_change_the_weights() -> None:
    steps: list[None] = []
    run = TrainingRun("simple", recipe=FROZEN, seed=5)
    without, _ = train_network(run, arrays(12), arrays(4, seed=1))
    model, history = train_network(
        replace(run, drawn=DRAWN), arrays(12), arrays(4, seed=1), after_batch=lambda: steps.append(None)
    )
    assert len(steps) == 2 * 4  # epochs of 12 + 20 examples in batches of 8
    assert [row["learning_rate"] for row in history] == pytest.approx([1e-3, 0], abs=1e-9)
    assert (model.get_weights()[0] != without.get_weights()[0]).any()


def test_statistics_are_recalibrated_over_the_mixture_that_trained() -> None:
    dark = Drawn(20, lambda generator: (np.zeros((32, 32, 3), np.uint8), np.zeros((32, 32, 1), np.uint8)))
    recipe = Recipe(batch_size=8, epochs=1, recalibrate=True)
    model, _ = train_network(
        TrainingRun("small_unet", recipe=recipe, seed=5, drawn=dark), arrays(12), arrays(4, seed=1)
    )
    first = model.layers[1]
    values = first(np.concatenate([unit_range(arrays(12)[0]), np.zeros((20, 32, 32, 3), np.float32)]))
    normalization = next(layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization))
    np.testing.assert_allclose(normalization.moving_mean, np.mean(values, axis=(0, 1, 2)), atol=1e-3)


def test_a_training_may_start_from_given_weights() -> None:
    given = build_network("small_unet", (40, 36), {}).get_weights()
    run = TrainingRun("small_unet", recipe=Recipe(epochs=1, learning_rate=0.0), seed=5, initial_weights=given)
    model, _ = train_network(run, arrays(8), arrays(2))
    for one, weights, variable in zip(given, model.get_weights(), model.weights, strict=True):
        if variable.trainable:
            np.testing.assert_array_equal(one, weights)


def test_the_history_has_every_epoch(trained_twice: list[tuple[keras.Model, list[Epoch]]]) -> None:
    history = trained_twice[0][1]
    assert [row["epoch"] for row in history] == [1, 2]
    assert history[0]["learning_rate"] == pytest.approx(1e-3)
    assert history[1]["learning_rate"] == pytest.approx(0, abs=1e-9)
    assert all(np.isfinite([row[channel] for channel in COLOUR_CHANNELS]).all() for row in history)
    assert all(row["seconds"] > 0 and row["images_per_second"] > 0 for row in history)


def test_the_last_test_loss_is_the_models_own(trained_twice: list[tuple[keras.Model, list[Epoch]]]) -> None:
    model, history = trained_twice[0]
    photos, gray = arrays(4, seed=1)
    error = np.abs(model.predict(photos.astype(np.float32) / 255, verbose=0) - gray).mean()
    assert history[-1]["test_loss"] == pytest.approx(error, abs=1e-6)


def test_the_last_channel_weights_are_the_models_own() -> None:
    model, history = train_network(TrainingRun("simple", recipe=Recipe(epochs=2)), arrays(8), arrays(2))
    weights = channel_weights(lambda images: model.predict(images, verbose=0), 32, 32)
    assert [history[-1][channel] for channel in COLOUR_CHANNELS] == pytest.approx(weights, abs=1e-5)
    assert [history[0][channel] for channel in COLOUR_CHANNELS] != pytest.approx(weights, abs=1e-5)


@pytest.mark.slow
def test_another_seed_gives_other_weights() -> None:
    recipe = Recipe(epochs=1)
    one, two = (
        train_network(TrainingRun("simple", recipe=recipe, seed=seed), arrays(8), arrays(2))[0] for seed in (0, 1)
    )
    assert not np.array_equal(one.get_weights()[0], two.get_weights()[0])


def test_a_training_keeps_nothing_of_its_data() -> None:
    data = arrays(8)
    kept = weakref.ref(data[0])
    train_network(TrainingRun("simple", recipe=Recipe(epochs=1)), data, arrays(2))
    del data
    gc.collect()
    assert kept() is None


@pytest.mark.slow
def test_float_and_byte_images_train_alike() -> None:
    run, splits = TrainingRun("simple", recipe=Recipe(epochs=2)), (arrays(8), arrays(2))
    (one, history), (two, history_of_floats) = (
        train_network(run, *data) for data in (splits, [(unit_range(photos), gray) for photos, gray in splits])
    )
    assert history_of_floats[-1]["test_loss"] == pytest.approx(history[-1]["test_loss"], rel=1e-5)
    for first, second in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)


def test_a_network_trained_in_bfloat16_is_saved_in_float32() -> None:
    run = TrainingRun("simple", recipe=Recipe(epochs=1), precision="mixed_bfloat16")
    model, _ = train_network(run, arrays(8), arrays(2))
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}


@pytest.mark.slow
def test_the_tuned_simple_model_finds_the_weights_of_rgb2gray() -> None:
    experiment = EXPERIMENTS["gray-simple-3-tuned"]
    recipe = Recipe(**{**vars(experiment.recipe), "epochs": 150})  # few images: as many steps as real data has
    run = TrainingRun(experiment.network, experiment.options, recipe)
    model, _ = train_network(run, arrays(100), arrays(4))
    first, second = model.get_weights()
    np.testing.assert_allclose((first[0, 0] @ second[0, 0])[:, 0], REC_709, atol=1e-3)


@pytest.mark.slow
def test_a_saved_model_loads_without_this_project(
    trained_twice: list[tuple[keras.Model, list[Epoch]]], tmp_path: Path
) -> None:
    model, _ = trained_twice[0]
    save_model(model, tmp_path / "model.keras")
    images = np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    np.save(tmp_path / "images.npy", images)
    script = (
        "import sys, numpy, keras\n"
        "sys.modules['tasks'] = sys.modules['pipeline'] = None\n"
        "model = keras.saving.load_model('model.keras')\n"
        "numpy.save('output.npy', model.predict(numpy.load('images.npy'), verbose=0))\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)
    np.testing.assert_array_equal(np.load(tmp_path / "output.npy"), model.predict(images, verbose=0))


AUGMENTED = Recipe(loss="crossentropy_and_overlap", weight_decay=0.01, augment=True, batch_size=8, epochs=2)


@pytest.mark.slow
def test_augmentation_is_the_same_for_a_seed_even_after_a_stop(tmp_path: Path) -> None:
    run = TrainingRun("simple", recipe=AUGMENTED, seed=5, augment=augment)

    def train(checkpoint: Path | None) -> list[np.ndarray]:
        model, _ = train_network(run, arrays(12), arrays(4, seed=1), checkpoint=checkpoint)
        return list(model.get_weights())

    def stop(epoch: Epoch) -> None:
        raise InterruptedError

    path = tmp_path / "checkpoint.npz"
    with pytest.raises(InterruptedError):
        train_network(run, arrays(12), arrays(4, seed=1), after_epoch=stop, checkpoint=path)
    whole, again, resumed = train(None), train(None), train(path)
    for one, two, three in zip(whole, again, resumed, strict=True):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, three)


@pytest.mark.slow
def test_a_network_may_train_with_other_options_than_it_predicts_with() -> None:
    recipe = Recipe(epochs=1, batch_size=8, train_options={"test_time_augmentation": False})
    run = TrainingRun("residual_unet", {"test_time_augmentation": True}, recipe)
    model, _ = train_network(run, arrays(8), arrays(2))
    images = unit_range(arrays(2, seed=3)[0])
    mirrored = model.predict(images[:, :, ::-1], verbose=0)[:, :, ::-1]
    np.testing.assert_allclose(model.predict(images, verbose=0), mirrored, atol=1e-6)


def test_other_inputs_than_colour_have_no_channel_weights() -> None:
    photos, _ = arrays(8)
    gray = photos[..., :1]
    run = TrainingRun("simple", {}, Recipe(epochs=1), seed=5)
    model, history = train_network(run, (gray, gray), (gray, gray))
    assert model.input_shape == (None, 32, 32, 1)
    assert not set(COLOUR_CHANNELS) & history[0].keys()
