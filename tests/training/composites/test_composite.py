import numpy as np
import pytest

from tasks.training.composites import background, composite, things
from tasks.training.composites.bystanders import add_bystanders
from tasks.training.composites.colour import Light, to_linear, to_srgb
from tasks.training.composites.composite import draw_composite
from tasks.training.composites.layers import Layers
from tests.training.composites.renders import plain_person

SIZE = (100, 75)


def test_image_and_matte_are_bytes_of_the_size_asked_for(layers: Layers) -> None:
    for size in ((100, 75), (40, 32)):
        image, matte = draw_composite(np.random.default_rng(0), layers, size)
        assert image.shape == (*size, 3)
        assert matte.shape == (*size, 1)
        assert image.dtype == matte.dtype == np.uint8


def test_the_same_generator_gives_the_same_composite_and_another_one_another(layers: Layers) -> None:
    for number in range(10):
        one, again, other = (
            draw_composite(np.random.default_rng([1, epoch, number]), layers, SIZE) for epoch in (0, 0, 1)
        )
        for first, second in zip(one, again, strict=True):
            np.testing.assert_array_equal(first, second)
        assert (one[0] != other[0]).any()


def test_mattes_reach_both_ends_and_have_soft_edges(layers: Layers) -> None:
    without = Layers(layers.people, layers.backgrounds)
    for number in range(30):
        _, matte = draw_composite(np.random.default_rng(number), without, SIZE)
        assert (matte.min(), matte.max()) == (0, 255)
        assert ((matte > 0) & (matte < 255)).mean() > 0.01


def test_some_are_photos_of_another_shape_whose_edges_continue(
    layers: Layers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composite, "OTHER_SHAPE", 1.0)
    wide = tall = 0
    for number in range(20):
        image, matte = draw_composite(np.random.default_rng(number), layers, SIZE)
        assert image.shape == (*SIZE, 3)
        both = np.concatenate([image, matte], axis=-1)
        above, before = (both[:2] == both[0]).all(), (both[:, :2] == both[:, :1]).all()
        assert above or before
        wide, tall = wide + int(above), tall + int(before)
        assert matte.max() == 255
    assert min(wide, tall) > 2


def unlit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn off all light and the camera, so that only placing and blending are left."""
    monkeypatch.setattr(composite, "relight", lambda generator, person, behind: (person, behind))
    monkeypatch.setattr(
        composite,
        "photograph",
        lambda generator, scene: (np.clip(to_srgb(scene), 0, 1) * 255 + 0.5).astype(np.uint8),
    )


def test_without_effects_a_composite_blends_the_light_of_person_and_background(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unlit(monkeypatch)
    monkeypatch.setattr(composite, "add_bystanders", lambda generator, behind, layers, area: behind)
    monkeypatch.setattr(background, "PLAIN", 0.0)
    monkeypatch.setattr(background, "GRADIENT", 0.0)
    green = np.full((160, 120, 3), (20, 180, 90), np.uint8)
    layers = Layers((plain_person((200, 100, 50)),), (green,))
    person, behind = (to_linear(np.array(colour, np.uint8)) for colour in ((200, 100, 50), (20, 180, 90)))
    for number in range(10):
        image, matte = draw_composite(np.random.default_rng(number), layers, SIZE)
        alpha = matte.astype(np.float32) / 255
        expected = to_srgb(np.asarray(person * alpha + behind * (1 - alpha), np.float32)) * 255
        np.testing.assert_allclose(image, expected, atol=1)
        assert (image[matte[..., 0] == 255] == (200, 100, 50)).all()


def test_bystanders_and_things_never_add_to_the_matte(monkeypatch: pytest.MonkeyPatch) -> None:
    unlit(monkeypatch)
    monkeypatch.setattr(composite, "add_bystanders", _green_bystanders)
    monkeypatch.setattr(things, "THINGS", 1.0)
    monkeypatch.setattr(things, "WITHIN", 2.0)  # no thing is worn
    monkeypatch.setattr(things, "exposure", lambda generator, placed: 1)
    red, blue = plain_person((255, 0, 0)), plain_person((0, 0, 255))
    layers = Layers((red,), (np.zeros((160, 120, 3), np.uint8),), (blue,))
    hidden = 0
    for number in range(60):
        image, matte = draw_composite(np.random.default_rng(number), layers, SIZE)
        of_thing = image[..., 2] > image[..., 0]
        hidden += int(of_thing.sum())
        assert (matte[of_thing] < 200).all()
    assert hidden > 0


def _green_bystanders(generator: np.random.Generator, behind: Light, layers: Layers, area: float) -> Light:
    """Bystanders in green, before black."""
    green = Layers((plain_person((0, 255, 0)),), layers.backgrounds)
    return add_bystanders(generator, np.zeros_like(behind), green, area)


def test_the_person_is_in_front_of_the_bystanders(monkeypatch: pytest.MonkeyPatch) -> None:
    unlit(monkeypatch)
    monkeypatch.setattr(composite, "add_bystanders", _green_bystanders)
    layers = Layers((plain_person((255, 0, 0)),), (np.zeros((160, 120, 3), np.uint8),))
    with_bystander = 0
    for number in range(100):
        image, matte = draw_composite(np.random.default_rng(number), layers, SIZE)
        with_bystander += int((image[..., 1] > 30).any())
        assert image[matte[..., 0] == 255, 1].max(initial=0) == 0
        assert matte[image[..., 1] > 100].max(initial=0) < 255
    assert with_bystander > 5
