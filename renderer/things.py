"""Random things that stand or are held before people: vessels, balls, boxes, poles and plants. Lengths in dm."""

from dataclasses import replace

import numpy as np

from renderer.people.geometry import Floats, Mesh, rotation, tube
from renderer.people.parts import Material, Part, Solid
from renderer.people.wardrobe import cloth_colour, random_cloth

SIDES = 32
"""Corners of a round outline."""


def random_thing(generator: np.random.Generator) -> list[Part]:
    """Return the parts of a thing, about 2 dm large, around the origin and turned at random."""
    make = (_vessel, _vessel, _ball, _box, _box, _poles, _plant)[generator.integers(7)]
    parts = make(generator)
    points = np.concatenate([part.mesh.vertices for part in parts])
    middle, size = (points.max(0) + points.min(0)) / 2, np.ptp(points, axis=0).max()
    turn = rotation("z", generator.normal(0, 25)) @ rotation("x", generator.normal(0, 25))
    turn = turn @ rotation("y", generator.uniform(0, 360))
    return [
        replace(part, mesh=part.mesh.moved((part.mesh.vertices - middle) * (2 / size) @ turn.T)) for part in parts
    ]


def _material(generator: np.random.Generator) -> Material:
    if generator.random() < 0.45:
        return random_cloth(generator)
    return Solid(cloth_colour(generator), generator.uniform(0.08, 0.7), float(generator.random() < 0.2))


def _mesh(vertices: Floats, faces: list[list[int]]) -> Mesh:
    return Mesh(vertices, faces, np.zeros((sum(len(face) for face in faces), 2)))


def _turned(radius: Floats, heights: Floats) -> Mesh:
    """Return the closed surface of an outline, radii (K,) at heights (K,), turned about the y axis."""
    turn = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)
    rings = np.stack(
        [radius[:, None] * np.cos(turn), np.repeat(heights[:, None], SIDES, 1), radius[:, None] * np.sin(turn)], -1
    )
    last = len(heights) - 1
    faces = [
        [i * SIDES + j, i * SIDES + (j + 1) % SIDES, (i + 1) * SIDES + (j + 1) % SIDES, (i + 1) * SIDES + j]
        for i in range(last)
        for j in range(SIDES)
    ]
    ends = [list(range(SIDES)), list(range(last * SIDES, (last + 1) * SIDES))]
    return _mesh(rings.reshape(-1, 3), faces + ends)


def _vessel(generator: np.random.Generator) -> list[Part]:
    """Return a mug, bottle, glass, lamp or microphone: a random outline turned about an axis."""
    height = generator.uniform(0.8, 3.5)
    count = generator.integers(3, 7)
    steps = np.sort(generator.uniform(0, 1, count))
    radius = np.interp(np.linspace(0, 1, 24), steps, generator.uniform(0.2, 0.8, count))
    heights = np.linspace(0, height, 24)
    parts = [Part(_turned(radius, heights), _material(generator))]
    if generator.random() < 0.4:
        angle = np.linspace(-1.4, 1.4, 16)
        reach = generator.uniform(0.3, 0.6)
        handle = np.stack(
            [radius.mean() + reach * np.cos(angle), height * (0.5 + 0.3 * np.sin(angle)), np.zeros(16)], 1
        )
        parts.append(Part(tube(handle, 0.09, closed=False), parts[0].material))
    return parts


def _ball(generator: np.random.Generator) -> list[Part]:
    """Return one to five balls, or fruit."""
    tilt = np.linspace(0.02, np.pi - 0.02, 16)
    sphere = _turned(np.sin(tilt), np.cos(tilt))
    parts = []
    for _ in range(generator.integers(1, 6)):
        place = generator.normal(0, 0.8, 3)
        squashed = sphere.vertices * generator.uniform(0.6, 1, 3) * generator.uniform(0.5, 1)
        parts.append(Part(sphere.moved(squashed + place), _material(generator)))
    return parts


def _box(generator: np.random.Generator) -> list[Part]:
    """Return a book, phone, laptop, board or table's edge: one to three boxes."""
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    faces = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    parts = []
    for _ in range(generator.integers(1, 4)):
        extent = np.exp(generator.uniform(np.log(0.1), np.log(2.5), 3))
        place = generator.normal(0, 0.4, 3)
        parts.append(Part(_mesh(corners * extent + place, faces), _material(generator)))
    return parts


def _poles(generator: np.random.Generator) -> list[Part]:
    """Return one to four poles, cables or handles."""
    parts = []
    for _ in range(generator.integers(1, 5)):
        ends = generator.normal(0, 1.2, (2, 3))
        bend = generator.normal(0, 0.4, 3) * float(generator.random() < 0.5)
        along = np.linspace(0, 1, 16)[:, None]
        path = ends[0] + along * (ends[1] - ends[0]) + 4 * along * (1 - along) * bend
        parts.append(Part(tube(path, generator.uniform(0.03, 0.25), 12, closed=False), _material(generator)))
    return parts


def _plant(generator: np.random.Generator) -> list[Part]:
    """Return leaves or petals on stems."""
    green = generator.random() < 0.7
    red, green_share, blue = generator.uniform([0.02, 0.08, 0.01], [0.12, 0.3, 0.06])
    leaf = Solid((float(red), float(green_share), float(blue)) if green else cloth_colour(generator), 0.5)
    along = np.linspace(0, 1, 9)
    parts = []
    for _ in range(generator.integers(4, 30)):
        length, width = generator.uniform(0.4, 1.2), generator.uniform(0.08, 0.3)
        half = width * np.sin(np.pi * along) ** 0.8
        bend = generator.uniform(-0.4, 0.4) * along**2
        outline = [np.stack([side * half, bend, along * length], 1) for side in (-1, 1)]
        faces = [[k, k + 1, 10 + k, 9 + k] for k in range(8)]
        turn = rotation("y", generator.uniform(0, 360)) @ rotation("x", generator.uniform(-80, 30))
        foot = np.array([0, generator.uniform(-0.8, 0.8), 0]) + generator.normal(0, 0.15, 3)
        parts.append(Part(_mesh(np.concatenate(outline) @ turn.T + foot, faces), leaf))
    stem = np.stack([np.zeros(8), np.linspace(-1.5, 0.8, 8), np.zeros(8)], 1)
    parts.append(Part(tube(stem, 0.05, closed=False), leaf))
    return parts
