"""Grows hair: guides follow a style around the head and the clothes; the strands between them are interpolated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline
from scipy.spatial import cKDTree

from renderer.people.geometry import Floats, as_quads, normals, unit
from renderer.people.hairstyles import Hairstyle

GUIDES = 1500
"""Strands whose growth is simulated; all others follow their neighbours."""
POINTS = 14
"""Points of a guide."""
WAVE_POINTS = 36
"""Points of a strand that waves."""


@dataclass(frozen=True)
class Head:
    """How a posed head lies: a point x of the average head at rest is at `scale * turn @ x + place`."""

    turn: Floats
    place: Floats
    scale: float

    def to_rest(self, points: Floats) -> Floats:
        """Return points (..., 3) of the scene in the coordinates of the average head at rest."""
        return np.asarray((points - self.place) @ self.turn / self.scale)

    def from_rest(self, points: Floats) -> Floats:
        """Return points (..., 3) of the average head at rest in the scene."""
        return np.asarray(points @ self.turn.T * self.scale + self.place)


@dataclass(frozen=True)
class Obstacles:
    """What hair lies on, in the coordinates of the head at rest: points (N, 3) and their outward normals."""

    points: Floats
    outward: Floats
    tree: cKDTree

    @classmethod
    def of(cls, head: Head, meshes: list[tuple[Floats, Floats]]) -> "Obstacles":
        """Return the obstacles of meshes in the scene, each as vertices and normals."""
        points = head.to_rest(np.concatenate([vertices for vertices, _ in meshes]))
        outward = np.concatenate([directions for _, directions in meshes]) @ head.turn
        return cls(points, outward, cKDTree(points))

    def push_out(self, points: Floats, margin: NDArray[np.float64]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Return points at least a margin off the surface, the nearest normals, and which points were too near."""
        distance, nearest = self.tree.query(points)
        outward = self.outward[nearest]
        height = ((points - self.points[nearest]) * outward).sum(1)
        near = (height < margin) & (distance < 0.8)
        moved = points + np.where(near, np.minimum(margin - height, 0.5), 0)[:, None] * outward
        return moved, outward, near


