"""What a random person wears: MakeHuman's clothes, shirts cut from a surface near the body, hats, scarves."""

import colorsys
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from renderer.people.body import Body
from renderer.people.fitting import fit
from renderer.people.geometry import Floats, Mesh, cut, linear, noise, pieces, tube
from renderer.people.hair import Head
from renderer.people.parts import Cloth, Colour, Part
from renderer.people.pose import Pose

SUITS = {
    False: ("female_casualsuit01", "female_casualsuit02", "female_elegantsuit01", "female_sportsuit01"),
    True: (
        "male_casualsuit01", "male_casualsuit02", "male_casualsuit03", "male_casualsuit04", "male_casualsuit05",
        "male_casualsuit06", "male_elegantsuit01", "male_worksuit01",
    ),
}  # fmt: skip
HATS = ("none", "beanie", "cap", "fedora", "headscarf")


@dataclass
class Outfit:
    """The parts worn, the names of what they are, and the body's vertices that they hide."""

    parts: list[Part] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    hidden: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    hat: str = "none"


@dataclass(frozen=True)
class Wearer:
    """The person to dress: vertices at rest and in the pose."""

    body: Body
    vertices: Floats
    posed: Floats
    pose: Pose
    head: Head
    male: bool


def random_outfit(wearer: Wearer, assets: Path, generator: np.random.Generator) -> Outfit:
    """Dress a person."""
    outfit = Outfit(hidden=np.zeros(len(wearer.vertices), bool))
    if generator.random() < 0.55:
        _put_on_suit(outfit, wearer, assets, generator)
    else:
        _put_on_shirt(outfit, wearer, generator)
    if generator.random() < 0.05:
        _put_on_scarf(outfit, wearer, generator)
    outfit.hat = str(generator.choice(HATS, p=[0.83, 0.05, 0.05, 0.03, 0.04]))
    if outfit.hat == "fedora":
        _put_on_fedora(outfit, wearer, assets, generator)
    elif outfit.hat != "none":
        _put_on_hat(outfit, wearer, generator)
    return outfit


def cloth_colour(generator: np.random.Generator) -> Colour:
    """Return a colour that clothes often have: black, white, gray, navy, and any other less often."""
    kind = generator.random()
    if kind < 0.28:
        values = generator.uniform(12, 55) + generator.uniform(-5, 10, 3)
    elif kind < 0.44:
        values = generator.uniform(185, 240) - generator.uniform(0, 18, 3)
    elif kind < 0.56:
        values = generator.uniform(70, 170) + generator.uniform(-10, 10, 3)
    elif kind < 0.7:
        values = generator.uniform([15, 25, 55], [50, 65, 120])
    else:
        shade = colorsys.hsv_to_rgb(generator.random(), generator.uniform(0.15, 0.6), generator.uniform(0.2, 0.8))
        values = 255 * np.array(shade)
    red, green, blue = linear(*np.clip(values, 3, 245))
    return float(red), float(green), float(blue)


def random_cloth(generator: np.random.Generator) -> Cloth:
    """Return cloth of one colour, or with stripes, checks or a print."""
    pattern = str(generator.choice(["plain", "stripes", "checks", "print"], p=[0.66, 0.14, 0.08, 0.12]))
    return Cloth(
        cloth_colour(generator),
        pattern=pattern,
        second=cloth_colour(generator),
        frequency=float(np.exp(generator.uniform(np.log(0.5), np.log(3.5)))),
        vertical=bool(generator.random() < 0.35),
        roughness=generator.uniform(0.6, 0.95),
        wrinkles=generator.uniform(0.2, 0.7),
        weave=generator.uniform(0, 0.5),
    )


