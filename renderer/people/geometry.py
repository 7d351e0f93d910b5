"""Meshes and vectors. Lengths are in decimetres, y points up and a face looks along +z, as in MakeHuman."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Face = Sequence[int]


@dataclass(frozen=True)
class Mesh:
    """Vertices (N, 3), faces of three or four vertices, and one texture coordinate (u, v) for each corner of each.

    `corners` (M, 2) lists the corners of all faces one after another. `colours` (N, 3) are linear and optional;
    `rest` (N, 3) is where the vertices lie on the undeformed body, for patterns that move with it.
    """

    vertices: Floats
    faces: list[list[int]]
    corners: Floats
    colours: Floats | None = None
    rest: Floats | None = None

    def moved(self, vertices: Floats) -> "Mesh":
        """Return the same mesh with its vertices elsewhere."""
        return replace(self, vertices=vertices)

    def normals(self) -> Floats:
        """Return the normal of each vertex, (N, 3), of length 1."""
        return normals(self.vertices, self.faces)

    def part(self, keep: NDArray[np.bool_]) -> "Mesh":
        """Return the faces of which all vertices are kept, without unused vertices."""
        starts = np.cumsum([0, *(len(face) for face in self.faces)])
        chosen = [number for number, face in enumerate(self.faces) if all(keep[i] for i in face)]
        used = np.unique([i for number in chosen for i in self.faces[number]]).astype(int)
        new = np.full(len(self.vertices), -1)
        new[used] = np.arange(len(used))
        corners = [self.corners[starts[number] : starts[number + 1]] for number in chosen]
        return Mesh(
            self.vertices[used],
            [[int(new[i]) for i in self.faces[number]] for number in chosen],
            np.concatenate(corners) if corners else np.zeros((0, 2)),
            None if self.colours is None else self.colours[used],
            None if self.rest is None else self.rest[used],
        )


@dataclass(frozen=True)
class Object:
    """What a `.obj` file holds: a mesh, and the name of the group of each face."""

    mesh: Mesh
    groups: list[str] = field(default_factory=list)


def read_obj(path: Path) -> Object:
    """Read vertices, texture coordinates, faces and groups of a Wavefront `.obj` file."""
    vertices, texture, faces, corners, groups = [], [], [], [], []
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, *values = line.split() or [""]
        if kind == "v":
            vertices.append([float(value) for value in values[:3]])
        elif kind == "vt":
            texture.append([float(value) for value in values[:2]])
        elif kind == "g":
            group = values[0]
        elif kind == "f":
            parts = [value.split("/") for value in values]
            faces.append([int(part[0]) - 1 for part in parts])
            corners += [int(part[1]) - 1 if len(part) > 1 and part[1] else 0 for part in parts]
            groups.append(group)
    coordinates = np.array(texture or [[0.0, 0.0]])
    return Object(Mesh(np.array(vertices), faces, coordinates[corners]), groups)


def unit(vectors: Floats) -> Floats:
    """Return vectors (..., 3) scaled to length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def rotation(axis: str, degrees: float) -> Floats:
    """Return the matrix (3, 3) of a rotation about an axis, x, y or z, by the right-hand rule."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rows = {
        "x": [[1, 0, 0], [0, cos, -sin], [0, sin, cos]],
        "y": [[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]],
        "z": [[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]],
    }
    return np.array(rows[axis])


def as_quads(faces: Sequence[Face]) -> Ints:
    """Return faces as (M, 4); of a triangle, the last vertex is repeated."""
    return np.array([[*face, face[-1]][:4] if len(face) == 3 else face for face in faces], dtype=np.int64)


def normals(vertices: Floats, faces: Sequence[Face]) -> Floats:
    """Return the normal of each vertex, (N, 3): the mean of its faces' normals, by their areas."""
    quads = as_quads(faces)
    ab = vertices[quads[:, 2]] - vertices[quads[:, 0]]
    cd = vertices[quads[:, 3]] - vertices[quads[:, 1]]
    # The diagonals of a triangle with its last vertex repeated have twice its normal, like those of a quad.
    of_face = np.cross(ab, cd)
    result = np.zeros_like(vertices)
    for corner in range(4):
        np.add.at(result, quads[:, corner], of_face)
    return unit(result)


