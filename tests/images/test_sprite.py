import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tasks.images.sprite import jpeg, pictures_of, sprite


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 20, 47])
def test_pictures_come_back_in_their_order(tmp_path: Path, count: int, channels: int) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (count, 8, 6, channels), dtype=np.uint8)
    sprite(pictures).save(tmp_path / "sprite.png")
    np.testing.assert_array_equal(pictures_of(tmp_path / "sprite.png", count), pictures)


def test_as_jpeg_they_are_nearly_the_same() -> None:
    smooth = np.linspace(0, 255, 20 * 16 * 16).reshape(20, 16, 16, 1).astype(np.uint8)
    with Image.open(io.BytesIO(jpeg(sprite(smooth)))) as opened:
        assert np.abs(np.asarray(opened, int) - np.asarray(sprite(smooth), int)).mean() < 3
