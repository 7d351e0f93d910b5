"""A random person, put together: body, eyes, teeth, brows, lashes, hair, beard, clothes and glasses."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from renderer.people.body import Body
from renderer.people.fitting import fit
from renderer.people.geometry import Floats, Mesh, linear, normals, rotation, unit
from renderer.people.glasses import random_glasses
from renderer.people.hair import Head, Obstacles, covers_face, grow, sample_roots
from renderer.people.hairstyles import Hairstyle, random_baby_hair, random_beard, random_hairstyle
from renderer.people.parts import Card, Colour, Eye, Hair, Part, Skin, Strands, Teeth
from renderer.people.pose import Pose, random_pose
from renderer.people.shape import Character, random_person
from renderer.people.wardrobe import Outfit, Wearer, random_outfit

HAIR_COLOURS = (
    ((14, 11, 10), 5), ((28, 20, 16), 5), ((50, 34, 24), 4), ((80, 54, 36), 3), ((112, 80, 52), 2),
    ((150, 114, 74), 1.6), ((190, 156, 106), 1.4), ((110, 50, 26), 0.9),
)  # fmt: skip
GRAY = (176, 172, 166)
DYED = ((150, 50, 90), (50, 70, 130), (90, 50, 110), (160, 40, 40))


@dataclass
class Person:
    """Everything that is rendered, and facts about it for the list of renders."""

    parts: list[Part]
    strands: list[Strands]
    head: Head
    height_of_head: float
    holds_camera: bool
    facts: dict[str, object] = field(default_factory=dict)


def make_person(body: Body, assets: Path, generator: np.random.Generator, strands: int) -> Person:
    """Return a random person with about so many strands of hair."""
    vertices, character = random_person(body, generator)
    pose = random_pose(body, vertices, generator)
    posed = pose.apply(vertices, body.weights)
    head, size = _head(body, vertices, pose)
    wearer = Wearer(body, vertices, posed, pose, head, character.male)
    outfit = random_outfit(wearer, assets, generator)
    colour = _hair_colour(character, generator)
    if character.baby:
        style = random_baby_hair(generator)
    else:
        style = random_hairstyle(generator, male=character.male, oldness=character.oldness)
    if outfit.hat != "none":
        style = replace(style, fringe=0.0, lift=min(style.lift, 0.4))
    builder = _Builder(body, assets, wearer, character, outfit, style, colour, generator, strands)
    builder.add_body()
    builder.add_eyes_and_teeth()
    builder.add_brows_and_lashes()
    builder.add_hair()
    bearded = builder.add_beard()
    if generator.random() < (0.02 if character.baby else 0.2):
        builder.add_glasses()
    facts = {
        "male": character.male,
        "age": round(character.age, 3),
        "hair": style.name,
        "hat": outfit.hat,
        "beard": bearded,
        "clothes": outfit.names,
        "arms": pose.arms,
    }
    return Person(builder.parts, builder.strands, head, size, "reaching" in pose.arms.values(), facts)


def _head(body: Body, vertices: Floats, pose: Pose) -> tuple[Head, float]:
    """Return how the head lies, and its height from chin to top in dm."""
    bone = pose.matrices[body.order.index("head")]
    turn, shift = bone[:3, :3], bone[:3, 3]
    of_body = vertices[body.vertices["body"]]
    neck = vertices[body.vertices["joint-neck"]].mean(0)[1]
    top = of_body[of_body[:, 1] > neck + 0.2][:, 1].max()
    chin = vertices[body.vertices["joint-jaw"]].mean(0)[1]
    scale = (top - chin) / 2.3
    eyes = vertices[body.vertices["helper-l-eye"]].mean(0)[1]
    joint = vertices[body.vertices["joint-head"]].mean(0)[2]
    offset = np.array([0, eyes, joint]) - scale * np.array([0, 7.28, 0.16])
    return Head(turn, shift + turn @ offset, scale), float(top - chin)


def _hair_colour(character: Character, generator: np.random.Generator) -> Colour:
    light = character.origin["caucasian"] ** 1.5
    weights = np.array([w if number < 3 else w * (0.02 + light) for number, (_, w) in enumerate(HAIR_COLOURS)])
    srgb = HAIR_COLOURS[int(generator.choice(len(weights), p=weights / weights.sum()))][0]
    colour = linear(*srgb)
    if generator.random() < 0.02:
        colour = linear(*DYED[generator.integers(len(DYED))])
    gray = np.clip(character.oldness * 1.2 + generator.normal(-0.15, 0.12), 0, 1) if character.oldness else 0
    colour = colour * (1 - gray) + linear(*GRAY) * gray
    # Strands that lie free scatter more light than their colour says.
    red, green, blue = np.maximum(0.45 * colour**1.15 * np.exp(generator.normal(0, 0.12)), 0.002)
    return float(red), float(green), float(blue)


@dataclass
class _Builder:
    body: Body
    assets: Path
    wearer: Wearer
    character: Character
    outfit: Outfit
    style: Hairstyle
    hair_colour: Colour
    generator: np.random.Generator
    count: int
    parts: list[Part] = field(default_factory=list)
    strands: list[Strands] = field(default_factory=list)

    def add_body(self) -> None:
        """Add clothes, and the skin that they leave free."""
        self.parts += self.outfit.parts
        mesh = self.body.skin.moved(self.wearer.posed)
        scalp = 0.75 * self.style.fullness * self._hair_density()
        mesh = replace(mesh, rest=self.body.rest, colours=np.repeat(scalp[:, None], 3, 1)).part(
            self.body.is_body & ~self.outfit.hidden
        )
        texture = _skin_texture(self.assets, self.character, self.generator)
        tint = np.exp(self.generator.normal(0, 0.05, 3)) * np.exp(self.generator.normal(-0.05, 0.1))
        if self.character.origin["asian"] > 0.5:
            tint = tint * np.array([0.97, 0.92, 0.84])
        red, green, blue = np.clip(tint, 0.6, 1.15)
        tinted = (float(red), float(green), float(blue))
        skin = Skin(texture, tinted, self.generator.uniform(0.38, 0.58), self.hair_colour)
        self.parts.append(Part(mesh, skin, smooth=1))

    def add_eyes_and_teeth(self) -> None:
        """Add eyeballs that look about at the camera, and teeth."""
        turn = self.wearer.head.turn
        gaze = turn @ rotation("y", self.generator.normal(0, 5)) @ np.array([0, 0, 1.0])
        gaze = unit(0.5 * gaze + np.array([0, 0, 0.5]))
        folder = self.assets / "eyes/materials"
        names = ("brownlight", "brownlight", "brownlight", "brownlight", "green", "grey", "blue", "bluegreen")
        name = names[0 if self.character.origin["caucasian"] < 0.45 else self.generator.integers(len(names))]
        for side in "lr":
            ball = self.wearer.posed[self.body.vertices[f"helper-{side}-eye"]]
            centre = ball.mean(0)
            radius = float(np.linalg.norm(ball - centre, axis=1).max()) * 0.985
            self.parts.append(Part(_eyeball(centre, radius, gaze), Eye(folder / f"{name}_eye.png")))
        self._add_fitted("teeth/teeth_base/teeth_base", Teeth(self.assets / "teeth/materials/teeth.png"))

    def add_brows_and_lashes(self) -> None:
        """Add the brows and lashes as transparent pictures close to the skin."""
        brow = self.generator.integers(1, 13)
        dark = np.minimum(np.array(self.hair_colour), 0.06) * 0.8
        red, green, blue = dark
        name = f"eyebrows/eyebrow{brow:03d}/eyebrow{brow:03d}"
        self._add_fitted(name, Card(self.assets / f"{name}.png", (float(red), float(green), float(blue))), 0.015)
        lash = 2 if self.character.male else self.generator.integers(1, 5)
        name = f"eyelashes/eyelashes{lash:02d}/eyelashes{lash:02d}"
        self._add_fitted(name, Card(self.assets / f"{name}.png", (0.004, 0.003, 0.003)))

    def add_hair(self) -> None:
        """Add the hair of the head."""
        self._grow(self._hair_density(), self.style, round(self.count * self.style.fullness), 0.012)

    def _hair_density(self) -> Floats:
        """Return how densely hair grows at each vertex, 0..1: not where the head is bald or under a hat."""
        density, rest = self.body.scalp, self.body.rest
        if self.style.baldness >= 2 or self.outfit.hat == "headscarf":
            return np.zeros(len(density))
        if self.style.baldness:
            bare = np.clip((rest[:, 1] - (7.75 - 0.25 * self.style.baldness)) / 0.2, 0, 1)
            density = density * (1 - bare * np.clip((rest[:, 2] + 0.6) / 0.4, 0, 1))
        if self.outfit.hat != "none":
            density = density * (rest[:, 1] < (7.6 if self.outfit.hat == "fedora" else 7.35))
        return density

    def add_beard(self) -> bool:
        """Add a beard to some men, and return whether there is one."""
        if not self.character.male or self.character.age < 0.47 or self.generator.random() > 0.4:
            return False
        density, x = self.body.beard.copy(), self.body.rest[:, 0]
        kind = self.generator.choice(["full", "full", "goatee", "moustache"])
        if kind == "goatee":
            density *= np.abs(x) < 0.42
        elif kind == "moustache":
            density *= (self.body.rest[:, 1] > 6.68) & (np.abs(x) < 0.4)
        self._grow(np.where(density > 0.4, density, 0), random_beard(self.generator), self.count // 3, 0.011)
        return True

    def add_glasses(self) -> None:
        """Add glasses or sunglasses."""
        vertices = self.wearer.vertices
        left, right = (vertices[self.body.vertices[f"helper-{side}-eye"]].mean(0) for side in "lr")
        near = self.body.is_body & (np.abs(vertices[:, 1] - left[1]) < 0.3) & (self.body.ears < 0.3)
        width = float(np.abs(vertices[near, 0]).max()) * 0.98
        parts, name = random_glasses(left, right, width, self.wearer.head.scale, self.generator)
        head = self.body.weights[self.body.vertices["helper-l-eye"][:1]]
        for part in parts:
            weights = np.repeat(head, len(part.mesh.vertices), 0)
            self.parts.append(
                replace(part, mesh=part.mesh.moved(self.wearer.pose.apply(part.mesh.vertices, weights)))
            )
        self.outfit.names.append(name)

    def _grow(self, density: Floats, style: Hairstyle, count: int, radius: float) -> None:
        head, skin = self.wearer.head, self.body.skin
        roots, outward = sample_roots(self.wearer.posed, skin.faces, density, count, self.generator)
        if not len(roots):
            return
        upper = self.body.is_body & (self.body.rest[:, 1] > 1.5)
        solid = [(self.wearer.posed[upper], normals(self.wearer.posed, skin.faces)[upper])]
        solid += [(part.mesh.vertices, part.mesh.normals()) for part in self.outfit.parts]
        obstacles = Obstacles.of(head, solid)
        points = grow(head.to_rest(roots), outward @ head.turn, count, style, obstacles, self.generator)
        if style.comb != "beard":
            points = points[~covers_face(points)]
        points = head.from_rest(points)
        brightness = np.exp(self.generator.normal(0, 0.25, len(points)))
        thicker = (30000 / max(self.count, 1)) ** 0.5
        material = Hair(self.hair_colour, self.generator.uniform(0.35, 0.5))
        radius = radius * head.scale * thicker
        self.strands.append(Strands(points, radius, material, brightness))

    def _add_fitted(self, name: str, material: Card | Teeth, above: float = 0.0) -> None:
        fitted = fit(self.assets / f"{name}.mhclo", self.body, self.wearer.vertices)
        mesh = fitted.mesh.moved(self.wearer.pose.apply(fitted.mesh.vertices, fitted.weights))
        forward = self.wearer.head.turn @ np.array([0, 0, above])
        self.parts.append(Part(mesh.moved(mesh.vertices + forward), material, smooth=1))


def _skin_texture(assets: Path, character: Character, generator: np.random.Generator) -> Path:
    """Return a painted skin of about the person's age, sex and origin."""
    ages = ("young", "middleage", "old")
    wanted = ages[0 if character.age < 0.62 else 1 if character.age < 0.8 else 2]
    tone = "darkskinned" if character.origin["african"] > 0.45 else "lightskinned"
    sex = "male" if character.male else "female"
    for age in (wanted, "middleage", "young", "old"):
        found = sorted((assets / "skins/textures").glob(f"{age}_{tone}_{sex}_diffuse*.png"))
        if found:
            return found[generator.integers(len(found))]
    raise FileNotFoundError(f"{assets}/skins/textures: no skin {tone} {sex}")


