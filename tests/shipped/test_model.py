import json
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data

from tasks.photos.matte import matte_photo
from tasks.shipped.model import MATTE
from tasks.shipped.network import SavedNetwork
from tasks.shipped.operations import OPERATIONS

pytestmark = pytest.mark.runs


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


ASTRONAUT = data.astronaut()
WIDE = np.pad(ASTRONAUT, ((0, 0), (256, 256), (0, 0)), mode="reflect")


@pytest.mark.parametrize(
    ("photo", "left"),
    [(ASTRONAUT[:, 64:448], 64), (ASTRONAUT, 0), (WIDE, -256), (ASTRONAUT[:, 100:388], 100)],
    ids=["portrait", "square", "wide", "tall"],
)
def test_it_finds_a_person_whom_it_never_saw_in_a_photo_of_any_shape(photo: np.ndarray, left: int) -> None:
    matte = np.asarray(matte_photo(Image.fromarray(photo), SavedNetwork(MATTE.path)), float) / 255
    assert matte.shape == photo.shape[:2]
    assert matte[80:170, 190 - left : 264 - left].mean() > 0.95  # the face
    assert matte[300:500, 140 - left : 250 - left].mean() > 0.9  # the suit
    assert matte[:60, max(64 - left, 0) : 124 - left].mean() < 0.05  # the wall
    assert matte[:200, 364 - left : 388 - left].mean() < 0.1  # the shuttle