def _put_on_suit(outfit: Outfit, wearer: Wearer, assets: Path, generator: np.random.Generator) -> None:
    names = SUITS[wearer.male]
    name = names[generator.integers(len(names))]
    folder = assets / "clothes" / name
    fitted = fit(folder / f"{name}.mhclo", wearer.body, wearer.vertices)
    mesh = fitted.mesh.moved(wearer.pose.apply(fitted.mesh.vertices, fitted.weights))
    texture = folder / f"{name}_diffuse.png"
    if texture.is_file() and generator.random() < 0.75:
        recolour = 0.0 if generator.random() < 0.25 else generator.uniform(0.7, 1)
        cloth = Cloth(cloth_colour(generator), texture, recolour, wrinkles=0.15)
        outfit.parts.append(Part(mesh, cloth, smooth=1))
    else:  # each piece of cloth in a colour of its own
        for number in np.unique(label := pieces(mesh)):
            outfit.parts.append(Part(mesh.part(label == number), random_cloth(generator), smooth=1))
    outfit.hidden[fitted.covered] = True
    outfit.names.append(name)


def _put_on_shirt(outfit: Outfit, wearer: Wearer, generator: np.random.Generator) -> None:
    """Cut a shirt of the surface close to the body, with a round or a pointed neckline."""
    rest = wearer.body.rest
    across, height, depth = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    neckline = generator.uniform(5.25, 5.85)
    drop = generator.uniform(0.1, 0.6) if generator.random() < 0.45 else 0.0
    pointed = generator.random() < 0.4
    falls = np.clip(1 - across / 0.75, 0, 1) if pointed else np.sqrt(np.clip(1 - (across / 0.85) ** 2, 0, 1))
    line = neckline - 1.4 * drop * falls * (depth > 0)
    sleeve = float(generator.choice([2.0, 2.7, 3.3, 5.1]))
    loose = generator.uniform(0.03, 0.1)
    outward = wearer.body.tights.moved(wearer.posed).normals()
    bulge = loose * (1 + 0.25 * noise(rest, generator, 1.2))
    mesh = wearer.body.tights.moved(wearer.posed + outward * bulge[:, None])
    # Above the shoulders the line decides, on the arms the sleeve.
    inside = np.minimum(line - height + 2.5 * np.clip(across - 0.8, 0, None), sleeve - across)
    cloth = random_cloth(generator)
    shirt = cut(mesh, inside)
    outfit.parts.append(Part(shirt, cloth, smooth=1, thickness=0.05))
    outfit.names.append("shirt" if sleeve > 5 else "t-shirt")
    # Skin well below the cloth is left out, so that it never shows through.
    outfit.hidden |= wearer.body.is_body & (inside > 0.9) & (height < 5.2) & (across < 5.2) & (height > -4)


def _put_on_scarf(outfit: Outfit, wearer: Wearer, generator: np.random.Generator) -> None:
    joint = wearer.body.vertices["joint-neck"]
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    waves = 0.07 * np.sin(3 * angle + generator.uniform(0, 6)) - 0.05
    ring = wearer.vertices[joint].mean(0) + np.stack([0.85 * np.cos(angle), waves, 0.8 * np.sin(angle)], 1)
    path = wearer.pose.apply(ring, np.repeat(wearer.body.weights[joint[:1]], 40, 0))
    mesh = tube(path, generator.uniform(0.22, 0.34), 16, closed=True)
    folds = 0.05 * noise(mesh.vertices, generator, 4.0)
    mesh = replace(mesh, vertices=mesh.vertices + folds[:, None] * mesh.normals(), rest=mesh.vertices)
    outfit.parts.append(Part(mesh, replace(random_cloth(generator), weave=0.9), smooth=1))
    outfit.names.append("scarf")


def _put_on_fedora(outfit: Outfit, wearer: Wearer, assets: Path, generator: np.random.Generator) -> None:
    name = str(generator.choice(["fedora", "fedora_cocked"]))
    fitted = fit(assets / f"clothes/fedora01/{name}.mhclo", wearer.body, wearer.vertices)
    mesh = fitted.mesh.moved(wearer.pose.apply(fitted.mesh.vertices, fitted.weights))
    for number in np.unique(label := pieces(mesh)):
        cloth = Cloth(cloth_colour(generator), roughness=0.9, wrinkles=0.1, weave=0.5)
        outfit.parts.append(Part(mesh.part(label == number), cloth, smooth=1))
    outfit.names.append("fedora")


