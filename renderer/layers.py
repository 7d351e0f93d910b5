"""Makes training data of renders: `python -m renderer.layers RENDERS FOLDER`, for `--training-renders FOLDER`."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from renderer.backgrounds import drawn, exposed, repaired, view
from renderer.blender.pictures import read_linear
from renderer.light import Floats, defocused, luminance, resized, to_srgb

SHAPE = (160, 120)


def straight(render: Floats) -> Image.Image:
    """Return a render (height, width, 4), premultiplied and linear, as a layer: RGBA, straight, sRGB."""
    layer = resized(render, *SHAPE)
    alpha = np.clip(layer[..., 3:], 0, 1)
    colour: Floats = (np.clip(layer[..., :3], 0, None) / np.maximum(alpha, 1e-3)).astype(np.float32)
    bright = float(np.percentile(luminance(colour)[alpha[..., 0] > 0.6], 92))
    colour = to_srgb((colour * np.clip(0.5 / max(bright, 1e-3), 0.2, 8)).astype(np.float32))
    pixels = np.concatenate([colour, alpha], -1)
    return Image.fromarray(np.round(pixels * 255).astype(np.uint8), "RGBA")


def write_layers(renders: Path, folder: Path, least: float) -> None:
    """Write each render that fills at least a share of its picture as a layer."""
    for path in sorted(renders.glob("*.exr")):
        render = read_linear(path)
        if (render[..., 3] > 0.5).mean() >= least:
            straight(render).save(folder / f"{path.stem}.png")


def random_background(environments: list[Floats], generator: np.random.Generator) -> Image.Image:
    """Return a view into an environment, or a drawn background, sharp more often than not."""
    if generator.random() < 0.65:
        environment = environments[generator.integers(len(environments))]
        yaw, pitch = generator.uniform(0, 360), generator.normal(2, 9)
        seen = exposed(view(environment, SHAPE, yaw, pitch, generator.uniform(35, 95)), generator)
    else:
        seen = drawn(SHAPE, generator)
    radius = 0.0 if generator.random() < 0.6 else float(np.exp(generator.uniform(np.log(0.7), np.log(7))))
    return Image.fromarray(np.round(to_srgb(defocused(seen, radius)) * 255).astype(np.uint8))


def main() -> None:
    """Write `people/NNNNN.png`, `things/NNNNN.png` of the renders in `things/`, and `backgrounds/NNNNN.jpg`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("renders", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--assets", type=Path, default=Path("assets"))
    parser.add_argument("--backgrounds", type=int, default=2500)
    given = parser.parse_args()
    for name in ("people", "things", "backgrounds"):
        (given.output / name).mkdir(parents=True, exist_ok=True)
    write_layers(given.renders, given.output / "people", least=0.1)
    write_layers(given.renders / "things", given.output / "things", least=0.005)
    paths = sorted((given.assets / "environments").iterdir())
    environments = [repaired(read_linear(path)[..., :3]) for path in paths]
    generator = np.random.default_rng(0)
    for number in range(1, given.backgrounds + 1):
        picture = random_background(environments, generator)
        picture.save(given.output / "backgrounds" / f"{number:05d}.jpg", quality=92)


if __name__ == "__main__":
    main()
