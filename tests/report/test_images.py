import base64
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tasks.images.sprite import jpeg, sprite
from tasks.report.images import ShownImages, cutout_sliders, error_scatter, image_facts, sprites
from tasks.report.results import Result

COUNT, HEIGHT, WIDTH = 23, 40, 32
PHOTOS = np.random.default_rng(0).integers(0, 256, (COUNT, HEIGHT, WIDTH, 3), dtype=np.uint8)
MATTES = np.zeros((COUNT, HEIGHT, WIDTH, 1), np.float32)
MATTES[:, : HEIGHT // 2] = 1
SHOWN = ShownImages([f"{number}.png" for number in range(COUNT)], PHOTOS, {"matte": PHOTOS}, {"matte": MATTES})


@pytest.fixture
def result(tmp_path: Path) -> Result:
    (tmp_path / "predictions.jpg").write_bytes(jpeg(sprite((MATTES * 255).astype(np.uint8))))
    measured = pd.DataFrame({"iou": np.linspace(0.5, 1, COUNT)})
    return Result({"name": "a-model", "target": "matte"}, measured, None, {}, None, tmp_path / "predictions.jpg")


def opened(address: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))), int)


def test_inputs_targets_and_predictions_are_at_the_same_positions(result: Result) -> None:
    shown = sprites(SHOWN, [result])
    assert [one["title"] for one in shown] == ["input", "matte, target", "a-model"]
    sheets = [opened(one["picture"]) for one in shown]
    assert [sheet.shape[:2] for sheet in sheets] == [(2 * HEIGHT, 20 * WIDTH)] * 3
    assert np.abs(sheets[0][:HEIGHT, WIDTH : 2 * WIDTH].mean() - PHOTOS[1].mean()) < 3
    np.testing.assert_allclose(sheets[1], sheets[2], atol=2)


def test_facts_are_those_of_each_image(result: Result) -> None:
    facts = image_facts(SHOWN, [result])
    assert (facts["height"], facts["width"]) == (HEIGHT, WIDTH)
    assert [image["name"] for image in facts["images"]] == SHOWN.names
    assert facts["images"][-1]["metrics"] == {"a-model": 1.0}
    json.dumps(facts)


def test_every_image_has_its_point_in_order(result: Result) -> None:
    root = ElementTree.fromstring(error_scatter("matte", [result], PHOTOS))
    for across in ("brightness", "saturation"):
        (group,) = (element for element in root.iter() if element.get("id") == f"points-a-model-{across}")
        points = [element for element in group.iter() if element.tag.endswith("use")]
        assert len(points) == COUNT
        heights = [float(point.get("y", "nan")) for point in points]
        assert heights == sorted(heights)  # the better the image, the lower: further down the page


def test_gray_inputs_have_no_saturation(result: Result) -> None:
    root = ElementTree.fromstring(error_scatter("matte", [result], PHOTOS[..., :1]))
    ids = {element.get("id") for element in root.iter()}
    assert "points-a-model-brightness" in ids
    assert "points-a-model-saturation" not in ids


def test_a_slider_shows_the_photo_above_and_the_board_below(result: Result) -> None:
    sliders = cutout_sliders(SHOWN, result)
    assert [one["name"] for one in sliders] == ["0.png", "11.png", "22.png"]
    photo, cutout = opened(sliders[0]["photo"]), opened(sliders[0]["cutout"])
    assert photo.shape == cutout.shape == (4 * HEIGHT, 4 * WIDTH, 3)
    assert np.abs(photo - cutout)[: HEIGHT * 2 - 16].mean() < 6
    assert np.abs(cutout[HEIGHT * 2 + 16 :] - 178).max() < 60  # between the two grays of the board