def _put_on_hat(outfit: Outfit, wearer: Wearer, generator: np.random.Generator) -> None:
    """Make a hat of the head's own surface."""
    body, rest = wearer.body, wearer.body.rest
    height, depth = rest[:, 1], rest[:, 2]
    if outfit.hat == "headscarf":
        around = np.maximum(body.above_hairline + 0.05, np.minimum(7.6 - height, 0.5 - depth))
        under_chin = np.minimum(6.3 - height, height - 5.45)
        inside = np.maximum(np.minimum(around, height - 5.45), under_chin)
        inside = np.minimum(inside, 1.35 - np.abs(rest[:, 0]))
        thick = 0.14
    else:
        rim = [7.0, 7.55] if outfit.hat == "beanie" else [7.3, 7.7]
        lowest = np.interp(depth, [-0.8, 1.4], rim) + generator.uniform(-0.05, 0.12)
        inside = height - lowest
        thick = 0.11
    outward = body.skin.moved(wearer.vertices).normals()
    shape = wearer.vertices + outward * thick
    if outfit.hat != "headscarf":
        top = np.clip((height - 7.9) / 0.5, 0, 1)
        shape[:, 1] += top * (0.05 + generator.uniform(0, 0.16) * (outfit.hat == "beanie"))
    mesh = body.skin.moved(_relaxed(body.skin, shape, inside > -0.4, 14 if outfit.hat == "headscarf" else 8))
    near = body.is_body & (body.mouth < 0.3) & (inside > -1.2)
    mesh, used = mesh.part(near), _used(body.skin, near)
    piece = cut(mesh.moved(wearer.pose.apply(mesh.vertices, body.weights[used])), inside[used])
    cloth = replace(random_cloth(generator), weave=1.0 if outfit.hat == "beanie" else 0.4)
    outfit.parts.append(Part(piece, cloth, smooth=2, thickness=0.07))
    outfit.names.append(outfit.hat)
    if outfit.hat == "cap":
        outfit.parts.append(Part(_peak(wearer), replace(cloth, pattern="plain"), smooth=1, thickness=0.05))


def _used(mesh: Mesh, keep: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the vertices of the faces that `Mesh.part` keeps."""
    return np.unique([i for face in mesh.faces if all(keep[i] for i in face) for i in face]).astype(np.int64)


def _relaxed(mesh: Mesh, vertices: Floats, where: NDArray[np.bool_], rounds: int) -> Floats:
    """Return vertices smoothed where asked, so that ears and folds do not show through cloth."""
    edges = np.array([[face[k], face[k - 1]] for face in mesh.faces for k in range(len(face))])
    both = np.concatenate([edges, edges[:, ::-1]])
    count = np.bincount(both[:, 0], minlength=len(vertices))
    result = vertices.copy()
    moving = where & (count > 0)
    for _ in range(rounds):
        total = np.zeros_like(result)
        np.add.at(total, both[:, 0], result[both[:, 1]])
        mean = total / np.maximum(count, 1)[:, None]
        result[moving] = 0.4 * result[moving] + 0.6 * mean[moving]
    outward = mesh.moved(vertices).normals()
    sunk = np.clip(((vertices - result) * outward).sum(1), 0, None)
    result[moving] += (0.6 * sunk[:, None] * outward)[moving]
    return result


def _peak(wearer: Wearer) -> Mesh:
    """Return the peak of a cap, in the scene."""
    angle = np.linspace(-1.15, 1.15, 25)
    front = np.array([0, 7.72, 0.38])
    inner = np.stack([0.8 * np.sin(angle), -0.06 * angle**2, 1.02 * np.cos(angle)], 1) + front
    reach = 1.02 * np.cos(angle) + 0.72 * np.clip(np.cos(1.3 * angle), 0, None)
    outer = np.stack([0.87 * np.sin(angle), -0.16 - 0.16 * angle**2, reach], 1) + front
    middle = (inner + outer) / 2 + np.array([0, 0.04, 0])
    rows = np.concatenate([inner, middle, outer])
    faces = [
        [r * 25 + k, r * 25 + k + 1, (r + 1) * 25 + k + 1, (r + 1) * 25 + k] for r in range(2) for k in range(24)
    ]
    return Mesh(wearer.head.from_rest(rows), faces, np.zeros((4 * len(faces), 2)), rest=rows)
