import numpy as np

from tasks.training.composites.layers import Layers
from tasks.training.composites.light import exposure, relight
from tasks.training.composites.placing import Placed, Window, place

BEHIND = np.full((100, 75, 3), 0.2, np.float32)


def placed(layers: Layers, number: int = 0) -> Placed:
    return place(layers.people[number], Window(0, 0, 160, 120), (100, 75))


def test_dark_and_bright_people_are_exposed_alike(layers: Layers) -> None:
    person = placed(layers)
    factors = [
        [
            exposure(np.random.default_rng(seed), Placed(person.colours * np.float32(light), person.alpha)) * light
            for light in (0.8, 1.25)
        ]
        for seed in range(20)
    ]
    dark, bright = np.array(factors).T
    np.testing.assert_allclose(dark, bright, rtol=1e-4)


def test_an_invisible_layer_is_left_as_it_is() -> None:
    assert exposure(np.random.default_rng(0), Placed(BEHIND, np.zeros((100, 75, 1), np.float32))) == 1


def test_light_leaves_the_alpha_and_is_never_negative(layers: Layers) -> None:
    person = placed(layers)
    for seed in range(60):
        lit, behind = relight(np.random.default_rng(seed), person, BEHIND)
        assert lit.alpha is person.alpha
        assert {lit.colours.dtype, behind.dtype} == {np.dtype(np.float32)}
        assert np.isfinite(lit.colours).all()
        assert np.isfinite(behind).all()
        assert min(lit.colours.min(), behind.min()) >= 0


def test_the_background_is_sometimes_in_a_tone_of_the_person(layers: Layers) -> None:
    red = Placed(np.full((100, 75, 3), (0.6, 0.1, 0.1), np.float32), placed(layers).alpha)
    redness = np.array(
        [
            behind[..., 0].mean() / behind[..., 1].mean()
            for _, behind in (relight(np.random.default_rng(seed), red, BEHIND) for seed in range(100))
        ]
    )
    assert 0.15 < (redness > 1.4).mean() < 0.6
