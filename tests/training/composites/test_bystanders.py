import numpy as np

from tasks.training.composites import bystanders
from tasks.training.composites.bystanders import BYSTANDERS, add_bystanders
from tasks.training.composites.layers import Layers

BEHIND = np.full((100, 75, 3), 0.2, np.float32)


def test_some_composites_have_bystanders(layers: Layers) -> None:
    changed = [
        add_bystanders(np.random.default_rng(seed), BEHIND, layers, 0.6) is not BEHIND for seed in range(300)
    ]
    assert abs(np.mean(changed) - BYSTANDERS) < 0.06


def test_a_bystander_is_smaller_than_the_person_and_stands_on_the_lower_edge(layers: Layers) -> None:
    for seed in range(100):
        layer = layers.people[seed % 3]
        placed = bystanders._bystander(np.random.default_rng(seed), layer, (100, 75), 0.5)
        assert placed.alpha.mean() < 0.5 * 0.6
        assert placed.alpha[:60].max() == 0 or placed.alpha[-1].max() > 0.2


def test_no_side_where_a_bystander_is_cut_off_is_seen(layers: Layers) -> None:
    layer = layers.people[0].copy()
    layer[100:, :60, 3] = 255
    for seed in range(50):
        alpha = bystanders._bystander(np.random.default_rng(seed), layer, (100, 75), 0.6).alpha[..., 0]
        assert max(alpha[-1, 0], alpha[-1, -1]) > 0.4
