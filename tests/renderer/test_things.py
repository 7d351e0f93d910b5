import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from renderer.things import random_thing


@given(st.integers(0, 10_000))
def test_a_thing_is_two_decimetres_large_around_the_origin(seed: int) -> None:
    parts = random_thing(np.random.default_rng(seed))
    points = np.concatenate([part.mesh.vertices for part in parts])
    assert np.isfinite(points).all()
    assert np.linalg.norm(points, axis=1).max() <= 3**0.5 + 1e-9
    assert np.ptp(points, axis=0).max() >= 2 / 3**0.5 - 1e-9


@given(st.integers(0, 10_000))
def test_faces_of_a_thing_name_its_vertices_and_have_texture_coordinates(seed: int) -> None:
    for part in random_thing(np.random.default_rng(seed)):
        corners = [corner for face in part.mesh.faces for corner in face]
        assert min(corners) >= 0
        assert max(corners) < len(part.mesh.vertices)
        assert len(part.mesh.corners) == len(corners)


def test_the_same_seed_gives_the_same_thing() -> None:
    first, second = (random_thing(np.random.default_rng(5)) for _ in "12")
    assert [part.material for part in first] == [part.material for part in second]
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.mesh.vertices, other.mesh.vertices)
