"""Does the simple model learn from every seed? `python -m benchmarks.simple_seeds [data folder] [seeds]`

Needs `small/pfcn_small.npz` in the data folder. A model that multiplies through to three weights can be trained
from many seeds at once: the images are multiplied with all weights in one product. So all seeds are trained here
in numpy, from the start weights that the networks themselves draw, with the same loss, optimizer, schedule and
batch size; and seed 0 of each experiment also by the pipeline's own training, to show that the two agree.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from tasks.arrays import load_arrays, unit_range
from tasks.evaluation.channel_weights import channel_weights
from tasks.evaluation.evaluate import keras_prediction
from tasks.experiments import EXPERIMENTS
from tasks.gray.luma import REC_709, gray_images
from tasks.training.recipe import Recipe
from tasks.training.train import build_network, train_network

Floats = NDArray[np.float32]
NAMES = ("gray-simple-3", "gray-simple-15", "gray-simple-30", "gray-simple-3-tuned")
LUMA = np.array(REC_709, np.float32)


def start_weights(name: str, seeds: int) -> list[Floats]:
    """Return the first weights (seeds, 3, filters) and the second (seeds, filters, 1) that the network draws."""
    drawn = []
    for seed in range(seeds):
        keras.utils.set_random_seed(seed)
        network = build_network(EXPERIMENTS[name].network, (32, 32), EXPERIMENTS[name].options)
        drawn.append([weights[0, 0] for weights in network.get_weights()])
        keras.backend.clear_session()
    return [np.stack(weights) for weights in zip(*drawn, strict=True)]


def train_all(first: Floats, second: Floats, images: Floats, recipe: Recipe) -> Floats:
    """Train every seed by Adam on the mean absolute error; return the three weights of each, (3, seeds)."""
    generator = np.random.default_rng(0)
    parameters = [first, second]
    means, squares = ([np.zeros_like(values) for values in parameters] for _ in range(2))
    steps = recipe.epochs * -(-len(images) // recipe.batch_size)
    step = 0
    for _ in range(recipe.epochs):
        order = generator.permutation(len(images))
        for start in range(0, len(images), recipe.batch_size):
            # An eighth of the pixels: their mean gradient is as good, in an eighth of the time.
            pixels = images[order[start : start + recipe.batch_size]].reshape(-1, 3)[generator.integers(8) :: 8]
            gray = pixels @ (parameters[0] @ parameters[1])[..., 0].T
            inside = (gray > 0) & (gray < 1)
            slope = np.sign(gray - (pixels @ LUMA)[:, None]) * inside / np.float32(len(pixels))
            through = (pixels.T @ slope).T[..., None]
            gradients = [through @ parameters[1].swapaxes(1, 2), parameters[0].swapaxes(1, 2) @ through]
            share = 0.5 * (1 + np.cos(np.pi * step / steps)) if recipe.schedule == "cosine" else 1.0
            step += 1
            for index, gradient in enumerate(gradients):
                means[index] = 0.9 * means[index] + 0.1 * gradient
                squares[index] = 0.999 * squares[index] + 0.001 * gradient**2
                change = means[index] / (1 - 0.9**step) / (np.sqrt(squares[index] / (1 - 0.999**step)) + 1e-7)
                parameters[index] = (parameters[index] - recipe.learning_rate * share * change).astype(np.float32)
    return np.asarray((parameters[0] @ parameters[1])[..., 0].T)


def test_error(weights: Floats, images: Floats) -> Floats:
    """Return the mean absolute error over the images of each column of weights."""
    total = np.zeros(weights.shape[1])
    for image in images:
        pixels = image.reshape(-1, 3)
        total += np.abs(np.clip(pixels @ weights, 0, 1) - (pixels @ LUMA)[:, None]).mean(axis=0)
    return np.asarray(total / len(images), np.float32)


def main(data: str = "data", seeds: str = "50") -> None:
    """Print, for each experiment, the errors over all seeds, and those of seed 0 by the pipeline's training."""
    train, test = load_arrays(Path(data) / "small" / "pfcn_small.npz", "train_images", "test_images")
    train_images, test_images = unit_range(train), unit_range(test)
    print(f"{len(train)} training and {len(test)} test images, {seeds} seeds")
    print("experiment, test MAE: median, largest; largest error of a weight; seed 0 by the pipeline: MAE, weights")
    for name in NAMES:
        experiment = EXPERIMENTS[name]
        first, second = start_weights(name, int(seeds))
        weights = train_all(first, second, train_images, experiment.recipe)
        error, off = test_error(weights, test_images), np.abs(weights - LUMA[:, None]).max(axis=0)
        model, history = train_network(
            experiment.network,
            experiment.options,
            experiment.recipe,
            (train, gray_images(train)),
            (test, gray_images(test)),
            seed=0,
        )
        own = channel_weights(keras_prediction(model), *train.shape[1:3])
        print(
            f"{name}: {np.median(error):.6f}, {error.max():.6f}; {off.max():.6f}; "
            f"{history[-1]['validation_loss']:.6f}, {[round(weight, 5) for weight in own]} "
            f"(numpy, seed 0: {error[0]:.6f}, {[round(float(weight), 5) for weight in weights[:, 0]]})",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
