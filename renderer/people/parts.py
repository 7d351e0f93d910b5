"""What a person is made of, for Blender: meshes and strands, each with a material. Colours are linear, 0..1."""

from dataclasses import dataclass
from pathlib import Path

from renderer.people.geometry import Floats, Mesh

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Skin:
    """A painted skin, multiplied by a tint; the mesh's colours say how much of the hair's colour shows."""

    texture: Path
    tint: Colour
    roughness: float
    hair: Colour


@dataclass(frozen=True)
class Eye:
    """An eyeball whose texture coordinates lie on a picture of an eye."""

    texture: Path


@dataclass(frozen=True)
class Card:
    """A transparent picture of hairs, of which only the alpha is used."""

    texture: Path
    colour: Colour


@dataclass(frozen=True)
class Cloth:
    """Cloth: a texture, if there is one, mixed with a colour, and a pattern of a second colour on that.

    `pattern` is plain, stripes, checks or print; `frequency` is per dm; `wrinkles` and `weave` are 0..1.
    """

    colour: Colour
    texture: Path | None = None
    recolour: float = 0.0
    pattern: str = "plain"
    second: Colour = (0.5, 0.5, 0.5)
    frequency: float = 1.0
    vertical: bool = False
    roughness: float = 0.8
    wrinkles: float = 0.3
    weave: float = 0.3


@dataclass(frozen=True)
class Hair:
    """Hair of a colour; `roughness` 0..1."""

    colour: Colour
    roughness: float


@dataclass(frozen=True)
class Solid:
    """A plain, smooth material: plastic, metal, dark glass."""

    colour: Colour
    roughness: float
    metallic: float = 0.0


@dataclass(frozen=True)
class Teeth:
    """Teeth and gums, by a texture."""

    texture: Path


Material = Skin | Eye | Card | Cloth | Hair | Solid | Teeth


@dataclass(frozen=True)
class Part:
    """A mesh in the scene; `smooth` is how often it is subdivided, `thickness` in dm."""

    mesh: Mesh
    material: Material
    smooth: int = 0
    thickness: float = 0.0


@dataclass(frozen=True)
class Strands:
    """Strands (N, K, 3) in the scene, with a radius in dm, and a factor (N,) of the material's colour."""

    points: Floats
    radius: float
    material: Hair
    brightness: Floats