def sample_roots(
    vertices: Floats, faces: list[list[int]], density: Floats, count: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return so many random points of a surface, by the density 0..1 at its vertices, and their normals."""
    quads = as_quads(faces)
    across = np.cross(vertices[quads[:, 2]] - vertices[quads[:, 0]], vertices[quads[:, 3]] - vertices[quads[:, 1]])
    share = np.linalg.norm(across, axis=1) * density[quads].mean(1)
    if share.sum() <= 0:
        return np.zeros((0, 3)), np.zeros((0, 3))
    chosen = quads[generator.choice(len(quads), count, p=share / share.sum())]
    s, t = generator.random((2, count, 1))
    weights = [(1 - s) * (1 - t), s * (1 - t), s * t, (1 - s) * t]
    outward = normals(vertices, faces)
    points = sum(weight * vertices[chosen[:, k]] for k, weight in enumerate(weights))
    directions = sum(weight * outward[chosen[:, k]] for k, weight in enumerate(weights))
    return np.asarray(points), unit(np.asarray(directions))


def grow(
    roots: Floats,
    outward: Floats,
    count: int,
    style: Hairstyle,
    obstacles: Obstacles,
    generator: np.random.Generator,
) -> Floats:
    """Return strands (count, K, 3) from roots (N, 3), N >= count, all in coordinates of the head at rest."""
    guides = min(GUIDES, len(roots))
    guide_strands = _guides(roots[:guides], outward[:guides], style, obstacles, generator)
    offsets = guide_strands - roots[:guides, None]
    near = 3 if guides >= 3 else 1
    distance, neighbours = cKDTree(roots[:guides]).query(roots[:count], k=near)
    weight = 1 / (distance.reshape(count, near) ** 2 + 1e-4)
    # Strands to both sides of a parting, or of a gap, do not mix.
    neighbours = neighbours.reshape(count, near)
    ends = offsets[neighbours][:, :, -1]
    apart = np.linalg.norm(ends - ends[:, :1], axis=-1) > 0.6 * style.length
    weight = np.where(apart, 0, weight)
    weight /= weight.sum(1, keepdims=True)
    strands = roots[:count, None] + np.einsum("nk,nkpc->npc", weight, offsets[neighbours])
    length = np.exp(generator.normal(0, style.length_spread, (count, 1, 1)))
    strands = strands[:, :1] + (strands - strands[:, :1]) * length
    strands = _clumped(strands, style, generator)
    return _waved(strands, style, generator)


def covers_face(strands: Floats) -> NDArray[np.bool_]:
    """Return which strands (N, K, 3) hang before eyes, nose or mouth, in coordinates of the head at rest."""
    x, y, z = np.moveaxis(strands, -1, 0)
    before = (z > 0.85) & (np.abs(x) < 0.68) & (y < 7.5) & (y > 6.1)
    return np.asarray(before.sum(1) >= 2)


def _comb(rest: Floats, style: Hairstyle) -> Floats:
    """Return the direction (N, 3) in which hair at points of the head is combed."""
    ones, zeros = np.ones(len(rest)), np.zeros(len(rest))
    side = np.sign(rest[:, 0] - style.parting + 1e-6)
    away = unit(rest - np.array([0.1 * np.sign(style.parting + 1e-3), 8.45, -0.15]))
    if style.comb == "down" and style.length > 1.2:
        front = np.clip((rest[:, 2] - 0.1) / 0.7, 0, 1)[:, None]
        behind: Floats = away + np.stack([side * np.clip(rest[:, 1] - 7.4, 0, 1) * 1.6, zeros, -0.3 * ones], 1)
        return behind * (1 - front) + front * np.stack([side * 1.5, -0.2 * ones, -0.55 * ones], 1)
    if style.comb == "back":
        return np.stack([0.15 * side, 0.25 * ones, -ones], 1) + 0.2 * away
    if style.comb == "forward":
        return np.asarray(away + np.array([0.4 * style.slant, 0, 0.5]))
    if style.comb == "side":
        return np.stack([1.2 * style.slant * ones, zeros, 0.15 * ones], 1) + 0.5 * away
    if style.comb == "up":
        return np.stack([zeros, 0.6 * ones, -0.3 * ones], 1)
    if style.comb == "bun":
        return np.asarray(unit(np.array(style.bun) - rest))
    if style.comb == "beard":
        return np.stack([0.35 * np.sign(rest[:, 0]), -ones, 0.1 * ones], 1)
    return away


def _guides(
    roots: Floats, outward: Floats, style: Hairstyle, obstacles: Obstacles, generator: np.random.Generator
) -> Floats:
    count = len(roots)
    comb = _comb(roots, style) + generator.normal(0, style.mess, (count, 3))
    comb = unit(comb - outward * (comb * outward).sum(1, keepdims=True))
    direction = unit(comb + outward * style.lift * np.exp(generator.normal(0, 0.2, (count, 1))))
    length = np.full(count, style.length)
    if style.comb == "beard":
        length = np.where(roots[:, 1] > 6.6, np.minimum(length * 0.5, 0.14), length)
    if style.fade:
        length = length * np.clip((roots[:, 1] - 6.7) / 1.2, 0.12, 1)
    if style.fringe:
        front = (roots[:, 2] > 0.9) & (np.abs(roots[:, 0]) < 0.65)
        forward = np.array([generator.normal(0, 0.2), -0.25, 1.0])
        direction[front] = unit(forward + outward[front] * 0.3)
        length[front] = np.minimum(length[front], style.fringe)
    step = (length / (POINTS - 1))[:, None]
    margin = style.volume * generator.uniform(0.1, 1, count) ** 0.8
    strands = np.zeros((count, POINTS, 3))
    point = strands[:, 0] = roots
    for number in range(1, POINTS):
        direction = unit(direction + np.array([0, -2.2 * style.gravity, 0]) * step)
        direction = unit(direction + generator.normal(0, style.frizz, (count, 3)))
        if style.comb == "bun":
            direction = unit(direction + 0.6 * unit(np.array(style.bun) - point))
        point, surface, near = obstacles.push_out(point + direction * step, margin * min(1, number / 3) + 0.01)
        into = np.minimum((direction * surface).sum(1, keepdims=True), 0)
        direction = np.where(near[:, None], unit(direction - into * surface), direction)
        point, direction = _off_the_face(point, direction, style)
        strands[:, number] = point
    return strands


def _off_the_face(point: Floats, direction: Floats, style: Hairstyle) -> tuple[Floats, Floats]:
    """Move strands that hang before eyes and mouth to the nearer side."""
    if style.comb == "beard" or style.length < 0.7:
        return point, direction
    x, y, z = point.T
    highest = 7.5 if style.fringe else 7.95
    before = ((z > 0.7) & (np.abs(x) < 0.92) & (y < highest) & (y > 6.1))[:, None]
    side, zero = np.sign(x), np.zeros(len(x))
    shift = np.stack([side * np.maximum(0, 0.96 - np.abs(x)) * 0.5, zero, zero], 1)
    turn = np.stack([side, zero, np.full(len(x), -0.35)], 1)
    return point + before * shift, unit(direction + 0.7 * before * turn)


def _clumped(strands: Floats, style: Hairstyle, generator: np.random.Generator) -> Floats:
    count = len(strands)
    leaders = generator.choice(count, max(4, count // 45), replace=False)
    leader = leaders[cKDTree(strands[leaders, 0]).query(strands[:, 0])[1]]
    along = np.linspace(0, 1, POINTS)[None, :, None]
    share = style.clumping * generator.uniform(0.4, 1, (count, 1, 1)) * along**1.4
    between = strands[leader] + (strands[:, :1] - strands[leader, :1]) * (1 - 0.6 * along)
    return np.asarray((1 - share) * strands + share * between)


def _waved(strands: Floats, style: Hairstyle, generator: np.random.Generator) -> Floats:
    if not style.wave:
        return strands
    count = len(strands)
    strands = make_interp_spline(np.linspace(0, 1, POINTS), strands, k=2, axis=1)(np.linspace(0, 1, WAVE_POINTS))
    tangent = unit(np.gradient(strands, axis=1))
    across = unit(np.cross(tangent, [0.3, 0.2, 1.0]))
    other = np.cross(tangent, across)
    # Neighbours wave in step: phase and frequency are smooth over the head.
    groups = generator.choice(count, max(4, count // 90), replace=False)
    group = cKDTree(strands[groups, 0]).query(strands[:, 0])[1]
    phase = generator.uniform(0, 2 * np.pi, len(groups))[group] + generator.normal(0, 0.35, count)
    frequency = style.frequency * np.exp(generator.normal(0, 0.15, len(groups)))[group]
    steps = np.linalg.norm(np.diff(strands, axis=1), axis=-1)
    distance = np.concatenate([np.zeros((count, 1)), np.cumsum(steps, 1)], 1)
    angle = (2 * np.pi * frequency[:, None] * distance + phase[:, None])[..., None]
    amplitude = style.wave * np.minimum(1, distance / 0.5)[..., None]
    second = 1.0 if style.curly else 0.25
    return np.asarray(strands + amplitude * (np.cos(angle) * across + second * np.sin(angle) * other))
