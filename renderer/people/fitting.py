"""Fits MakeHuman's clothes, brows, lashes and teeth to a person, by their `.mhclo` files.

Source: the file format as MakeHuman's documentation and `core/proxy.py` define it: each vertex lies at a weighted
mean of three vertices of the body plus an offset, which is scaled by three distances on the body.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from renderer.people.body import Body
from renderer.people.geometry import Floats, Ints, Mesh, read_obj


@dataclass(frozen=True)
class Fitted:
    """A piece fitted to a person at rest: its mesh, its weights (N, bones), and the body's vertices it covers."""

    mesh: Mesh
    weights: Floats
    covered: Ints


@dataclass(frozen=True)
class _Piece:
    mesh: Mesh
    anchors: Ints
    shares: Floats
    offsets: Floats
    scales: dict[str, tuple[int, int, float]]
    covered: Ints


def fit(path: Path, body: Body, vertices: Floats) -> Fitted:
    """Return the piece of a `.mhclo` file on a person whose vertices at rest are given."""
    piece = _read(path)
    scale = np.ones(3)
    for axis, name in enumerate("xyz"):
        if f"{name}_scale" in piece.scales:
            first, second, distance = piece.scales[f"{name}_scale"]
            scale[axis] = abs(vertices[first][axis] - vertices[second][axis]) / distance
    shares = piece.shares[..., None]
    fitted = (vertices[piece.anchors] * shares).sum(1) + piece.offsets * scale
    weights = np.maximum((body.weights[piece.anchors] * shares).sum(1), 0)
    weights /= np.maximum(weights.sum(1, keepdims=True), 1e-6)
    mesh = Mesh(fitted, piece.mesh.faces, piece.mesh.corners, rest=fitted)
    return Fitted(mesh, weights, piece.covered)


@lru_cache
def _read(path: Path) -> _Piece:
    rows: list[list[float]] = []
    scales: dict[str, tuple[int, int, float]] = {}
    covered: list[int] = []
    section, mesh = "", None
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].endswith("_scale"):
            scales[words[0]] = (int(words[1]), int(words[2]), float(words[3]))
        elif words[0] == "obj_file":
            mesh = read_obj(path.parent / words[1]).mesh
        elif words[0] in ("verts", "weights", "delete_verts"):
            section = words[0]
        elif words[0][0].isalpha():
            continue
        elif section == "verts":
            values = [float(word) for word in words]
            rows.append(values if len(values) == 9 else [values[0]] * 3 + [1, 0, 0, 0, 0, 0])
        elif section == "delete_verts":
            covered += _spans(words)
    if mesh is None:
        raise ValueError(f"{path}: names no obj_file")
    table = np.array(rows)[: len(mesh.vertices)]
    return _Piece(mesh, table[:, :3].astype(int), table[:, 3:6], table[:, 6:9], scales, np.array(covered, int))


def _spans(words: list[str]) -> list[int]:
    """Return the numbers that `5 7 - 9 12` stands for."""
    numbers: list[int] = []
    position = 0
    while position < len(words):
        if words[position + 1 : position + 2] == ["-"]:
            numbers += range(int(words[position]), int(words[position + 2]) + 1)
            position += 3
        else:
            numbers.append(int(words[position]))
            position += 1
    return numbers
