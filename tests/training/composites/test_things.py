import numpy as np

from tasks.training.composites.layers import Layers
from tasks.training.composites.things import MOST_HIDDEN, THINGS, add_thing

SCENE = np.full((100, 75, 3), 0.2, np.float32)
ALPHA = np.ones((100, 75, 1), np.float32)


def test_a_thing_takes_from_the_person_and_never_adds(layers: Layers) -> None:
    alpha = np.random.default_rng(0).random((100, 75, 1), np.float32)
    seen = [add_thing(np.random.default_rng(seed), SCENE, alpha, layers)[1] for seed in range(200)]
    assert all((one <= alpha).all() for one in seen)
    assert any((one < alpha).any() for one in seen)


def test_the_scene_changes_exactly_where_the_thing_hides_the_person(layers: Layers) -> None:
    for seed in range(100):
        scene, seen = add_thing(np.random.default_rng(seed), SCENE, ALPHA, layers)
        changed = (np.abs(scene - SCENE) > 1e-6).any(axis=-1)
        assert not changed[seen[..., 0] == 1].any() or (seen == ALPHA).all()


def test_a_thing_within_the_person_is_worn_and_one_that_comes_from_outside_is_not(layers: Layers) -> None:
    within, aside = np.ones((100, 75, 1), np.float32), np.zeros((100, 75, 1), np.float32)
    aside[:, :40] = 1
    worn = 0
    for seed in range(300):
        scene, seen = add_thing(np.random.default_rng(seed), SCENE, within, layers)
        changed = (np.abs(scene - SCENE) > 1e-6).any(axis=-1)
        at_border = changed[0].any() or changed[-1].any() or changed[:, 0].any() or changed[:, -1].any()
        if changed.any() and not at_border:
            assert (seen == within).all()
            worn += 1
        scene, seen = add_thing(np.random.default_rng(seed), SCENE, aside, layers)
        changed = (np.abs(scene - SCENE) > 1e-6).any(axis=-1)
        if changed[:, :38].any() and changed[:, :40].sum() * 2 < changed.sum():
            assert (seen < aside).any()
    assert worn > 5


def test_most_of_the_person_stays_visible(layers: Layers) -> None:
    shares = [add_thing(np.random.default_rng(seed), SCENE, ALPHA, layers)[1].mean() for seed in range(300)]
    assert min(shares) >= 1 - MOST_HIDDEN
    assert 0.1 < np.mean(np.array(shares) < 1) <= THINGS + 0.06


def test_without_things_nothing_changes(layers: Layers) -> None:
    without = Layers(layers.people, layers.backgrounds)
    for seed in range(20):
        scene, seen = add_thing(np.random.default_rng(seed), SCENE, ALPHA, without)
        assert scene is SCENE
        assert seen is ALPHA
