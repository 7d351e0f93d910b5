from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.people.geometry import Floats, Mesh, cut, normals, read_obj, rotation, tube, unit


def sphere(rings: int = 9, sides: int = 12) -> Mesh:
    """A ball of radius 1 around the origin, of quads, without its two last rings of points."""
    tilt, turn = np.linspace(0.1, np.pi - 0.1, rings), np.linspace(0, 2 * np.pi, sides, endpoint=False)
    points = [[np.sin(t) * np.cos(p), np.cos(t), np.sin(t) * np.sin(p)] for t in tilt for p in turn]
    faces = [
        [i * sides + j, i * sides + (j + 1) % sides, (i + 1) * sides + (j + 1) % sides, (i + 1) * sides + j]
        for i in range(rings - 1)
        for j in range(sides)
    ]
    return Mesh(np.array(points), faces, np.zeros((4 * len(faces), 2)), rest=np.array(points))


def area(mesh: Mesh) -> float:
    total = 0.0
    for face in mesh.faces:
        corners = mesh.vertices[face]
        for k in range(1, len(face) - 1):
            total += 0.5 * float(np.linalg.norm(np.cross(corners[k] - corners[0], corners[k + 1] - corners[0])))
    return total


def test_normals_of_a_ball_point_outward() -> None:
    ball = sphere()
    along = (normals(ball.vertices, ball.faces) * unit(ball.vertices)).sum(1)
    assert np.abs(along).min() > 0.9
    assert len(set(np.sign(along))) == 1


@given(st.floats(-0.9, 0.9), st.floats(0, 360))
def test_cut_parts_share_the_area_and_lie_on_their_sides(height: float, turn: float) -> None:
    ball = sphere()
    direction = rotation("z", turn) @ np.array([0, 1.0, 0])
    value: Floats = ball.vertices @ direction - height
    above, below = cut(ball, value), cut(ball, -value)
    assert area(above) + area(below) == pytest.approx(area(ball), rel=1e-3)
    if len(above.vertices):
        assert (above.vertices @ direction).min() > height - 1e-9
    for part in (above, below):
        assert part.rest is not None
        np.testing.assert_allclose(part.rest, part.vertices)  # rest is cut like the vertices
        assert len(part.corners) == sum(len(face) for face in part.faces)


def test_a_part_keeps_whole_faces_alone() -> None:
    ball = sphere()
    half = ball.part(ball.vertices[:, 1] > 0)
    assert 0 < len(half.faces) < len(ball.faces)
    assert (half.vertices[:, 1] > 0).all()
    assert sorted({i for face in half.faces for i in face}) == list(range(len(half.vertices)))


def test_a_tube_has_its_radius() -> None:
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    path = np.stack([2 * np.cos(angle), 2 * np.sin(angle), 0 * angle], 1)
    ring = tube(path, 0.3, 10, closed=True)
    to_path = np.linalg.norm(ring.vertices[:, None] - path[None], axis=-1).min(1)
    np.testing.assert_allclose(to_path, 0.3, atol=1e-9)
    assert len(ring.faces) == 600


def test_an_obj_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "two.obj"
    path.write_text(
        "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 1\ng body\nf 1/1 2/2 3/1 4/2\ng helper\nf 1 2 3\n",
        encoding="utf-8",
    )
    found = read_obj(path)
    assert found.mesh.faces == [[0, 1, 2, 3], [0, 1, 2]]
    assert found.groups == ["body", "helper"]
    assert found.mesh.corners[:4].tolist() == [[0, 0], [1, 1], [0, 0], [1, 1]]