def _eyeball(centre: Floats, radius: float, gaze: Floats) -> Mesh:
    """Return a ball whose texture coordinates put MakeHuman's picture of an eye around the gaze."""
    rings, sides = 24, 32
    right = unit(np.cross([0, 1, 0.01], gaze))
    up = np.cross(gaze, right)
    tilt, turn = np.linspace(0, np.pi, rings), np.linspace(0, 2 * np.pi, sides + 1)
    around = np.cos(turn)[None, :, None] * right + np.sin(turn)[None, :, None] * up
    directions = np.cos(tilt)[:, None, None] * gaze + np.sin(tilt)[:, None, None] * around
    bulge = 1 + 0.045 * np.exp(-((np.degrees(tilt) / 22) ** 4))
    vertices = (centre + directions * radius * bulge[:, None, None]).reshape(-1, 3)
    # In the picture the iris has a radius of 0.118 around (0.703, 0.708); on the eye it spans 30 degrees.
    spread = 0.118 * np.minimum(np.degrees(tilt), 68) / 30
    u = 0.703 + spread[:, None] * np.cos(turn)
    v = 0.708 + spread[:, None] * np.sin(turn)
    uv = np.stack([u, v], -1).reshape(-1, 2)
    width = sides + 1
    faces = [
        [i * width + j, (i + 1) * width + j, (i + 1) * width + j + 1, i * width + j + 1]
        for i in range(rings - 1)
        for j in range(sides)
    ]
    return Mesh(vertices, faces, uv[np.array(faces).reshape(-1)])
