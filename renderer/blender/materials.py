"""Blender's materials for the parts of a person."""

from collections.abc import Mapping
from functools import singledispatch
from pathlib import Path
from typing import Any

import bpy

from renderer.people.parts import Card, Cloth, Colour, Eye, Hair, Skin, Solid, Teeth


class Nodes:
    """Builds the node tree of a material; sockets are passed around as values."""

    def __init__(self, name: str) -> None:
        """Start an empty material."""
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()
        self.output = self.tree.nodes.new("ShaderNodeOutputMaterial")

    def add(self, kind: str, *, inputs: Mapping[Any, Any] | None = None, **properties: Any) -> Any:
        """Add a node; each input is a socket or a value."""
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for name, value in properties.items():
            setattr(node, name, value)
        for key, value in (inputs or {}).items():
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, node.inputs[key])
            else:
                node.inputs[key].default_value = value
        return node

    def finish(self, shader: Any) -> Any:
        """Use a shader for the surface, and return the material."""
        self.tree.links.new(shader.outputs[0], self.output.inputs["Surface"])
        return self.material

    def picture(self, path: Path, *, colour: bool = True) -> Any:
        """Add a picture by the mesh's texture coordinates."""
        image = bpy.data.images.load(str(path), check_existing=True)
        image.colorspace_settings.name = "sRGB" if colour else "Non-Color"
        return self.add("TexImage", image=image)

    def attribute(self, name: str, output: str = "Vector") -> Any:
        """Return a socket with an attribute of the mesh."""
        return self.add("Attribute", attribute_name=name).outputs[output]

    def calculate(self, operation: str, *values: Any) -> Any:
        """Return a socket with the result of a scalar operation."""
        return self.add("Math", operation=operation, inputs=dict(enumerate(values))).outputs[0]

    def mix(self, share: Any, first: Any, second: Any, blend: str = "MIX") -> Any:
        """Return a socket with a mix of two colours."""
        inputs = {0: share, 1: first, 2: second}
        return self.add("MixRGB", blend_type=blend, inputs=inputs).outputs[0]

    def noise(self, place: Any, scale: float, detail: float = 4, distortion: float = 0) -> Any:
        """Return a socket with smooth noise, 0..1."""
        inputs = {"Vector": place, "Scale": scale, "Detail": detail, "Distortion": distortion}
        return self.add("TexNoise", inputs=inputs).outputs[0]

    def bump(self, height: Any, strength: float, distance: float, normal: Any = None) -> Any:
        """Return a socket with the normal of a surface that has these heights; distance in metres."""
        inputs = {"Height": height, "Strength": strength, "Distance": distance}
        if normal is not None:
            inputs["Normal"] = normal
        return self.add("Bump", inputs=inputs).outputs[0]


def _rgba(colour: Colour) -> tuple[float, float, float, float]:
    return (*colour, 1.0)


@singledispatch
def make_material(material: object) -> Any:
    """Return Blender's material for a description."""
    raise TypeError(material)


@make_material.register
def _(material: Skin) -> Any:
    nodes = Nodes("skin")
    painted = nodes.picture(material.texture)
    colour = nodes.mix(1.0, painted.outputs[0], _rgba(material.tint), "MULTIPLY")
    colour = nodes.mix(nodes.attribute("colours", "Fac"), colour, _rgba(material.hair))
    rest = nodes.attribute("rest")
    pores = nodes.bump(nodes.noise(rest, 60, 3), 0.16, 0.0006)
    creases = nodes.bump(nodes.add("RGBToBW", inputs={0: painted.outputs[0]}).outputs[0], 0.35, 0.0012, pores)
    shine = nodes.calculate("MULTIPLY_ADD", nodes.noise(rest, 8), 0.25, material.roughness - 0.12)
    inputs = {
        "Base Color": colour,
        "Roughness": shine,
        "Normal": creases,
        "Specular IOR Level": 0.4,
        "Subsurface Weight": 0.22,
        "Subsurface Radius": (1.0, 0.35, 0.2),
        "Subsurface Scale": 0.008,
    }
    return nodes.finish(nodes.add("BsdfPrincipled", subsurface_method="BURLEY", inputs=inputs))


@make_material.register
def _(material: Eye) -> Any:
    nodes = Nodes("eye")
    colour = nodes.mix(1.0, nodes.picture(material.texture).outputs[0], (0.45, 0.42, 0.41, 1), "MULTIPLY")
    inputs = {"Base Color": colour, "Roughness": 0.25, "Coat Weight": 1.0, "Coat Roughness": 0.02}
    return nodes.finish(nodes.add("BsdfPrincipled", inputs=inputs))


