"""Makes the sample, 200 portraits to train on and 40 to test: `python -m renderer.sample RENDERS SAMPLE.zip`."""

import argparse
import io
import json
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from renderer.backgrounds import repaired
from renderer.blender.pictures import read_linear
from renderer.light import Floats
from renderer.portrait import Backdrop, make_portrait

SHAPE = (800, 600)
TRAINING = 200
QUALITY = 82
"""JPEG quality of the photos, so that the sample stays below 16 MB."""
DATE = (2026, 1, 1, 0, 0, 0)
"""The date of each file in the archive, so that the same renders give the same bytes."""


@lru_cache(maxsize=8)
def read_environment(path: Path) -> Floats:
    """Return the radiance of an environment, (height, width, 3)."""
    return repaired(read_linear(path)[..., :3])


def backdrop_of(render: Path, environments: Path) -> Backdrop:
    """Return what the camera of a render saw behind the person, by the facts beside it."""
    facts = json.loads(render.with_suffix(".json").read_text(encoding="utf-8"))
    x, y, z = facts["direction"]
    path = next(environments.glob(f"{facts['environment']}.*"))
    # Blender puts the direction at an angle t around its vertical axis at a share 0.5 - t / 360 of the width.
    yaw = 180 - np.degrees(np.arctan2(-z, x)) - facts["turn"]
    return Backdrop(read_environment(path), yaw, float(np.degrees(np.arctan2(y, np.hypot(x, z)))))


def usable(render: Floats) -> bool:
    """Return whether a person fills a sensible part of a render (height, width, 4)."""
    person = render[..., 3] > 0.5
    return bool(0.18 < person.mean() < 0.9 and person[-1].mean() > 0.1)


def _encoded(picture: NDArray[np.uint8], suffix: str) -> bytes:
    data = io.BytesIO()
    if suffix == ".jpg":
        Image.fromarray(picture).save(data, "JPEG", quality=QUALITY, optimize=True)
    else:
        Image.fromarray(picture).save(data, "PNG", optimize=True)
    return data.getvalue()


def main() -> None:
    """Write the archive of the first usable renders of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("renders", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--assets", type=Path, default=Path("assets"))
    parser.add_argument("--count", type=int, default=240)
    given = parser.parse_args()
    done = 0
    with zipfile.ZipFile(given.output, "w") as archive:
        for path in sorted(given.renders.glob("*.exr")):
            render = read_linear(path)
            if done == given.count or not usable(render):
                continue
            done += 1
            split, number = ("training", done) if done <= TRAINING else ("testing", done - TRAINING)
            generator = np.random.default_rng(int(path.stem))
            backdrop = backdrop_of(path, given.assets / "environments")
            photo, matte = make_portrait(render, backdrop, SHAPE, generator)
            for name, picture in ((f"{number:05d}.jpg", photo), (f"{number:05d}_matte.png", matte)):
                entry = zipfile.ZipInfo(f"{split}/{name}", DATE)
                archive.writestr(entry, _encoded(picture, Path(name).suffix))
    print(f"{done} portraits in {given.output}, {given.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
