"""How fast is training, and how good? `python -m benchmarks.training SMALL.npz [epochs] [seeds]`

Trains the article's U-Net for gray on the arrays of `pfcn_small.npz`: by the article's own script, by this project
in float32 and, where the processor has it, in bfloat16, and, if it is installed, by PyTorch. Every training is a
process of its own, and they take turns. Images a second are those of the whole training, test included.
"""

import importlib.util
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.measure import print_machine, run
from tasks.dataset.arrays import load_arrays, unit_range
from tasks.gray.luma import gray_images
from tasks.recipe import Precision, Recipe
from tasks.training.tensorflow_start import import_tensorflow

OURS: dict[str, Precision] = {"ours, float32": "float32", "ours, bfloat16": "mixed_bfloat16"}
ARTICLE = "the article's script"


def train(way: str, path: Path, epochs: int, seed: int) -> dict[str, float]:
    """Train once in this process; return images a second, and the last test error (MAE)."""
    small = load_arrays(path, "train_images", "test_images")
    training, testing = ((images, gray_images(images)) for images in small)
    started = time.perf_counter()
    if way == ARTICLE:
        import keras

        from benchmarks.article import train, unet_black

        keras.utils.set_random_seed(seed)
        floats = [(unit_range(images), gray) for images, gray in (training, testing)]
        error = train(unet_black(), floats[0], floats[1], epochs)[-1]
    else:
        import_tensorflow()
        from tasks.training.train import TrainingRun, train_network

        unet = TrainingRun("unet", recipe=Recipe(epochs=epochs), seed=seed, precision=OURS[way])
        history = train_network(unet, training, testing)[1]
        error = history[-1]["test_loss"]
    return {"speed": epochs * len(training[0]) / (time.perf_counter() - started), "error": error}


def by_pytorch(path: Path, epochs: int, precisions: Sequence[str]) -> dict[str, float]:
    """Return the speed of PyTorch in float32, bfloat16 or both."""
    from benchmarks.torch_unet import images_per_second

    (images,) = (unit_range(values) for values in load_arrays(path, "train_images"))
    gray = gray_images(images)
    return {name: images_per_second(images, gray, epochs, name == "bfloat16") for name in precisions}


def main(small: str, epochs: str = "15", seeds: str = "3") -> None:
    """Run all trainings by turns, and print the table."""
    from tasks.training.precision import PROCESSOR, has_bfloat16

    print_machine()
    precisions = ("float32", "bfloat16") if has_bfloat16(PROCESSOR) else ("float32",)
    ours = [way for way in OURS if way.endswith(precisions)]
    runs: dict[str, list[dict[str, float]]] = {}
    for seed in range(int(seeds)):
        for way in (ARTICLE, *ours):
            call = f"training.train({way!r}, training.Path({small!r}), {epochs}, {seed})"
            runs.setdefault(way, []).append(_child(call))
            print(f"{way}, seed {seed}: {runs[way][-1]}", flush=True)
    article = median(one["speed"] for one in runs[ARTICLE])
    for way, ones in runs.items():
        speed, errors = median(one["speed"] for one in ones), [one["error"] for one in ones]
        losses = f"{mean(errors):.4f} on the average ({', '.join(f'{error:.4f}' for error in errors)})"
        print(f"{way}: {speed:.1f} images/s, {speed / article:.2f} times; test error {losses}")
    if importlib.util.find_spec("torch"):
        for name, speed in _child(f"training.by_pytorch(training.Path({small!r}), 3, {precisions})").items():
            print(f"PyTorch, {name}: {speed:.1f} images/s, {speed / article:.2f} times")


def _child(call: str) -> dict[str, Any]:
    code = f"import json\nfrom benchmarks import training\nprint(json.dumps({call}))"
    result: dict[str, Any] = json.loads(run([sys.executable, "-c", code]).printed.splitlines()[-1])
    return result


if __name__ == "__main__":
    main(*sys.argv[1:])
