"""Backgrounds in linear light: views into environments, and drawn walls, boards, bricks, shelves and leaves."""

import colorsys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter, grey_closing, map_coordinates, maximum_filter

from renderer.light import Floats, from_srgb, luminance


def view(environment: Floats, shape: tuple[int, int], yaw: float, pitch: float, field: float) -> Floats:
    """Return what a camera sees of an equirectangular environment (h, w, 3): (height, width, 3), linear.

    `yaw`, `pitch` and `field`, the vertical field of view, are in degrees.
    """
    height, width = shape
    focal = height / 2 / np.tan(np.radians(field) / 2)
    x, y = np.meshgrid(np.arange(width) - width / 2 + 0.5, np.arange(height) - height / 2 + 0.5)
    length = np.sqrt(x**2 + y**2 + focal**2)
    right, up, forward = x / length, -y / length, focal / length
    cos, sin = np.cos(np.radians(pitch)), np.sin(np.radians(pitch))
    up, forward = up * cos + forward * sin, forward * cos - up * sin
    longitude = np.arctan2(right, forward) + np.radians(yaw)
    rows, columns = environment.shape[:2]
    u = (longitude / (2 * np.pi) % 1) * columns - 0.5
    v = (0.5 - np.arcsin(np.clip(up, -1, 1)) / np.pi) * rows - 0.5
    planes = [
        map_coordinates(plane, [v, u], order=1, mode="grid-wrap") for plane in np.moveaxis(environment, -1, 0)
    ]
    return np.stack(planes, -1).astype(np.float32)


def repaired(environment: Floats) -> Floats:
    """Return an environment (h, w, 3) without the black pixels that some files have around their lamps."""
    bright = maximum_filter(luminance(environment), 5) > 4
    filled = grey_closing(environment, (3, 3, 1))
    return np.where(bright[..., None], filled, environment).astype(np.float32)


def exposed(linear: Floats, generator: np.random.Generator) -> Floats:
    """Return a view at a random, mostly good exposure."""
    bright = np.percentile(luminance(linear), generator.uniform(75, 96))
    return np.asarray(np.minimum(linear / max(float(bright), 1e-4) * generator.uniform(0.3, 0.9), 12), np.float32)


