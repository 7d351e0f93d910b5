"""The shape of a random person: sex, age, build, origin, features and an expression."""

from dataclasses import dataclass

import numpy as np

from renderer.people.body import Body
from renderer.people.geometry import Floats

ORIGINS = ("african", "asian", "caucasian")
FEATURES = ("head", "forehead", "eyebrows", "eyes", "nose", "mouth", "chin", "cheek", "ears", "neck")
OPPOSITES = (("incr", "decr"), ("up", "down"), ("in", "out"), ("forward", "backward"), ("convex", "concave"),
             ("compress", "uncompress"))  # fmt: skip
CHILD, YOUNG = 0.19, 0.5
"""The ages for which there are shapes between that of a baby, 0, and that of the old, 1."""
HEADS = ("diamond", "invertedtriangular", "oval", "rectangular", "round", "square")


@dataclass(frozen=True)
class Character:
    """Who the person is: `age` is 0 for a baby, 0.19 for a child, 0.5 at 25 years and 1 in old age.

    `origin` sums to 1.
    """

    male: bool
    age: float
    origin: dict[str, float]
    weight: float

    @property
    def baby(self) -> bool:
        """Whether the person is younger than a child."""
        return self.age < CHILD

    @property
    def oldness(self) -> float:
        """0 for the young, 1 for the old."""
        return max(0.0, (self.age - 0.6) / 0.4)


class Shaper:
    """Adds shapes to a copy of the body."""

    def __init__(self, body: Body) -> None:
        """Start from the base mesh."""
        self.body, self.vertices = body, body.rest.copy()

    def add(self, shape: str, amount: float) -> None:
        """Move the vertices by a share of a shape; a shape that does not exist changes nothing."""
        if abs(amount) > 1e-3 and shape in self.body.shapes:
            vertices, offsets = self.body.shapes[shape]
            self.vertices[vertices] += amount * offsets


def random_person(body: Body, generator: np.random.Generator) -> tuple[Floats, Character]:
    """Return the vertices of a random person at rest, (N, 3), and who it is."""
    character = _character(generator)
    shaper = Shaper(body)
    _add_build(shaper, character, generator)
    _add_features(shaper, generator)
    for name, amount in _expression(generator).items():
        shaper.add(f"unit/{name}", amount)
    return shaper.vertices, character


def _character(generator: np.random.Generator) -> Character:
    origin = dict(zip(ORIGINS, generator.dirichlet([0.3, 0.35, 0.45]).tolist(), strict=True))
    kind = generator.random()
    if kind < 0.06:
        age = CHILD * generator.uniform(0, 0.7)
    elif kind < 0.16:
        age = CHILD + (YOUNG - CHILD) * generator.uniform(0, 0.7)
    elif kind < 0.75:
        age = 0.5 + 0.5 * generator.uniform(0, 0.3)
    else:
        age = 0.5 + 0.5 * generator.uniform(0.3, 1)
    weight = float(np.clip(generator.normal(0.5, 0.25), 0, 1))
    return Character(bool(generator.random() < 0.5), age, origin, weight)


def _blend(value: float, name: str) -> dict[str, float]:
    """Return how much of the least, average and greatest shape make a value 0..1."""
    return {
        f"min{name}": max(0.0, 1 - 2 * value),
        f"average{name}": 1 - abs(2 * value - 1),
        f"max{name}": max(0.0, 2 * value - 1),
    }


