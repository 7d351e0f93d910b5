import tracemalloc

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2gray

from tasks.gray.luma import REC_601, gray_images, weighted_gray


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, 20, 15, 3), dtype=np.uint8)


@pytest.mark.parametrize("scale", [1, 255])
def test_equals_rgb2gray_of_each_image(images: np.ndarray, scale: int) -> None:
    given = images if scale == 1 else (images / 255).astype(np.float32)
    gray = gray_images(given)
    assert gray.shape == (5, 20, 15, 1)
    assert gray.dtype == np.float32
    for image, result in zip(given, gray, strict=True):
        np.testing.assert_allclose(result[..., 0], rgb2gray(image), atol=1e-6)


def test_rec_601_is_pillows_mode_l(images: np.ndarray) -> None:
    for image, gray in zip(images, weighted_gray(images, REC_601), strict=True):
        pillow = np.asarray(Image.fromarray(image).convert("L")) / 255
        np.testing.assert_allclose(gray[..., 0], pillow, atol=1.01 / 255)


def test_memory_holds_little_beside_the_result() -> None:
    images = np.zeros((4000, 40, 32, 3), np.uint8)
    tracemalloc.start()
    gray = gray_images(images)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < gray.nbytes + 3e6
