import numpy as np
import pytest

from tasks.training.composites.framing import framing
from tasks.training.composites.layers import Layer, Layers
from tasks.training.composites.placing import place

SIZE = (100, 75)


def framed(layer: Layer, seed: int) -> np.ndarray:
    """The person's visible pixels in the frame, (100, 75)."""
    window = framing(np.random.default_rng(seed), layer, SIZE)
    return np.asarray(place(layer, window, SIZE).alpha[..., 0] > 0.5)


@pytest.fixture(scope="module")
def frames(layers: Layers) -> np.ndarray:
    """300 framed people, (300, 100, 75)."""
    return np.stack([framed(layers.people[seed % 3], seed) for seed in range(300)])


def test_the_share_of_the_person_is_that_of_portraits(frames: np.ndarray) -> None:
    shares = frames.mean(axis=(1, 2))
    assert 0.5 < shares.mean() < 0.65
    assert 0.05 < shares.std() < 0.15
    assert shares.min() > 0.2
    assert shares.max() < 0.9


def test_the_lower_edge_cuts_every_person(frames: np.ndarray) -> None:
    assert frames[:, -1].any(axis=1).all()


def test_the_upper_edge_cuts_some_heads(frames: np.ndarray) -> None:
    tops = frames.any(axis=2).argmax(axis=1)
    assert 0.08 < (tops == 0).mean() < 0.4
    assert 1 < np.median(tops) < 12
    assert tops.max() < 45


def test_heads_are_in_the_middle_but_not_always(frames: np.ndarray) -> None:
    middles = np.array(
        [np.flatnonzero(frame[:25].any(axis=0)).mean() / 75 for frame in frames if frame[:25].any()]
    )
    assert 0.45 < np.median(middles) < 0.55
    assert 0.06 < middles.std() < 0.2


def test_windows_have_the_frames_aspect_ratio(layers: Layers) -> None:
    window = framing(np.random.default_rng(0), layers.people[0], (40, 32))
    assert window.width / window.height == pytest.approx(0.8)


@pytest.mark.parametrize("side", ["left", "right", "both"])
def test_a_side_where_the_layer_is_cut_off_is_never_seen(layers: Layers, side: str) -> None:
    layer = layers.people[0].copy()
    if side != "right":
        layer[120:, :60, 3] = 255
    if side != "left":
        layer[120:, 60:, 3] = 255
    for seed in range(50):
        window = framing(np.random.default_rng(seed), layer, SIZE)
        assert side == "right" or window.left >= 0
        assert side == "left" or window.left + window.width <= 120 + 1e-6


def test_a_head_that_is_cut_off_already_touches_the_upper_edge(layers: Layers) -> None:
    layer = layers.people[0][40:]
    for seed in range(50):
        assert framing(np.random.default_rng(seed), layer, SIZE).top >= 0