def _add_build(shaper: Shaper, character: Character, generator: np.random.Generator) -> None:
    other = float(np.clip(generator.normal(0.06, 0.08), 0, 0.35))
    sexes = {"male": 1 - other, "female": other} if character.male else {"male": other, "female": 1 - other}
    if character.baby:
        share = character.age / CHILD
        ages = {"baby": 1 - share, "child": share}
    elif character.age < YOUNG:
        share = (character.age - CHILD) / (YOUNG - CHILD)
        ages = {"child": 1 - share, "young": share}
    else:
        share = (character.age - YOUNG) / (1 - YOUNG)
        ages = {"young": 1 - share, "old": share}
    muscles = _blend(float(np.clip(generator.normal(0.5, 0.18), 0, 1)), "muscle")
    weights = _blend(character.weight, "weight")
    cups = _blend(float(np.clip(generator.normal(0.45, 0.25), 0, 1)), "cup")
    height = float(np.clip(generator.normal(0, 0.4), -1, 1))
    tall = "maxheight" if height > 0 else "minheight"
    for sex, of_sex in sexes.items():
        for age, of_age in ages.items():
            for origin, of_origin in character.origin.items():
                shaper.add(f"macrodetails/{origin}-{sex}-{age}", of_sex * of_age * of_origin)
            for muscle, of_muscle in muscles.items():
                for weight, of_weight in weights.items():
                    name, amount = f"{sex}-{age}-{muscle}-{weight}", of_sex * of_age * of_muscle * of_weight
                    shaper.add(f"macrodetails/universal-{name}", amount)
                    shaper.add(f"height/{name}-{tall}", amount * abs(height))
                    for cup, of_cup in cups.items() if sex == "female" else ():
                        shaper.add(f"breast/{name}-{cup}-averagefirmness", amount * of_cup)
    shaper.add(f"torso/torso-scale-horiz-{generator.choice(['incr', 'decr'])}", generator.uniform(0, 0.4))


def _add_features(shaper: Shaper, generator: np.random.Generator) -> None:
    """Change the features of the face, both sides nearly alike."""
    done = set()
    for shape in sorted(shaper.body.shapes):
        group, _, name = shape.partition("/")
        if group not in FEATURES or name.startswith("r-") or ("trans" in name and group in ("neck", "head")):
            continue
        for more, less in OPPOSITES:
            stem = shape.removesuffix(more)
            if stem == shape or stem in done:
                continue
            done.add(stem)
            amount = float(
                np.clip(
                    generator.normal(0, 0.2 if group in ("neck", "eyes", "head", "eyebrows") else 0.28), -0.8, 0.8
                )
            )
            changed = stem + (more if amount > 0 else less)
            shaper.add(changed, abs(amount))
            if name.startswith("l-"):
                shaper.add(changed.replace("/l-", "/r-"), abs(amount) * generator.uniform(0.88, 1.08))
            break
    shaper.add(f"head/head-{generator.choice(HEADS)}", generator.uniform(0, 0.6))


def _expression(generator: np.random.Generator) -> dict[str, float]:
    """Return amounts of facial units: most people smile, some with an open mouth."""
    kind = generator.random()
    found: dict[str, float] = {}
    if kind < 0.72:
        smile = generator.uniform(0.4, 1.1)
        found = _both("mouthSmile", smile, generator) | _both("cheekSquint", smile * 0.6, generator)
        found |= _both("eyeSquint", smile * 0.35, generator)
        if generator.random() < 0.5:
            lips = generator.uniform(0.15, 0.5) * smile
            found |= _both("mouthUpperUp", lips, generator) | _both("mouthLowerDown", lips, generator)
            found["jawOpen"] = generator.uniform(0.02, 0.16) * smile
    elif kind < 0.75:
        found["mouthPucker"] = generator.uniform(0.2, 0.6)
    elif kind < 0.79:
        found["jawOpen"] = generator.uniform(0.05, 0.3)
    elif kind < 0.82:
        found |= _both("mouthFrown", generator.uniform(0.1, 0.4), generator)
    for name in ("browOuterUp", "eyeSquint"):
        if generator.random() < 0.3:
            found |= _both(name, generator.uniform(0, 0.35), generator)
    if generator.random() < 0.5:
        found["browInnerUp"] = generator.uniform(0, 0.5)
    return found | _both("eyeBlink", generator.uniform(0.05, 0.2), generator)


def _both(name: str, amount: float, generator: np.random.Generator) -> dict[str, float]:
    return {f"{name}{side}": amount * generator.uniform(0.92, 1.08) for side in ("Left", "Right")}
