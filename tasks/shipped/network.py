"""A saved network, computed by NumPy: TensorFlow takes longer to start than this takes for several photos.

It follows the graph that the file describes, so that a network is defined in one place, and predicts what Keras
does to within rounding.
"""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py

from tasks.core.regular_file import open_regular
from tasks.shipped.check import CONFIG, WEIGHTS, part, readable_model, stored
from tasks.shipped.operations import OPERATIONS, Floats

NAMES_OF_WEIGHTS = {
    "BatchNormalization": "batch_normalization",
    "Conv2D": "conv2d",
    "Dense": "dense",
    "Functional": "functional",
}
"""What the first layer of each class that has weights is called in the file; the next ends in _1, and so on."""

Graph = Mapping[str, Any]
"""The configuration of a functional model."""


class SavedNetwork:
    """The network of a `.keras` file, made of the layers in `operations.OPERATIONS`."""

    def __init__(self, path: Path) -> None:
        """Read the file; `size` is then the height and width of the images that the network takes.

        Raises `UserError` for a file that is damaged or forged.
        """
        with readable_model(path), open_regular(path) as file, zipfile.ZipFile(file) as archive:
            self.graph: Graph = json.loads(part(archive, CONFIG))["config"]
            with h5py.File(io.BytesIO(part(archive, WEIGHTS))) as saved:
                self.weights = dict(_weights(self.graph, saved["layers"]))
            _, height, width, _ = self.graph["layers"][0]["config"]["batch_shape"]
        self.size: tuple[int, int] = (height, width)

    def __call__(self, images: Floats) -> Floats:
        """Return predictions (N, height, width, 1) for images (N, height, width, channels), values 0..1."""
        return self._predict(self.graph, images)

    def _predict(self, graph: Graph, images: Floats) -> Floats:
        made: dict[str, Any] = {graph["input_layers"][0]: images}
        for layer in graph["layers"]:  # each comes after those that it takes arrays from
            name, kind, config = layer["name"], layer["class_name"], layer["config"]
            if kind == "InputLayer":
                continue
            arrays = [_taken(tensor, made) for tensor in layer["inbound_nodes"][0]["args"]]
            if kind == "Functional":
                made[name] = self._predict(config, *arrays)
            else:
                made[name] = OPERATIONS[kind](*arrays, config, self.weights.get(name, ()))
        predicted: Floats = made[graph["output_layers"][0]]
        return predicted


def _taken(tensor: Any, made: Mapping[str, Any]) -> Any:
    """Return the array, or the list of arrays, that a layer takes from those made before."""
    if isinstance(tensor, list):
        return [_taken(one, made) for one in tensor]
    name, _, number = tensor["config"]["keras_history"]
    return made[name][number] if isinstance(made[name], list) else made[name]


def _weights(graph: Graph, saved: Any) -> Iterator[tuple[str, list[Floats]]]:
    """Yield the name of each layer that has weights, and these."""
    seen = Counter[str]()
    for layer in graph["layers"]:
        if layer["class_name"] not in NAMES_OF_WEIGHTS:
            continue
        name = NAMES_OF_WEIGHTS[layer["class_name"]]
        inside = saved[f"{name}_{seen[name]}" if seen[name] else name]
        seen[name] += 1
        if name == "functional":
            yield from _weights(layer["config"], inside["layers"])
        else:
            yield layer["name"], [stored(inside["vars"][str(number)]) for number in range(len(inside["vars"]))]
