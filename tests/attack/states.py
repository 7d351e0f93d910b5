"""The states between the commands of the chain, and whether an attacked run held."""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.attack.chain import STEPS, Step, World, different, leftovers, results
from tests.attack.fault import Faults, Plan
from tests.attack.forks import Run

CLEAN = Step("Clean", ("Clean",))
FAILED = (30, 35, 40)
"""Exit codes of a run that could not make what was asked for."""


@dataclass(frozen=True)
class State:
    """A command, the data folder before and after it, and what it made; see `results`.

    `calls` counts its system calls by kind, `replacing` those where its output is there already and rebuilt.
    """

    step: Step
    before: Path
    after: Path
    made: dict[str, Any]
    seconds: float
    calls: Counter[str] = field(default_factory=Counter)
    replacing: Counter[str] = field(default_factory=Counter)

    def start(self, world: World, replaces: bool) -> tuple[str, ...]:
        """Put the world into the state before an attacked run, and return what to add to the command."""
        world.reset(self.after if replaces else self.before)
        return ("--rerun",) if replaces else ()

    def call(self, place: float, replaces: bool, kinds: tuple[str, ...]) -> int:
        """Return the number of the call, among those of some kinds, at a place 0..1 of the run."""
        counted = self.replacing if replaces else self.calls
        return int(place * sum(counted[kind] for kind in kinds))


def make_states(world: World, folder: Path, trains: bool) -> list[State]:
    """Run the commands of the chain, up to training if that is left out, and keep all states."""
    states = []
    faults = Faults(world.data, world.inputs)
    for number, step in enumerate(STEPS):
        if step.trains and not trains:
            break
        before, after = folder / f"{number}", folder / f"{number + 1}"
        if number == 0:
            shutil.copytree(world.data, before)
        calls, seconds = _undisturbed(world, step, before, faults)
        made = results(world.data)
        shutil.copytree(world.data, after)
        replacing, _ = _undisturbed(world, step, after, faults, "--rerun")
        if other := different(made, results(world.data)):
            raise RuntimeError(f"undisturbed, {step.name} makes different {', '.join(other)} each time")
        states.append(State(step, before, after, made, seconds, calls, replacing))
    faults.stop()
    return states


def _undisturbed(world: World, step: Step, state: Path, faults: Faults, *more: str) -> tuple[Counter[str], float]:
    """Run a command, and return how many calls it makes, and its seconds."""
    world.reset(state)
    faults.plan(Plan())
    run = world.run(step, *more)
    if run.code != 0:
        raise RuntimeError(f"undisturbed, {step.name} ended with {run.code}:\n{run.said}")
    return faults.counted, run.seconds


def spread(states: list[State], number: int) -> tuple[State, float]:
    """Return the state of a case and its place in the run, 0..1: both spread evenly over the cases.

    Commands that train take seconds, so they come once where the others come ten times.
    """
    cycle = [state for state in states if not state.step.trains] * 10 + [
        state for state in states if state.step.trains
    ]
    turn, which = divmod(number, len(cycle))
    return cycle[which], (turn * len(cycle) + which) * 0.6180339887 % 1


def problem_of(run: Run, world: World, state: State, codes: tuple[int, ...]) -> str:
    """Return what is wrong with an attacked run that may end with these codes, or 0; "" if nothing is."""
    if run.code is None:
        return f"it had not ended after {run.seconds:.0f} s\n{run.said}"
    if "Traceback" in run.said:
        return f"a traceback, exit code {run.code}\n{run.said}"
    if run.code == 0:
        return _wrong(world, state, "exit code 0, and yet", run)
    if run.code not in codes:
        return f"exit code {run.code}\n{run.said}"
    return "" if run.said.strip() else f"exit code {run.code} without a word"


def problem_after(world: World, state: State, ignored: tuple[str, ...] = ()) -> str:
    """Run the command again, and return what is wrong then; "" if nothing is.

    Files whose paths begin with one of the `ignored` may be others, or not be there. What a stopped run left may
    stay where the output is up to date, until `Clean` removes it.
    """
    run = world.run(state.step)
    problem = _after(run, world, state, "the rerun", ignored)
    if problem or not leftovers(world.data):
        return problem
    run = world.run(CLEAN)
    hidden = leftovers(world.data)
    return _after(run, world, state, "Clean") or (f"left over after Clean: {hidden}\n{run.said}" if hidden else "")


def _after(run: Run, world: World, state: State, which: str, ignored: tuple[str, ...] = ()) -> str:
    if run.code != 0 or "Traceback" in run.said:
        return f"{which} ended with {run.code}\n{run.said}"
    return _wrong(world, state, f"after {which}", run, ignored)


def _wrong(world: World, state: State, when: str, run: Run, ignored: tuple[str, ...] = ()) -> str:
    files = [file for file in different(state.made, results(world.data)) if not file.startswith(ignored)]
    return f"{when} other files than undisturbed: {', '.join(files)}\n{run.said}" if files else ""
