import json
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from tasks.shipped.model import MATTE
from tasks.shipped.network import SavedNetwork
from tasks.shipped.operations import OPERATIONS


def layers(graph: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for layer in graph["layers"]:
        yield layer
        if layer["class_name"] == "Functional":
            yield from layers(layer["config"])


def test_the_file_is_what_is_said_of_it() -> None:
    with zipfile.ZipFile(MATTE.path) as file:
        names = {layer["name"] for layer in layers(json.loads(file.read("config.json"))["config"])}
    assert MATTE.network in names
    assert ("flip" in names) is MATTE.options["test_time_augmentation"]
    assert SavedNetwork(MATTE.path).size == MATTE.size


def test_every_operation_in_the_file_is_known_and_all_known_ones_are_in_it() -> None:
    with zipfile.ZipFile(MATTE.path) as file:
        kinds = {layer["class_name"] for layer in layers(json.loads(file.read("config.json"))["config"])}
    assert kinds - {"InputLayer", "Functional"} == OPERATIONS.keys()


def test_it_predicts_mattes() -> None:
    images = np.random.default_rng(0).random((2, *MATTE.size, 3), np.float32)
    mattes = SavedNetwork(MATTE.path)(images)
    assert mattes.shape == (2, *MATTE.size, 1)
    assert mattes.min() >= 0
    assert mattes.max() <= 1