def tube(path: Floats, radius: float, sides: int = 8, *, closed: bool) -> Mesh:
    """Return a tube of a radius around a path (N, 3)."""
    forward = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    tangent = unit(forward)
    across = unit(np.cross(tangent, [0.01, 0.02, 1.0]))
    other = np.cross(tangent, across)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None, :, None]
    ring = np.cos(angle) * across[:, None] + np.sin(angle) * other[:, None]
    count = len(path)
    faces = [
        [i * sides + k, i * sides + (k + 1) % sides, j * sides + (k + 1) % sides, j * sides + k]
        for i in range(count if closed else count - 1)
        for j in [(i + 1) % count]
        for k in range(sides)
    ]
    vertices = (path[:, None] + radius * ring).reshape(-1, 3)
    return Mesh(vertices, faces, np.zeros((4 * len(faces), 2)))


def cut(mesh: Mesh, value: Floats) -> Mesh:
    """Return the part of a mesh where a value (N,) of its vertices, linear along its edges, is above 0."""
    fields = [mesh.vertices, *(extra for extra in (mesh.colours, mesh.rest) if extra is not None)]
    table = np.concatenate(fields, axis=1)
    added: dict[tuple[int, int], int] = {}
    rows: list[NDArray[np.float64]] = []
    faces, corners = [], []
    start = 0
    for face in mesh.faces:
        uv = mesh.corners[start : start + len(face)]
        start += len(face)
        outline, outline_uv = [], []
        for k, first in enumerate(face):
            second, next_uv = face[(k + 1) % len(face)], uv[(k + 1) % len(face)]
            if value[first] > 0:
                outline.append(first)
                outline_uv.append(uv[k])
            if (value[first] > 0) != (value[second] > 0):
                share = value[first] / (value[first] - value[second])
                edge = (min(first, second), max(first, second))
                if edge not in added:
                    added[edge] = len(table) + len(rows)
                    rows.append(table[first] + share * (table[second] - table[first]))
                outline.append(added[edge])
                outline_uv.append(uv[k] + share * (next_uv - uv[k]))
        for k in range(1, len(outline) - 1, 2):
            corner = [0, *range(k, min(k + 3, len(outline)))]
            faces.append([outline[i] for i in corner])
            corners += [outline_uv[i] for i in corner]
    table = np.concatenate([table, rows]) if rows else table
    parts = np.split(table, range(3, table.shape[1], 3), axis=1)
    colours = parts[1] if mesh.colours is not None else None
    rest = parts[-1] if mesh.rest is not None else None
    whole = Mesh(parts[0], faces, np.array(corners).reshape(-1, 2), colours, rest)
    return whole.part(np.ones(len(table), bool))


def pieces(mesh: Mesh) -> Ints:
    """Return the number of the connected piece that each vertex belongs to, (N,)."""
    edges = np.array([[face[k], face[k - 1]] for face in mesh.faces for k in range(len(face))])
    size = len(mesh.vertices)
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(size, size))
    return np.asarray(connected_components(graph)[1], dtype=np.int64)


def noise(points: Floats, generator: np.random.Generator, frequency: float) -> Floats:
    """Return smooth random values (N,) of mean 0 and deviation 1 at points (N, 3): a sum of six waves."""
    waves = [
        np.sin(points @ generator.normal(0, frequency, 3) + generator.uniform(0, 2 * np.pi)) for _ in range(6)
    ]
    return np.asarray(sum(waves) / np.sqrt(3))


def linear(*srgb: float) -> Floats:
    """Return a colour of sRGB values 0..255 in linear light, (3,), 0..1."""
    colour = np.array(srgb) / 255
    return np.asarray(np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4))
