"""Does the simple model learn from every seed? `python -m benchmarks.simple_seeds [data folder] [seeds]`

Needs `small/pfcn_small.npz` in the data folder. The tuned experiment, of which much is asked, is trained from
every seed by the pipeline itself. For the article's recipe, where it is enough that no seed stays dead, all
seeds are trained at once in numpy: from the initial weights that the networks themselves draw, with the same loss,
optimizer, batches and order of the images, on an eighth of the pixels.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from tasks.dataset.arrays import load_arrays, unit_range
from tasks.experiments import EXPERIMENTS
from tasks.gray.luma import REC_709, gray_images
from tasks.recipe import Recipe
from tasks.training.networks import build_network
from tasks.training.train import TrainingRun, train_network

Floats = NDArray[np.float32]
IN_NUMPY = ("gray-simple-3", "gray-simple-15", "gray-simple-30")
TUNED = "gray-simple-3-tuned"
EIGHTH = 8
LUMA = np.array(REC_709, np.float32)


def initial_weights(name: str, seeds: int) -> list[Floats]:
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
    pixels = images.reshape(len(images), -1, 3)
    parameters = [first, second]
    means, squares = ([np.zeros_like(values) for values in parameters] for _ in range(2))
    step = 0
    for epoch in range(recipe.epochs):
        orders = [np.random.default_rng([seed, epoch]).permutation(len(images)) for seed in range(len(first))]
        for start in range(0, len(images), recipe.batch_size):
            batches = np.stack([order[start : start + recipe.batch_size] for order in orders])
            seen = pixels[:, step % EIGHTH :: EIGHTH][batches].reshape(len(first), -1, 3)
            gray = seen @ (parameters[0] @ parameters[1])
            inside = (gray > 0) & (gray < 1)
            slope = np.sign(gray - (seen @ LUMA)[..., None]) * inside / np.float32(seen.shape[1])
            through = seen.swapaxes(1, 2) @ slope
            gradients = [through @ parameters[1].swapaxes(1, 2), parameters[0].swapaxes(1, 2) @ through]
            step += 1
            for index, gradient in enumerate(gradients):
                means[index] = 0.9 * means[index] + 0.1 * gradient
                squares[index] = 0.999 * squares[index] + 0.001 * gradient**2
                change = means[index] / (1 - 0.9**step) / (np.sqrt(squares[index] / (1 - 0.999**step)) + 1e-7)
                parameters[index] = (parameters[index] - recipe.learning_rate * change).astype(np.float32)
    return np.asarray((parameters[0] @ parameters[1])[..., 0].T)


def test_error(weights: Floats, images: Floats) -> Floats:
    """Return the mean absolute error over the images of each column of weights."""
    total = np.zeros(weights.shape[1])
    for image in images:
        pixels = image.reshape(-1, 3)
        total += np.abs(np.clip(pixels @ weights, 0, 1) - (pixels @ LUMA)[:, None]).mean(axis=0)
    return np.asarray(total / len(images), np.float32)


def train_by_the_pipeline(
    name: str, seed: int, train: NDArray[np.generic], test: NDArray[np.generic]
) -> tuple[float, Floats]:
    """Train one seed of an experiment; return the error on the test images, and the three weights."""
    experiment = EXPERIMENTS[name]
    data = [(images, gray_images(images)) for images in (train, test)]
    run = TrainingRun(experiment.network, experiment.options, experiment.recipe, seed)
    model, history = train_network(run, data[0], data[1])
    first, second = model.get_weights()
    return history[-1]["test_loss"], (first[0, 0] @ second[0, 0])[:, 0]


def report(name: str, errors: Floats, weights: Floats) -> None:
    """Print the errors over all seeds."""
    off = np.abs(weights - LUMA[:, None]).max(axis=0)
    print(
        f"{name}: {np.median(errors):.6f}, {errors.max():.6f}; {np.median(off):.6f}, {off.max():.6f}", flush=True
    )


def main(data: str = "data", seeds: str = "50") -> None:
    """Print, for each experiment, the errors over all seeds."""
    train, test = load_arrays(Path(data) / "small" / "pfcn_small.npz", "train_images", "test_images")
    print(f"{len(train)} training and {len(test)} test images, {seeds} seeds")
    print("experiment, test MAE: median, largest; error of the weights: median, largest")
    for name in IN_NUMPY:
        first, second = initial_weights(name, int(seeds))
        weights = train_all(first, second, unit_range(train), EXPERIMENTS[name].recipe)
        report(name, test_error(weights, unit_range(test)), weights)
    trained = [train_by_the_pipeline(TUNED, seed, train, test) for seed in range(int(seeds))]
    tuned = np.stack([found for _, found in trained], axis=1)
    report(TUNED, np.array([error for error, _ in trained], np.float32), tuned)


if __name__ == "__main__":
    main(*sys.argv[1:])
