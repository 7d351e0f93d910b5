"""The pose of a random person: head, spine, arms and hands, by turning bones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renderer.people.body import Body
from renderer.people.geometry import Floats, rotation

ARMS = {"down": 0.72, "reaching": 0.08, "raised": 0.04, "front": 0.08, "at the head": 0.08}
"""What an arm does, and how often."""
HEAD_PLACES = ((0.1, -0.5, 1.6), (0.6, -0.1, 1.3), (0.9, 0.6, 1.0), (1.1, 1.3, 0.6))
"""Where hands rest: under the chin, at the jaw, the cheek and the temple. From the jaw's joint towards the hand's
side, up and to the front, in distances between jaw and eyes."""
TRIES = 80
"""So many arms are tried for a hand at the head."""


@dataclass(frozen=True)
class Pose:
    """A matrix (4, 4) for each bone, in the body's order, and what each arm does."""

    matrices: Floats
    arms: dict[str, str]

    def apply(self, vertices: Floats, weights: Floats) -> Floats:
        """Return vertices (N, 3) moved with the bones by their weights (N, bones): linear blend skinning."""
        blended = np.tensordot(weights, self.matrices, 1)
        return np.asarray(np.einsum("nij,nj->ni", blended[:, :3, :3], vertices) + blended[:, :3, 3])


def random_pose(body: Body, vertices: Floats, generator: np.random.Generator) -> Pose:
    """Return a pose of a person who stands or sits before a camera."""
    turns: dict[str, Floats] = {}
    yaw, pitch, roll = (float(generator.normal(*of)) for of in ((0, 11), (-1, 5), (0, 5)))
    for bone, share in (("neck01", 0.2), ("neck02", 0.2), ("neck03", 0.2), ("head", 0.4)):
        angles = np.clip([yaw, pitch, roll], [-35, -18, -18], [35, 20, 18]) * share
        turns[bone] = rotation("y", angles[0]) @ rotation("x", angles[1]) @ rotation("z", angles[2])
    for bone in ("spine01", "spine02", "spine03"):
        bend = rotation("x", generator.normal(1, 2)) @ rotation("z", generator.normal(0, 2))
        turns[bone] = bend @ rotation("y", generator.normal(0, 3))
    arms = {}
    for side, sign in (("L", 1), ("R", -1)):
        arms[side] = str(generator.choice(list(ARMS), p=list(ARMS.values())))
        turns |= _arm(arms[side], side, sign, generator)
        if arms[side] == "at the head":
            turns = _nearest_to_head(body, vertices, turns, side, sign, generator)
    return Pose(_matrices(body, vertices, turns), arms)


def _nearest_to_head(
    body: Body, vertices: Floats, turns: dict[str, Floats], side: str, sign: int, generator: np.random.Generator
) -> dict[str, Floats]:
    """Return the turns of that arm, of many random ones, whose fingers come nearest to a place on the head."""
    chin, eyes = (vertices[body.vertices[name]].mean(0) for name in ("joint-jaw", "joint-l-eye"))
    size = eyes[1] - chin[1]
    place = chin + size * np.array(HEAD_PLACES[generator.integers(len(HEAD_PLACES))]) * np.array([sign, 1, 1])
    head, fingers = body.order.index("head"), body.order.index(f"finger3-1.{side}")
    knuckle = np.append(_head(body, f"finger3-1.{side}", vertices), 1)
    best, least = turns, np.inf
    for _ in range(TRIES):
        tried = turns | _arm("at the head", side, sign, generator)
        matrices = _matrices(body, vertices, tried)
        gap = float(np.linalg.norm((matrices[fingers] @ knuckle - matrices[head] @ np.append(place, 1))[:3]))
        if gap < least:
            best, least = tried, gap
    return best


def _arm(kind: str, side: str, sign: int, generator: np.random.Generator) -> dict[str, Floats]:
    """Return the turns of one arm's bones; a reaching arm holds the camera."""
    hang = generator.uniform(20, 36)
    upper = rotation("z", -sign * hang)
    if kind == "down":
        upper = rotation("x", generator.normal(0, 8)) @ upper
        lower = rotation("x", -generator.uniform(0, 35))
    elif kind == "front":
        upper = rotation("x", generator.normal(-12, 8)) @ upper
        lower = rotation("y", -sign * generator.uniform(20, 60)) @ rotation("x", -generator.uniform(70, 105))
    elif kind == "at the head":
        upper = (
            rotation("y", -sign * generator.uniform(-15, 60)) @ rotation("x", -generator.uniform(10, 75)) @ upper
        )
        lower = rotation("y", -sign * generator.uniform(-20, 60)) @ rotation("x", -generator.uniform(95, 150))
    elif kind == "reaching":
        upper = rotation("y", sign * generator.uniform(5, 40)) @ rotation("x", -generator.uniform(50, 85)) @ upper
        lower = rotation("x", -generator.uniform(0, 35))
    else:
        upper = (
            rotation("y", -sign * generator.uniform(-5, 20)) @ rotation("x", -generator.uniform(15, 50)) @ upper
        )
        lower = rotation("y", -sign * generator.uniform(10, 50)) @ rotation("x", -generator.uniform(105, 135))
    turns = {
        f"clavicle.{side}": rotation("z", sign * generator.normal(-3, 3)),
        f"upperarm01.{side}": upper,
        f"lowerarm01.{side}": lower,
        f"wrist.{side}": rotation("x", generator.normal(0, 15)) @ rotation("z", generator.normal(0, 10)),
    }
    curl = generator.uniform(5, 40)
    for finger in range(1, 6):
        for joint in range(1, 4):
            share = 0.2 if finger == 1 else generator.uniform(0.6, 1)
            turns[f"finger{finger}-{joint}.{side}"] = rotation("z", -sign * curl * share)
    return turns


def _matrices(body: Body, vertices: Floats, turns: dict[str, Floats]) -> Floats:
    matrices: list[NDArray[np.float64]] = []
    for bone, parent in zip(body.order, body.parents, strict=True):
        matrix = np.eye(4)
        if bone in turns:
            head = _head(body, bone, vertices)
            matrix[:3, :3] = turns[bone]
            matrix[:3, 3] = head - turns[bone] @ head
        matrices.append(matrices[parent] @ matrix if parent >= 0 else matrix)
    return np.array(matrices)


def _head(body: Body, bone: str, vertices: Floats) -> Floats:
    """Return where a bone starts in a person's mesh."""
    entry = body.bones[bone]["head"]
    if entry.get("strategy") == "CUBE":
        return np.asarray(vertices[body.vertices[entry["cube_name"]]].mean(0))
    if "vertex_indices" in entry:
        return np.asarray(vertices[entry["vertex_indices"]].mean(0))
    if "vertex_index" in entry:
        return np.asarray(vertices[entry["vertex_index"]])
    x, y, z = np.array(entry["default_position"]) * 10
    return np.array([x, z, -y])
