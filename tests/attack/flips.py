"""Damaged files: of a finished run and of stopped ones. The next run notices, and makes what was made before."""

import random
import re
import shutil
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tasks.core.freshness.lock import LOCKS
from tests.attack.chain import STEPS, Step, World, results, write_inputs
from tests.attack.core import Attack, Outcome
from tests.attack.damage import damage
from tests.attack.fault import CHANGING, KILL, Faults, Plan
from tests.attack.states import State, make_states, problem_after

SHARDS = Step("SmallImages", ("SmallImages", "--small-shard-size", "2"))
STATUS = Step("Status", ("Status",))
FINE = re.compile("would do nothing|would make")


@dataclass(frozen=True)
class Damaged:
    """A state with a file to damage, by its path within the data folder."""

    state: State
    file: str
    group: str


class Flips(Attack):
    """Damages a file, asks for the status, and runs the command that made the file again."""

    name = "flips"
    purpose = "a file that the project wrote is damaged, removed or swapped"

    def __init__(self, trains: bool) -> None:
        """Take whether the chain goes through training to the report and the photos."""
        self.trains = trains

    def prepare(self, folder: Path) -> None:
        """Make a finished chain, and stopped runs; list their files."""
        self.inputs = write_inputs(folder / "inputs")
        world = World(folder / "undisturbed", self.inputs)
        states = make_states(world, folder / "states", self.trains)
        last = states[-1]
        self.files = [
            Damaged(replace(state, before=last.after, made=last.made), file, _folder(file))
            for state in states
            for file in _files(state.after)
            if file not in _files(state.before)
        ]
        self.files += [
            Damaged(state, file, "of a stopped run")
            for state in stopped_runs(world, states, folder / "stopped")
            for file in _files(state.before)
            if "/." in file
        ] * 3

    def start(self, folder: Path) -> None:
        """Make a world."""
        self.world = World(folder, self.inputs)

    def run(self, number: int, draw: random.Random) -> Outcome:
        """Damage a file of one state."""
        damaged = self.files[number % len(self.files)]
        self.world.reset(damaged.state.before)
        path = self.world.data / damaged.file
        others = [self.world.data / file for file in _files(self.world.data) if file != damaged.file]
        done = f"{damaged.file}: {damage(path, others, draw)}"
        problem = ""
        if draw.random() < 0.2:
            run = self.world.run(STATUS)
            if run.code != 0 or "Traceback" in run.said or not FINE.search(run.said):
                problem = f"Status ended with {run.code}\n{run.said}"
        return Outcome(damaged.group, done, problem or self._rerun(damaged.state))

    def _rerun(self, state: State) -> str:
        # What a swap did to the files of other commands, these repair.
        if problem := problem_after(self.world, replace(state, made={})):
            if not problem.startswith("after the rerun other files"):
                return problem
        return ""


def stopped_runs(world: World, states: list[State], folder: Path) -> list[State]:
    """Return states in which runs were killed: while shards were made, and in a training."""
    folder.mkdir()
    found = []
    for state in states:
        ...
    return found


def _folder(file: str) -> str:
    return file.partition("/")[0]


def _files(data: Path) -> list[str]:
    paths = (path.relative_to(data).as_posix() for path in sorted(data.rglob("*")) if path.is_file())
    return [path for path in paths if not path.startswith(LOCKS)]


__all__ = ["CHANGING", "KILL", "Any", "Faults", "Flips", "Plan", "STEPS", "results", "shutil", "signal"]
