from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.core.errors import UserError
from tasks.photos.results import fit_background, open_background


@pytest.mark.parametrize(
    ("text", "colour"), [("white", (255, 255, 255)), ("#336699", (51, 102, 153)), ("rgb(1,2,3)", (1, 2, 3))]
)
def test_a_colour_fills_any_size(text: str, colour: tuple[int, int, int]) -> None:
    background = fit_background(open_background(text), (7, 5))
    assert background.size == (7, 5)
    assert set(background.getdata()) == {colour}


def test_a_picture_covers_the_photo_and_is_cut_evenly(tmp_path: Path) -> None:
    stripes = np.zeros((40, 80, 3), np.uint8)
    stripes[:, 20:60] = 255
    Image.fromarray(stripes).save(tmp_path / "wall.png")
    fitted = np.asarray(fit_background(open_background(str(tmp_path / "wall.png")), (60, 60)))
    assert fitted.shape == (60, 60, 3)
    assert fitted[:, 5:55].min() > 250


def test_a_picture_is_opened_once_for_all_photos(tmp_path: Path) -> None:
    wall = tmp_path / "wall.png"
    Image.new("RGB", (40, 40), "red").save(wall)
    opened = open_background(str(wall))
    assert open_background(str(wall)) is opened
    fit_background(opened, (40, 40)).paste("black", (0, 0, 40, 40))
    assert opened.getpixel((5, 5)) == (255, 0, 0)
    Image.new("RGB", (40, 40), "blue").save(wall)
    assert open_background(str(wall)).getpixel((5, 5)) == (0, 0, 255)


def test_what_is_neither_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="neither a colour, such as white"):
        open_background("no-such.png")
