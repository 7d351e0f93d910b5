"""The article's own steps, in Keras 3's spelling, on the float32 npz that the pipeline writes."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import Input, KerasTensor, Model, ops
from keras.layers import Activation, BatchNormalization, Conv2D, Conv2DTranspose, Dropout, MaxPool2D, concatenate
from skimage import color

from tasks.gray.luma import gray_images
from tasks.training.networks import build_network
from tasks.training.recipe import Recipe
from tasks.training.train import train_network
from tests.world import Luigi


def convolve(x: KerasTensor, channels: int) -> KerasTensor:
    for _ in range(2):
        x = Conv2D(filters=channels, kernel_size=3, padding="same")(x)
        x = BatchNormalization()(x)
        x = Activation("relu")(x)
    return x


def unet_black() -> Model:
    inputs = Input(shape=(100, 75, 3))
    c1 = convolve(inputs, 16)
    c2 = convolve(Dropout(0.1)(MaxPool2D(2)(c1)), 32)
    c3 = convolve(Dropout(0.1)(MaxPool2D(2)(c2)), 64)
    c4 = convolve(Dropout(0.1)(MaxPool2D(2)(c3)), 128)
    x = convolve(Dropout(0.1)(MaxPool2D(2)(c4)), 256)
    for channels, padding, skip in ((128, (0, 1), c4), (64, (1, 0), c3), (32, (0, 1), c2), (16, (0, 1), c1)):
        x = Conv2DTranspose(channels, kernel_size=2, strides=2, padding="valid", output_padding=padding)(x)
        x = convolve(Dropout(0.1)(concatenate([x, skip])), channels)
    return Model(inputs, Conv2D(filters=1, kernel_size=1, activation="sigmoid")(x))


def simple_black() -> Model:
    inputs = Input(shape=(100, 75, 3))
    x = Conv2D(filters=3, kernel_size=1, use_bias=False)(inputs)
    x = Conv2D(filters=1, kernel_size=1, use_bias=False)(x)
    return Model(inputs, ops.clip(x, 0.0, 1.0))


def test_the_articles_code_trains_on_our_npz(luigi: Luigi, portraits: Path, tmp_path: Path) -> None:
    run = luigi("SmallImages", "--originals-source", str(portraits), "--small-dtype", "float32")
    assert run.returncode == 0, run.stderr
    dataset = np.load(tmp_path / "work" / "data" / "small" / "pfcn_small.npz")
    assert list(dataset.keys()) == ["train_images", "test_images", "train_mattes", "test_mattes"]
    train_images, test_images = dataset["train_images"], dataset["test_images"]
    train_gray = np.array([color.rgb2gray(image).reshape(100, 75, 1) for image in train_images])
    test_gray = np.array([color.rgb2gray(image).reshape(100, 75, 1) for image in test_images])

    for model in (unet_black(), simple_black()):
        model.compile(loss="mae", optimizer="adam")
        history = model.fit(
            train_images, train_gray, validation_data=(test_images, test_gray), epochs=2, verbose=0
        )
        assert history.history["loss"][1] < history.history["loss"][0]
        assert np.isfinite(history.history["val_loss"]).all()


def test_our_unet_is_the_articles() -> None:
    shapes = [
        [tuple(weights.shape) for weights in model.weights]
        for model in (unet_black(), build_network("unet", (100, 75), {}))
    ]
    assert shapes[0] == shapes[1]


def test_our_training_is_the_articles_fit_bit_for_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tasks.training.train.quick", lambda network: network
    )  # it rounds elsewhere: test_quick.py
    photos = np.random.default_rng(0).random((40, 100, 75, 3), np.float32)
    gray = gray_images(photos)
    ours, history = train_network(
        "unet", {}, Recipe(epochs=2), (photos[:36], gray[:36]), (photos[36:], gray[36:]), seed=3
    )

    keras.utils.set_random_seed(3)
    theirs = unet_black()
    theirs.compile(loss="mae", optimizer="adam")
    for epoch in range(2):
        order = np.random.default_rng([3, epoch]).permutation(36)  # fit() draws one itself, from no seed of ours
        theirs.fit(photos[order], gray[order], batch_size=32, shuffle=False, verbose=0)
    for our_weights, their_weights in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(our_weights, their_weights)
    error = np.abs(theirs.predict(photos[36:], verbose=0) - gray[36:]).mean()
    np.testing.assert_allclose(history[-1]["validation_loss"], error, rtol=1e-5)
