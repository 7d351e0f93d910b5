"""Puts the parts of a person into Blender's scene. Blender's axes are x, -z, y of ours; its unit is a metre."""

from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from renderer.blender.materials import make_material
from renderer.people.geometry import Floats
from renderer.people.parts import Part, Strands
from renderer.people.person import Person


def to_blender(points: Floats) -> Any:
    """Return points (..., 3), dm, in Blender's axes and metres, float32."""
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], -1).astype(np.float32) * 0.1


def vector(point: Floats) -> Vector:
    """Return one point in Blender's axes and metres."""
    return Vector([float(value) for value in to_blender(point)])


def add_person(person: Person, *, detailed: bool) -> list[Any]:
    """Add all parts and strands; meshes are subdivided if it is `detailed`. Return the objects."""
    added = add_parts(person.parts, detailed=detailed)
    return added + [_add_strands(strands) for strands in person.strands]


def add_parts(parts: list[Part], *, detailed: bool) -> list[Any]:
    """Add meshes, subdivided if they are `detailed`. Return the objects."""
    return [_add_part(part, detailed) for part in parts]


def _add_part(part: Part, detailed: bool) -> Any:
    mesh = part.mesh
    data = bpy.data.meshes.new("part")
    data.from_pydata(to_blender(mesh.vertices).tolist(), [], mesh.faces)
    data.polygons.foreach_set("use_smooth", np.ones(len(mesh.faces), bool))
    layer = data.uv_layers.new()
    layer.data.foreach_set("uv", np.ascontiguousarray(mesh.corners, np.float32).ravel())
    rest = mesh.vertices if mesh.rest is None else mesh.rest
    if mesh.colours is not None:
        colours = data.attributes.new("colours", "FLOAT_VECTOR", "POINT")
        colours.data.foreach_set("vector", np.ascontiguousarray(mesh.colours, np.float32).ravel())
    attribute = data.attributes.new("rest", "FLOAT_VECTOR", "POINT")
    attribute.data.foreach_set("vector", np.ascontiguousarray(rest, np.float32).ravel())
    data.materials.append(make_material(part.material))
    placed = bpy.data.objects.new("part", data)
    bpy.context.scene.collection.objects.link(placed)
    if part.smooth and (detailed or part.thickness):
        modifier = placed.modifiers.new("smooth", "SUBSURF")
        modifier.levels = modifier.render_levels = part.smooth
    if part.thickness:
        modifier = placed.modifiers.new("thick", "SOLIDIFY")
        modifier.thickness, modifier.offset = 0.1 * part.thickness, 0
    return placed


def _add_strands(strands: Strands) -> Any:
    count, points, _ = strands.points.shape
    data = bpy.data.hair_curves.new("hair")
    data.add_curves([points] * count)
    data.attributes["position"].data.foreach_set("vector", to_blender(strands.points).ravel())
    taper = np.interp(np.linspace(0, 1, points), [0, 0.1, 0.6, 1], [0.8, 1, 0.85, 0.15])
    radius = data.attributes.get("radius") or data.attributes.new("radius", "FLOAT", "POINT")
    values = np.tile(0.1 * strands.radius * taper, count).astype(np.float32)
    radius.data.foreach_set("value", values)
    brightness = data.attributes.new("brightness", "FLOAT", "CURVE")
    brightness.data.foreach_set("value", strands.brightness.astype(np.float32))
    data.materials.append(make_material(strands.material))
    placed = bpy.data.objects.new("hair", data)
    bpy.context.scene.collection.objects.link(placed)
    return placed
