"""The article's own steps as a script, in Keras 3's spelling. `python -m benchmarks.article FOLDER [epochs]`

FOLDER holds `training/` and `testing/` with photos `NNNNN.jpg` and mattes `NNNNN_matte.png`. It resizes them,
turns them gray, and trains the U-Net and the very small model with 3, 15 and 30 filters, as the article does.
"""

import sys
import time
from pathlib import Path

import keras
import numpy as np
from keras import Input, KerasTensor, Model, ops
from keras.layers import Activation, BatchNormalization, Conv2D, Conv2DTranspose, Dropout, MaxPool2D, concatenate
from numpy.typing import NDArray
from skimage import color, transform
from skimage.io import imread

Floats = NDArray[np.float64]


def resize(folder: Path) -> Floats:
    """Return the photos of a folder at 100x75, float64 (N, 100, 75, 3), 0..1."""
    photos = (imread(path) for path in sorted(folder.glob("*.jpg")))
    colours = (photo if photo.ndim == 3 else color.gray2rgb(photo) for photo in photos)
    return np.array([transform.resize(photo, (100, 75)) for photo in colours])


def resize_mattes(folder: Path) -> Floats:
    """Return the mattes of a folder at 100x75, float64 (N, 100, 75), 0..1."""
    return np.array([transform.resize(imread(path), (100, 75)) for path in sorted(folder.glob("*.png"))])


def to_gray(images: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return the gray version of small images, (N, 100, 75, 1), 0..1."""
    return np.array([color.rgb2gray(image).reshape(100, 75, 1) for image in images])


def convolve(x: KerasTensor, channels: int) -> KerasTensor:
    """Return two convolutions of it (the article's `conv2d_block`)."""
    for _ in range(2):
        x = Conv2D(filters=channels, kernel_size=3, padding="same")(x)
        x = BatchNormalization()(x)
        x = Activation("relu")(x)
    return x


def unet_black() -> Model:
    """Return the article's U-Net."""
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


def simple_black(filters: int = 3) -> Model:
    """Return the article's very small model."""
    inputs = Input(shape=(100, 75, 3))
    x = Conv2D(filters=filters, kernel_size=1, use_bias=False)(inputs)
    x = Conv2D(filters=1, kernel_size=1, use_bias=False)(x)
    return Model(inputs, ops.clip(x, 0.0, 1.0))


def train(
    model: Model,
    training: tuple[NDArray[np.generic], NDArray[np.generic]],
    testing: tuple[NDArray[np.generic], NDArray[np.generic]],
    epochs: int,
) -> list[float]:
    """Train as the article does; return the test error (MAE) after each epoch."""
    model.compile(loss="mae", optimizer="adam", metrics=["accuracy"])
    fitted = model.fit(*training, validation_data=testing, epochs=epochs, verbose=0)
    return [float(error) for error in fitted.history["val_loss"]]


def main(folder: str, epochs: str = "15") -> None:
    """Run all steps, and print what each took."""
    started = time.monotonic()

    def done(step: str) -> None:
        print(f"{step}: {time.monotonic() - started:.1f} s since the start", flush=True)

    images = [resize(Path(folder) / split) for split in ("training", "testing")]
    mattes = [resize_mattes(Path(folder) / split) for split in ("training", "testing")]
    np.savez(Path("pfcn_small.npz"), images=images[0], tests=images[1], mattes=mattes[0], test_mattes=mattes[1])
    done("resized")
    gray = [to_gray(split) for split in images]
    done("gray")
    for name, model in (("unet", unet_black()), *((f"simple {n}", simple_black(n)) for n in (3, 15, 30))):
        errors = train(model, (images[0], gray[0]), (images[1], gray[1]), int(epochs))
        done(f"{name}, test error {errors[-1]:.5f}")
        model.save(f"{name}.keras")


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    main(*sys.argv[1:])
