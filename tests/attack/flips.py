"""Damaged files, of a finished run and of stopped ones: the next run notices, and makes what was made before."""

import random
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from tasks.core.freshness.lock import LOCKS
from tests.attack.chain import Step, World, results, write_inputs
from tests.attack.core import Attack, Outcome
from tests.attack.damage import damage
from tests.attack.states import FAILED, State, make_states, problem_after, problem_of
from tests.attack.stopped import stopped_states

STATUS = Step("Status", ("Status",))
SAID = re.compile("would do nothing|would make")
"""What Status ends with."""
FOLDERS = ("originals", "small", "gray", "models")
"""Outputs that others are made from."""
HISTORY, HISTORY_ASIDE = "report/history.csv", "report/history.damaged-"
"""A file that no record lists, as it is kept from report to report, and how the names of damaged ones begin."""

SHEET = "photos/contact_sheet.png"
"""A file that lies beside folders of outputs, so that nothing replaces a folder in its place."""


@dataclass(frozen=True)
class Damaged:
    """A file to damage, by its path within the data folder, and the state that it is in."""

    state: State
    file: str
    group: str


class Flips(Attack):
    """Damages a file, sometimes asks for the status, and runs the command again that made the file."""

    name = "flips"

    def __init__(self, trains: bool) -> None:
        """Take whether the chain goes through training to the report."""
        self.trains = trains

    def prepare(self, folder: Path) -> None:
        """Make a finished chain, and stopped runs; list their files."""
        self.inputs = write_inputs(folder / "inputs")
        world = World(folder / "undisturbed", self.inputs)
        states = make_states(world, folder / "states", self.trains)
        finished = states[-1]
        made = [
            Damaged(replace(state, before=finished.after, made=finished.made), file, file.partition("/")[0])
            for state in states
            for file in sorted(set(files(state.after)) - set(files(state.before)))
        ]
        left = [
            Damaged(state, file, f"of a stopped {state.step.name}")
            for state in stopped_states(world, states, folder)
            for file in files(state.before)
            if is_hidden(file)
        ]
        self.damaged = made + left * max(1, len(made) // (4 * len(left)))

    def start(self, folder: Path) -> None:
        """Make a world."""
        self.world = World(folder, self.inputs)

    def run(self, number: int, draw: random.Random) -> Outcome:
        """Damage a file."""
        one = self.damaged[number % len(self.damaged)]
        self.world.reset(one.state.before)
        path = self.world.data / one.file
        beside = [other for other in path.parent.iterdir() if other.is_file() and other != path]
        done = damage(path, beside, draw, is_output=not is_hidden(one.file))
        # Who forges a record can make it say anything; it must do no harm to others.
        ignored = [one.file] if (done, path.name) == ("forged", "record.json") else []
        if done == "swapped":  # it may be the history that is set aside
            ignored.append(HISTORY_ASIDE)
        if path.name == "record.json" and draw.random() < 0.5:  # what the record remembers is then needed
            gone = draw.choice([folder for folder in FOLDERS if not one.file.startswith(folder)])
            shutil.rmtree(self.world.data / gone, ignore_errors=True)
            ignored.append(f"{gone}/")
            done += f", {gone} removed"
        problem = self._status() if draw.random() < 0.2 else ""
        return Outcome(one.group, f"{one.file}: {done}", problem or self._rerun(one, tuple(ignored)))

    def _status(self) -> str:
        run = self.world.run(STATUS)
        fine = run.code == 0 and "Traceback" not in run.said and SAID.search(run.said)
        return "" if fine else f"Status ended with {run.code}\n{run.said}"

    def _rerun(self, one: Damaged, ignored: tuple[str, ...]) -> str:
        if one.file == HISTORY:  # what is lost of it cannot be rebuilt
            run = self.world.run(one.state.step, "--rerun")
            made = {
                name: value for name, value in results(self.world.data).items() if not name.startswith("report/")
            }
            kept = {name: value for name, value in one.state.made.items() if not name.startswith("report/")}
            if run.code != 0 or "Traceback" in run.said or made != kept:
                return f"the next report ended with {run.code}\n{run.said}"
            return ""
        if one.state.step.name == "DownloadOriginals":  # the digest of the archive shows what was damaged
            run = self.world.run(one.state.step)
            if problem := problem_of(run, self.world, one.state, FAILED):
                return problem
        if one.file == SHEET and (self.world.data / SHEET).is_dir():
            run = self.world.run(one.state.step)
            if problem := problem_of(run, self.world, one.state, FAILED):
                return problem
            shutil.rmtree(self.world.data / SHEET)
        return problem_after(self.world, one.state, ignored)


def files(data: Path) -> list[str]:
    """Return the paths of all files in a data folder, except locks."""
    paths = (path.relative_to(data).as_posix() for path in sorted(data.rglob("*")) if path.is_file())
    return [path for path in paths if not path.startswith(LOCKS)]


def is_hidden(file: str) -> bool:
    """Return whether a file is what a run leaves for the next to resume."""
    return file.startswith(".") or "/." in file
