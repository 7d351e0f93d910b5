"""Camera, light and Cycles for one portrait."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from renderer.blender.objects import vector
from renderer.people.geometry import Floats, rotation
from renderer.people.person import Person


@dataclass(frozen=True)
class Quality:
    """Size of the picture in pixels, samples of each pixel, strands of hair, and threads."""

    height: int
    width: int
    samples: int
    strands: int
    threads: int

    @property
    def detailed(self) -> bool:
        """Whether the picture is large enough to show fine geometry."""
        return self.height > 300


@dataclass(frozen=True)
class Lamp:
    """A square lamp at a place that shines at the head; size in dm, colour linear."""

    place: Floats
    size: float
    strength: float
    colour: Floats


@dataclass(frozen=True)
class View:
    """Where the camera is and how the portrait is lit; angles in degrees, lengths in dm."""

    camera: Floats
    target: Floats
    distance: float
    frame: float
    shift: tuple[float, float]
    environment: Path
    turn: float
    strength: float
    lamps: list[Lamp] = field(default_factory=list)


def random_view(person: Person, environments: list[Path], generator: np.random.Generator) -> View:
    """Return a camera before the person, from close faces to half figures, and some light."""
    target = person.head.from_rest(np.array([0, 7.25, 0.5]))
    share = np.clip(np.exp(generator.normal(np.log(0.46), 0.22)), 0.3, 0.74)
    frame = person.height_of_head / share
    distance = np.exp(generator.uniform(np.log(7), np.log(25)))
    if person.holds_camera:
        distance = generator.uniform(5.5, 8)
    distance = max(distance, 1.1 * frame)
    azimuth = np.clip(generator.normal(0, 15), -45, 45)
    height = np.clip(generator.normal(2, 7), -20, 25)
    direction = rotation("y", azimuth) @ rotation("x", -height) @ np.array([0, 0, 1.0])
    shift = (
        float(np.clip(generator.normal(0, 0.06), -0.18, 0.18)),
        float(np.clip(generator.normal(0.07, 0.04), -0.05, 0.15)),
    )
    environment = environments[generator.integers(len(environments))]
    strength = float(np.exp(generator.normal(0, 0.25)))
    lamps = _random_lamps(target, direction, distance, generator)
    turn = float(generator.uniform(0, 360))
    return View(
        target + direction * distance,
        target,
        float(distance),
        float(frame),
        shift,
        environment,
        turn,
        strength,
        lamps,
    )


def view_of_thing(environments: list[Path], generator: np.random.Generator) -> View:
    """Return a camera before a thing of 2 dm at the origin, and some light."""
    target, direction, distance = np.zeros(3), np.array([0, 0, 1.0]), generator.uniform(8, 20)
    environment = environments[generator.integers(len(environments))]
    lamps = _random_lamps(target, direction, distance, generator)
    turn, strength = float(generator.uniform(0, 360)), float(np.exp(generator.normal(0, 0.25)))
    return View(
        target + direction * distance, target, distance, 3.6, (0.0, 0.0), environment, turn, strength, lamps
    )


def _random_lamps(
    target: Floats, direction: Floats, distance: float, generator: np.random.Generator
) -> list[Lamp]:
    lamps = []
    for _ in range(generator.choice(3, p=[0.4, 0.4, 0.2])):
        kind = generator.choice(["key", "rim", "flash"], p=[0.65, 0.25, 0.1])
        angle = (
            generator.uniform(-75, 75)
            if kind == "key"
            else generator.choice([-1, 1]) * generator.uniform(115, 165)
        )
        towards = rotation("y", angle) @ rotation("x", -generator.uniform(0, 55)) @ np.array([0, 0, 1.0])
        away = 12.0
        if kind == "flash":
            towards, away = direction + np.array([0, 0.12, 0]), distance
        size = float(np.exp(generator.uniform(np.log(2), np.log(14))))
        strength = float(np.exp(generator.normal(-0.2, 0.5)))
        lamps.append(Lamp(target + towards * away, size, strength, np.exp(generator.normal(0, 0.1, 3))))
    return lamps


def empty_scene(quality: Quality) -> Any:
    """Start an empty scene that Cycles renders, with a transparent background."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = quality.samples
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_prefilter, cycles.denoising_quality = "FAST", "BALANCED"
    cycles.use_light_tree = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 4, 1, 1
    cycles.transparent_max_bounces = 8
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect, cycles.sample_clamp_direct = 2.0, 6.0
    render = scene.render
    render.film_transparent = True
    render.resolution_x, render.resolution_y, render.resolution_percentage = quality.width, quality.height, 100
    render.threads_mode, render.threads = "FIXED", quality.threads
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_mode = "RGBA"
    render.image_settings.color_depth = "16"
    scene.view_settings.view_transform = "Standard"
    return scene


def set_up(scene: Any, view: View, quality: Quality) -> None:
    """Add camera and light."""
    camera = bpy.data.cameras.new("camera")
    placed = bpy.data.objects.new("camera", camera)
    scene.collection.objects.link(placed)
    scene.camera = placed
    placed.location = vector(view.camera)
    placed.rotation_euler = (vector(view.target) - vector(view.camera)).to_track_quat("-Z", "Y").to_euler()
    camera.sensor_fit, camera.sensor_height = "VERTICAL", 24
    camera.lens = 24 * view.distance / view.frame
    camera.clip_start = 0.02
    camera.shift_x, camera.shift_y = -view.shift[0] * quality.width / quality.height, -view.shift[1]
    for lamp in view.lamps:
        _add_lamp(scene, lamp, view.target)
    _set_environment(scene, view)


def _add_lamp(scene: Any, lamp: Lamp, target: Floats) -> None:
    light = bpy.data.lights.new("lamp", "AREA")
    light.size = 0.1 * lamp.size
    metres = 0.1 * float(np.linalg.norm(lamp.place - target))
    light.energy = 12 * lamp.strength * metres**2
    light.color = tuple(float(value) for value in lamp.colour)
    placed = bpy.data.objects.new("lamp", light)
    scene.collection.objects.link(placed)
    placed.location = vector(lamp.place)
    placed.rotation_euler = (vector(target) - vector(lamp.place)).to_track_quat("-Z", "Y").to_euler()


def _set_environment(scene: Any, view: View) -> None:
    world = bpy.data.worlds.new("world")
    scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    texture = nodes.new("ShaderNodeTexEnvironment")
    texture.image = bpy.data.images.load(str(view.environment), check_existing=True)
    mapping = nodes.new("ShaderNodeMapping")
    mapping.inputs["Rotation"].default_value[2] = np.radians(view.turn)
    coordinates = nodes.new("ShaderNodeTexCoord")
    links.new(coordinates.outputs["Generated"], mapping.inputs["Vector"])
    links.new(mapping.outputs[0], texture.inputs["Vector"])
    links.new(texture.outputs[0], nodes["Background"].inputs[0])
    nodes["Background"].inputs[1].default_value = view.strength / mean_brightness(texture.image)
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 256


def mean_brightness(image: Any) -> float:
    """Return the mean radiance over the sphere of an environment, suns limited."""
    width, height = image.size
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    colours = np.minimum(pixels.reshape(height, width, 4)[..., :3], 50)
    area = np.cos((np.arange(height) + 0.5) / height * np.pi - np.pi / 2)[:, None, None]
    return float((colours * area).mean() / area.mean())
