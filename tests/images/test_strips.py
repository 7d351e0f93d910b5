from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.images.mattes import read_matte_file
from tasks.images.pictures import in_rgb, on_white, opacity_of, photo_file
from tasks.images.strips import as_array, converted, row_blocks, strips
from tasks.originals.levels import levels_of
from tasks.originals.masks import Masks, person_values
from tests.world import smooth_picture

COLOURS = Image.fromarray(smooth_picture(50, 30, 1))
ALPHA = Image.fromarray(smooth_picture(50, 30, 2)[..., 0]).point(lambda value: value if value > 90 else 0)
DEEP = np.asarray(ALPHA).astype(np.uint16) * 257
PICTURES = {
    "RGB": COLOURS,
    "RGBA": Image.merge("RGBA", [*COLOURS.split(), ALPHA]),
    "LA": Image.merge("LA", [COLOURS.getchannel(0), ALPHA]),
    "L": ALPHA,
    "1": ALPHA.convert("1"),
    "P": COLOURS.quantize(20),
    "CMYK": COLOURS.convert("CMYK"),
    "I;16": Image.fromarray(DEEP),
    "F": Image.fromarray(np.where(DEEP > 60_000, np.nan, DEEP / 65535).astype(np.float32)),
    "I": Image.fromarray(DEEP.astype(np.int32)),
}


@pytest.mark.parametrize("mode", PICTURES)
@pytest.mark.parametrize("pixels", [1, 100, 1000])
def test_a_picture_in_strips_is_the_same_as_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, pixels: int
) -> None:
    path = tmp_path / ("picture.tif" if mode in ("F", "I", "CMYK") else "picture.png")
    PICTURES[mode].save(path)

    def results() -> list[np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
        with photo_file(path) as photo:
            stored, decoded = photo.upright(), photo.decode()
        matte = read_matte_file(path)
        opacity = opacity_of(stored)
        return [
            as_array(stored),
            np.asarray(decoded),
            np.asarray(in_rgb(stored)),
            np.asarray(on_white(stored)) if mode in ("RGBA", "LA", "P") else np.empty(0),
            np.asarray(opacity) if opacity else np.empty(0),
            *matte.readings.values(),
            *(person_values(values, True, Masks(factor=1 / 257)) for values in matte.readings.values()),
            np.array([levels_of(values).greatest for values in matte.readings.values()]),
        ]

    whole = results()
    monkeypatch.setattr("tasks.images.strips.PIXELS", pixels)
    for in_strips, at_once in zip(results(), whole, strict=True):
        np.testing.assert_array_equal(in_strips, at_once)


@pytest.mark.parametrize("pixels", [1, 60, 1499, 1500])
def test_strips_are_all_of_a_picture(monkeypatch: pytest.MonkeyPatch, pixels: int) -> None:
    monkeypatch.setattr("tasks.images.strips.PIXELS", pixels)
    assert converted(COLOURS, "RGB", lambda strip: strip).tobytes() == COLOURS.tobytes()
    assert sum(strip.height for _, strip in strips(COLOURS)) == COLOURS.height
    values = np.arange(90).reshape(9, 10)
    np.testing.assert_array_equal(np.concatenate([values[rows] for rows in row_blocks(values)]), values)
