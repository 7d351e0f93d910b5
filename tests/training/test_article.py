"""The article's own code, in Keras 3's terms, on the float32 npz that the pipeline writes."""

from pathlib import Path

import keras
import numpy as np
import pytest

from benchmarks.article import simple_black, to_gray, train, unet_black
from tasks.gray.luma import gray_images
from tasks.recipe import Recipe
from tasks.training.networks import build_network
from tasks.training.train import TrainingRun, train_network
from tests.world import Luigi

pytestmark = pytest.mark.runs


@pytest.mark.slow
def test_the_articles_code_trains_on_our_npz(luigi: Luigi, portraits: Path, tmp_path: Path) -> None:
    run = luigi("SmallImages", "--originals-source", str(portraits), "--small-dtype", "float32")
    assert run.returncode == 0, run.stderr
    dataset = np.load(tmp_path / "work" / "data" / "small" / "pfcn_small.npz")
    assert list(dataset.keys()) == ["train_images", "test_images", "train_mattes", "test_mattes"]
    train_images, test_images = dataset["train_images"], dataset["test_images"]
    data = [(images, to_gray(images)) for images in (train_images, test_images)]
    for model in (unet_black(), simple_black()):
        errors = train(model, data[0], data[1], epochs=2)
        assert np.isfinite(errors).all()
        assert model.history.history["loss"][1] < model.history.history["loss"][0]


def test_our_unet_is_the_articles() -> None:
    shapes = [
        [tuple(weights.shape) for weights in model.weights]
        for model in (unet_black(), build_network("unet", (100, 75), {}))
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.slow
def test_our_training_is_the_articles_fit_bit_for_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    # Fast layers round differently: test_fast_layers.py.
    monkeypatch.setattr("tasks.training.train.with_fast_layers", lambda network: network)
    monkeypatch.setattr("tasks.training.train.Adam", keras.optimizers.Adam)
    photos = np.random.default_rng(0).random((40, 100, 75, 3), np.float32)
    gray = gray_images(photos)
    run = TrainingRun("unet", recipe=Recipe(epochs=2), seed=3)
    ours, history = train_network(run, (photos[:36], gray[:36]), (photos[36:], gray[36:]))

    keras.utils.set_random_seed(3)
    theirs = unet_black()
    theirs.compile(loss="mae", optimizer="adam")
    for epoch in range(2):
        order = np.random.default_rng([3, epoch]).permutation(36)  # fit() would draw another
        theirs.fit(photos[order], gray[order], batch_size=32, shuffle=False, verbose=0)
    for our_weights, their_weights in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(our_weights, their_weights)
    error = np.abs(theirs.predict(photos[36:], verbose=0) - gray[36:]).mean()
    np.testing.assert_allclose(history[-1]["test_loss"], error, rtol=1e-5)
