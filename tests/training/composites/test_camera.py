import numpy as np

from tasks.training.composites import camera
from tasks.training.composites.camera import GRAY, photograph
from tasks.training.composites.colour import to_linear

SCENE = to_linear(np.random.default_rng(0).integers(0, 256, (40, 32, 3), dtype=np.uint8))


def test_photos_are_bytes_and_vary() -> None:
    photos = [photograph(np.random.default_rng(seed), SCENE) for seed in range(40)]
    assert {(photo.shape, photo.dtype) for photo in photos} == {((40, 32, 3), np.dtype(np.uint8))}
    assert len({photo.tobytes() for photo in photos}) == 40


def test_some_photos_are_black_and_white() -> None:
    picture = np.random.default_rng(0).random((40, 32, 3), np.float32)
    gray = [
        np.corrcoef(camera._colours(np.random.default_rng(seed), picture).reshape(-1, 3).T).min() > 0.999
        for seed in range(300)
    ]
    assert abs(np.mean(gray) - GRAY) < 0.05


def test_developing_alone_gives_srgb_and_compresses_only_bright_light() -> None:
    values = np.arange(256, dtype=np.uint8)
    scene = np.repeat(to_linear(values)[:, np.newaxis], 3, axis=1)[np.newaxis]
    tones = np.repeat(camera._DEVELOPED[:, np.newaxis], 3, axis=1)
    picture = camera._looked_up(tones, scene)[0, :, 0] * 255
    dark = values < 255 * camera.SHOULDER
    np.testing.assert_allclose(picture[dark], values[dark], atol=0.3)
    assert (np.diff(picture) > 0).all()


def test_light_brighter_than_white_is_white() -> None:
    photo = photograph(np.random.default_rng(1), np.full((40, 32, 3), 1e6, np.float32))
    assert photo.min() > 100
