from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.core.errors import UserError
from tasks.training.composites.layers import read_layers
from tests.training.composites.renders import person, write_renders


def test_pictures_are_kept_at_little_more_than_the_size_of_composites(tmp_path: Path) -> None:
    folder = write_renders(tmp_path / "renders")
    for size, shape in (
        ((100, 75), (160, 120)),
        ((50, 30), (80, 60)),
        ((40, 36), (77, 58)),
        ((200, 150), (160, 120)),
    ):
        layers = read_layers(folder, size)
        assert (len(layers.people), len(layers.backgrounds), len(layers.things)) == (3, 2, 1)
        assert {layer.shape for layer in layers.people + layers.things} == {(*shape, 4)}
        assert {background.shape for background in layers.backgrounds} == {(*shape, 3)}
        assert all(picture.dtype == np.uint8 for picture in layers.people + layers.backgrounds + layers.things)


def test_things_are_not_needed(tmp_path: Path) -> None:
    folder = write_renders(tmp_path / "renders", things=0)
    (folder / "things").rmdir()
    assert read_layers(folder, (100, 75)).things == ()


def test_what_cannot_be_seen_has_the_colour_of_what_is_nearest(tmp_path: Path) -> None:
    folder = write_renders(tmp_path / "renders", people=1)
    layer = person().copy()
    layer[layer[..., 3] == 0, :3] = 0
    layer[layer[..., 3] > 0, :3] = (200, 100, 50)
    Image.fromarray(layer).save(folder / "people" / "00000.png")
    (read,) = read_layers(folder, (100, 75)).people
    assert (read[..., :3] == (200, 100, 50)).all()
    np.testing.assert_array_equal(read[..., 3], layer[..., 3])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"training\.renders: .*nothing is not a folder; give the folder"):
        read_layers(tmp_path / "nothing", (100, 75))


def test_a_folder_without_people_and_backgrounds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    with pytest.raises(UserError, match=r"has no people/\*\.png and no backgrounds/\*\.jpg; give"):
        read_layers(tmp_path, (100, 75))


def test_all_files_that_cannot_be_used_are_named_at_once(tmp_path: Path) -> None:
    folder = write_renders(tmp_path / "renders")
    Image.fromarray(person()[..., :3]).save(folder / "people" / "00000.png")
    invisible = person().copy()
    invisible[..., 3] = 0
    Image.fromarray(invisible).save(folder / "people" / "00001.png")
    (folder / "backgrounds" / "00001.jpg").write_bytes(b"no picture")
    whole = (folder / "things" / "00000.png").read_bytes()
    (folder / "things" / "00000.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError) as error:
        read_layers(folder, (100, 75))
    message = str(error.value)
    assert message.startswith(f"training.renders: 4 of the pictures in {folder} cannot be used")
    for name, problem in (
        ("people/00000.png", "has no alpha channel"),
        ("people/00001.png", "shows nothing"),
        ("backgrounds/00001.jpg", "cannot be read as a picture"),
        ("things/00000.png", "cannot be read as a picture"),
    ):
        assert f"{folder / name}: {problem}" in message
