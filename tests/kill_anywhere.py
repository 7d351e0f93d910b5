"""Does a crash at any moment do harm? `python -m tests.kill_anywhere [kills] [seed]`

Runs the pipeline once undisturbed in a small world, and then again and again while it is killed (SIGKILL) at
random moments, in every stage in turn. Each time all is made, it must be what the undisturbed run made, bit for
bit except for times and paths, and nothing may be left over.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.world import LUIGI, WORLD, World, environment, make_world, results

EPOCHS = ("--training-epochs", "3")
START = "start of the run"


def kill_anywhere(undisturbed: World, folder: Path, kills: int, seed: int, *arguments: str) -> Counter[str]:
    """Kill runs of `EvaluateAll` and compare what they make in the end; return the number of kills by stage."""
    generator = random.Random(seed)
    expected = results(undisturbed.data)
    seconds = {START: 1.0, **stage_seconds(undisturbed.data)}
    tally: Counter[str] = Counter()
    while tally.total() < kills:
        round_folder = folder / f"after {tally.total()} kills"
        round_folder.mkdir(parents=True)
        for part in ("portraits", "project"):
            shutil.copytree(undisturbed.folder / part, round_folder / part)
        (round_folder / "work").mkdir()
        world = World(round_folder)
        waiting = dict(seconds)
        while waiting and tally.total() < kills:
            killed_in = run_and_kill(world, waiting, generator, *arguments)
            if killed_in is None:
                break
            tally[killed_in] += 1
        world.luigi("EvaluateAll", *arguments)
        made = results(world.data)
        different = {name for name in expected.keys() | made.keys() if expected.get(name) != made.get(name)}
        assert not different, f"after kills {tally}: {different} in {world.data}"
        shutil.rmtree(round_folder)
    return tally


def run_and_kill(world: World, waiting: dict[str, float], generator: random.Random, *arguments: str) -> str | None:
    """Start a run and kill it at a random moment of the first stage it comes to that is `waiting`.

    Takes that stage from `waiting`, which has the seconds that each stage takes, and returns the one that was
    killed, as it may have been the next; None if the run ended before.
    """
    log = world.folder / "log"
    with log.open("w") as said:
        run = subprocess.Popen(
            [*LUIGI, "EvaluateAll", *WORLD, *arguments],
            cwd=world.folder / "work",
            env=environment(world.project),
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    while (title := at_work(log)) not in waiting:
        if run.poll() is not None:
            assert run.returncode == 0, log.read_text(encoding="utf-8")
            return None
        time.sleep(0.005)
    time.sleep(generator.uniform(0, 1.1) * waiting.pop(title))
    run.kill()
    run.wait()
    return at_work(log)


def at_work(log: Path) -> str:
    """The stage that a run is at, by what it said."""
    title = START
    for line in log.read_text(encoding="utf-8").splitlines():
        if ": " in line and line.split(maxsplit=1)[0].rstrip(":") in TASKS:
            title = line.partition(":")[0]
    return title


TASKS = (
    "Originals",
    "SmallImages",
    "GrayTargets",
    "TrainModel",
    "RecalibrateModel",
    "EvaluateModel",
    "EvaluateBaseline",
    "EvaluateAll",
)


def stage_seconds(data: Path) -> dict[str, float]:
    """How long each stage took."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in data.rglob("record.json")]
    return {record["stage"]: record["made"]["seconds"] for record in records}


def main(kills: int = 60, seed: int = 0) -> None:
    """Kill, compare, and say how often."""
    with tempfile.TemporaryDirectory() as folder:
        undisturbed = make_world(Path(folder) / "undisturbed")
        undisturbed.luigi("EvaluateAll", *EPOCHS)
        tally = kill_anywhere(undisturbed, Path(folder) / "killed", kills, seed, *EPOCHS)
    for stage, count in sorted(tally.items()):
        print(f"{count:4} {stage}")
    print(f"{tally.total()} kills; all outputs are those of the undisturbed run")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