@make_material.register
def _(material: Teeth) -> Any:
    nodes = Nodes("teeth")
    colour = nodes.mix(1.0, nodes.picture(material.texture).outputs[0], (0.8, 0.76, 0.7, 1), "MULTIPLY")
    inputs = {"Base Color": colour, "Roughness": 0.2, "Subsurface Weight": 0.1, "Subsurface Scale": 0.003}
    return nodes.finish(nodes.add("BsdfPrincipled", inputs=inputs))


@make_material.register
def _(material: Card) -> Any:
    nodes = Nodes("card")
    hairs = nodes.picture(material.texture)
    shader = nodes.add("BsdfPrincipled", inputs={"Base Color": _rgba(material.colour), "Roughness": 0.55})
    clear = nodes.add("BsdfTransparent")
    share = nodes.calculate("MULTIPLY", hairs.outputs["Alpha"], 0.92)
    return nodes.finish(nodes.add("MixShader", inputs={0: share, 1: clear.outputs[0], 2: shader.outputs[0]}))


@make_material.register
def _(material: Hair) -> Any:
    nodes = Nodes("hair")
    brightness = nodes.attribute("brightness", "Fac")
    colour = nodes.add("VectorMath", operation="SCALE", inputs={0: material.colour, "Scale": brightness}).outputs[
        0
    ]
    inputs = {"Color": colour, "Roughness": material.roughness, "Radial Roughness": 0.5, "IOR": 1.4}
    shader = nodes.add("BsdfHairPrincipled", model="CHIANG", parametrization="COLOR", inputs=inputs)
    return nodes.finish(shader)


@make_material.register
def _(material: Solid) -> Any:
    nodes = Nodes("solid")
    inputs = {"Base Color": _rgba(material.colour), "Roughness": material.roughness, "Metallic": material.metallic}
    return nodes.finish(nodes.add("BsdfPrincipled", inputs=inputs))


@make_material.register
def _(material: Cloth) -> Any:
    nodes = Nodes("cloth")
    rest = nodes.attribute("rest")
    colour = _pattern(nodes, material, rest)
    if material.texture:
        # The painted cloth keeps its seams and folds, and takes the new colour.
        painted = nodes.picture(material.texture).outputs[0]
        gray = nodes.calculate("MULTIPLY", nodes.add("RGBToBW", inputs={0: painted}).outputs[0], 2.2)
        tinted = nodes.mix(1.0, nodes.mix(1.0, gray, colour, "MULTIPLY"), (1, 1, 1, 1), "DARKEN")
        colour = nodes.mix(material.recolour, painted, tinted)
    shade = nodes.calculate("MULTIPLY_ADD", nodes.noise(rest, 3, 6), 0.3, 0.85)
    colour = nodes.add("VectorMath", operation="SCALE", inputs={0: colour, "Scale": shade}).outputs[0]
    folds = nodes.bump(nodes.noise(rest, 1.3, 3, 1.1), material.wrinkles, 0.03)
    normal = nodes.bump(nodes.noise(rest, 45, 2), material.weave, 0.003, folds)
    inputs = {
        "Base Color": colour,
        "Roughness": material.roughness,
        "Specular IOR Level": 0.2,
        "Sheen Weight": 0.15,
        "Normal": normal,
    }
    return nodes.finish(nodes.add("BsdfPrincipled", inputs=inputs))


def _pattern(nodes: Nodes, material: Cloth, rest: Any) -> Any:
    first, second = _rgba(material.colour), _rgba(material.second)
    x, y, _ = nodes.add("SeparateXYZ", inputs={0: rest}).outputs

    def bands(along: Any) -> Any:
        wave = nodes.calculate("SINE", nodes.calculate("MULTIPLY", along, material.frequency * 6.2832))
        return nodes.calculate("GREATER_THAN", wave, 0.25)

    if material.pattern == "stripes":
        return nodes.mix(bands(x if material.vertical else y), first, second)
    if material.pattern == "checks":
        both = nodes.calculate("MULTIPLY", nodes.calculate("ADD", bands(x), bands(y)), 0.5)
        return nodes.mix(both, first, second)
    if material.pattern == "print":
        spots = nodes.calculate("GREATER_THAN", nodes.noise(rest, 1.5 * material.frequency, 1), 0.56)
        return nodes.mix(spots, first, second)
    return nodes.mix(0.0, first, second)
