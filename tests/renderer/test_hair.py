from dataclasses import replace

import numpy as np
import pytest

from renderer.people.geometry import Floats, unit
from renderer.people.hair import Head, Obstacles, covers_face, grow, sample_roots
from renderer.people.hairstyles import Hairstyle, random_hairstyle
from tests.renderer.test_geometry import sphere

CENTRE = np.array([0, 7.3, 0.3])
"""About where the middle of a head is."""


def ball_head() -> tuple[Floats, list[list[int]]]:
    ball = sphere(24, 32)
    return CENTRE + 0.95 * ball.vertices, ball.faces


def grown(style: Hairstyle, seed: int = 0, count: int = 800) -> tuple[Floats, Floats]:
    vertices, faces = ball_head()
    generator = np.random.default_rng(seed)
    density = (vertices[:, 1] > 7.5).astype(float)
    roots, _ = sample_roots(vertices, faces, density, count, generator)
    outward = unit(roots - CENTRE)
    head = Head(np.eye(3), np.zeros(3), 1.0)
    obstacles = Obstacles.of(head, [(vertices, unit(vertices - CENTRE))])
    return roots, grow(roots, outward, count, style, obstacles, generator)


STYLES = [random_hairstyle(np.random.default_rng(seed), male=bool(seed % 2), oldness=0.3) for seed in range(12)]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_strands_start_at_their_roots_and_stay_out_of_the_head(style: Hairstyle) -> None:
    roots, strands = grown(style)
    np.testing.assert_allclose(strands[:, 0], roots, atol=style.wave + 0.2)
    assert np.isfinite(strands).all()
    depth = np.linalg.norm(strands - CENTRE, axis=-1)
    assert np.quantile(depth, 0.02) > 0.8  # waves and clumps may go a little below the skin


def test_length_is_the_style_s() -> None:
    style = Hairstyle("short", "back", 0.5)
    _, strands = grown(style)
    length = np.linalg.norm(np.diff(strands, axis=1), axis=-1).sum(1)
    assert np.median(length) == pytest.approx(0.5, rel=0.15)


def test_a_fringe_leaves_eyes_and_mouth_free_of_most_strands() -> None:
    long = Hairstyle("long", "down", 2.5, gravity=1.2, fringe=0.6)
    assert covers_face(grown(long)[1]).mean() < 0.25
    before = np.repeat(np.array([[[0.1, 7.2, 1.4]]]), 14, 1)
    assert covers_face(before).all()


def test_the_same_seed_grows_the_same_hair() -> None:
    style = replace(STYLES[0], wave=0.05)
    np.testing.assert_array_equal(grown(style, 3)[1], grown(style, 3)[1])
    assert not np.array_equal(grown(style, 3)[1], grown(style, 4)[1])