def drawn(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return a random drawn background (height, width, 3)."""
    kinds: list[Callable[[tuple[int, int], np.random.Generator], Floats]] = [
        backdrop, backdrop, plaster, bricks, boards, shelves, leaves, lights,
    ]  # fmt: skip
    return kinds[generator.integers(len(kinds))](shape, generator)


def backdrop(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return a paper or painted backdrop, lit from somewhere."""
    colour = _colour(generator, generator.uniform(0, 0.5))
    y, x = _grid(shape)
    centre = generator.uniform([0.2, 0.1], [0.8, 0.8])
    fall = 1.2 - generator.uniform(0.2, 1.1) * np.hypot((x - centre[0]) * 0.75, y - centre[1])
    slope = 1 + generator.uniform(-0.4, 0.4) * (x - 0.5) + generator.uniform(-0.3, 0.3) * (y - 0.5)
    clouds = 1 + generator.uniform(0, 0.25) * (_clouds(shape, 1.6, generator) - 0.5)
    return _limited(colour * (fall * slope * clouds)[..., None])


def plaster(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return a rough wall of one or two colours."""
    first, second = _colour(generator, generator.uniform(0, 0.4)), _colour(generator, generator.uniform(0, 0.4))
    mix = generator.uniform(0.1, 0.7) * _clouds(shape, generator.uniform(0.8, 1.6), generator)[..., None]
    grain = 1 + generator.uniform(0.05, 0.4) * (_clouds(shape, 0.5, generator)[..., None] - 0.5)
    return _limited((first * (1 - mix) + second * mix) * grain)


def bricks(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return bricks or tiles, seen at an angle."""
    y, x = _grid(shape)
    rows, lean = generator.uniform(6, 26), generator.uniform(-0.5, 0.5)
    v = y * rows * (1 + lean * x)
    u = x * rows * generator.uniform(0.25, 0.75) * (1 + lean * y)
    offset = 0.5 * (np.floor(v) % 2) if generator.random() < 0.7 else 0
    joint = generator.uniform(0.03, 0.12)
    is_joint = (((u + offset) % 1) < joint) | ((v % 1) < joint)
    brick = np.floor(v) * 57 + np.floor(u + offset) * 131
    shade = 1 + generator.uniform(0.05, 0.4) * np.sin(brick * 12.9898)
    shade = shade * (1 + generator.uniform(0, 0.4) * (_clouds(shape, 0.7, generator) - 0.5))
    colour, between = _colour(generator, generator.uniform(0, 0.7)), _colour(generator, 0.1)
    return _limited(np.where(is_joint[..., None], between, colour * shade[..., None]))


def boards(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return boards of wood or a striped wall."""
    y, x = _grid(shape)
    along, across = (y, x) if generator.random() < 0.7 else (x, y)
    count = generator.uniform(3, 14)
    board = np.floor(across * count)
    streaks = _clouds(shape, 1.1, generator) * 6 + 40 * across + 3 * np.sin(board * 7.1) + along
    grain = 0.5 + 0.5 * np.sin(streaks * generator.uniform(2, 9))
    shade = (0.75 + 0.25 * np.sin(board * 4.7)) * (0.85 + 0.15 * grain)
    gap = ((across * count) % 1) < 0.03
    colour = _colour(generator, generator.uniform(0.2, 0.6))
    return _limited(colour * np.where(gap, 0.2, shade)[..., None])


def shelves(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return a wall with shelves, frames, books, or windows: many boxes."""
    height, width = shape
    image = Image.new("RGB", (2 * width, 2 * height), _bytes(_srgb(generator, 0.3)))
    draw = ImageDraw.Draw(image)
    for _ in range(generator.integers(3, 8)):
        left, top = generator.integers(-width, 2 * width), generator.integers(-height, 2 * height)
        wide, tall = np.exp(generator.uniform(np.log(0.15), np.log(1.2), 2)) * (width, height)
        box = (int(left), int(top), int(left + wide), int(top + tall))
        frame = _bytes(_srgb(generator, 0.3))
        draw.rectangle(box, fill=_bytes(_srgb(generator, 0.5)), outline=frame, width=int(generator.integers(1, 9)))
    for _ in range(generator.integers(0, 4)):
        _draw_books(draw, shape, generator)
    small = np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float32) / 255
    light = 0.7 + 0.6 * _clouds(shape, 1.8, generator)[..., None]
    return np.asarray(from_srgb(small) * light, np.float32)


def leaves(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return leaves, stones or petals, one over the other."""
    height, width = shape
    image = Image.new("RGB", (width, height), _bytes(generator.uniform(0.02, 0.2, 3).tolist()))
    draw = ImageDraw.Draw(image)
    hue, saturation = float(generator.choice([0.28, 0.22, 0.1, 0.07, 0.33, 0.6])), generator.uniform(0.1, 0.8)
    light = _clouds(shape, 1.3, generator)
    size = width * np.exp(generator.uniform(np.log(0.015), np.log(0.09)))
    count = int(min(2500, 6 * height * width / size**2))
    angles = np.linspace(0, 2 * np.pi, 9)[:-1]
    for number in range(count):
        x, y = generator.uniform(0, width), generator.uniform(0, height)
        bright = light[int(y), int(x)] ** 1.5 * (0.35 + 0.65 * number / count) * np.exp(generator.normal(0.1, 0.3))
        rgb = colorsys.hsv_to_rgb(
            (hue + generator.normal(0, 0.03)) % 1,
            float(np.clip(saturation + generator.normal(0, 0.1), 0, 1)),
            float(np.clip(bright, 0.02, 1)),
        )
        turn, long, wide = (
            generator.uniform(0, np.pi),
            size * np.exp(generator.normal(0, 0.4)),
            generator.uniform(0.3, 0.9),
        )
        a, b = long * np.cos(angles), wide * long * np.sin(angles)
        outline = zip(
            x + a * np.cos(turn) - b * np.sin(turn), y + a * np.sin(turn) + b * np.cos(turn), strict=True
        )
        draw.polygon([(float(p), float(q)) for p, q in outline], fill=_bytes(rgb))
    return from_srgb(np.asarray(image, np.float32) / 255)


def lights(shape: tuple[int, int], generator: np.random.Generator) -> Floats:
    """Return lights at night, out of focus."""
    y, x = _grid(shape)
    result = np.ones((*shape, 3)) * _colour(generator, 0.5) * 0.05
    for _ in range(generator.integers(15, 60)):
        radius = generator.uniform(0.01, 0.08)
        distance = np.hypot((x - generator.random()) * 0.75, y - generator.random())
        disc = np.clip((radius - distance) / 0.008, 0, 1) * np.exp(generator.uniform(-3, 0.3))
        result += disc[..., None] * _colour(generator, generator.uniform(0, 0.8))
    return result.astype(np.float32)


def _draw_books(draw: ImageDraw.ImageDraw, shape: tuple[int, int], generator: np.random.Generator) -> None:
    height, width = shape
    x, bottom = float(generator.uniform(-0.3, 0.6) * width), float(generator.uniform(0.3, 2) * height)
    tall = generator.uniform(0.1, 0.3) * height
    for _ in range(generator.integers(8, 30)):
        wide = generator.uniform(0.02, 0.07) * width
        top = bottom - tall * generator.uniform(0.75, 1)
        draw.rectangle((x, top, x + wide, bottom), fill=_bytes(_srgb(generator, 0.7)))
        x += wide
    draw.rectangle((0, bottom, 2 * width, bottom + 0.03 * height), fill=_bytes(_srgb(generator, 0.3)))


def _limited(values: NDArray[Any]) -> Floats:
    return np.asarray(np.clip(values, 0.002, 1), np.float32)


def _grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    return y / shape[0], x / shape[1]


def _clouds(shape: tuple[int, int], roughness: float, generator: np.random.Generator) -> Floats:
    """Return noise 0..1 whose amplitude falls with frequency to the power of `roughness`."""
    frequency = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None])
    frequency[0, 0] = 1
    values = np.real(np.fft.ifft2(np.fft.fft2(generator.normal(size=shape)) / frequency**roughness))
    values = gaussian_filter(values, 0.5)
    return np.asarray((values - values.min()) / np.ptp(values), np.float32)


def _srgb(generator: np.random.Generator, saturation: float) -> Floats:
    return np.array(
        colorsys.hsv_to_rgb(generator.random(), saturation * generator.random(), generator.uniform(0.1, 1)),
        np.float32,
    )


def _colour(generator: np.random.Generator, saturation: float) -> Floats:
    return from_srgb(
        np.array(colorsys.hsv_to_rgb(generator.random(), saturation, generator.uniform(0.15, 1)), np.float32)
    )


def _bytes(colour: Sequence[float] | Floats) -> tuple[int, int, int]:
    red, green, blue = (int(255 * value) for value in colour)
    return red, green, blue
