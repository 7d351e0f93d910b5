"""Failed system calls: the n-th call below the data folder and the inputs gives an error, or few bytes."""

import errno
import random
from pathlib import Path

from tests.attack.chain import World, write_inputs
from tests.attack.core import Attack, Outcome
from tests.attack.fault import CALLS, ERRORS, FAIL, SHORTEN, Faults, Plan
from tests.attack.states import FAILED, make_states, problem_after, problem_of, spread

TIMES = (1, 1, 1, 2, 5, 1_000_000)
"""How many calls in a row fail."""


class FailedCalls(Attack):
    """Runs a command while calls fail, and runs it again."""

    name = "faults"

    def __init__(self, trains: bool) -> None:
        """Take whether the chain goes through training to the report and the photos."""
        self.trains = trains

    def prepare(self, folder: Path) -> None:
        """Make the states."""
        self.inputs = write_inputs(folder / "inputs")
        self.states = make_states(World(folder / "undisturbed", self.inputs), folder / "states", self.trains)

    def start(self, folder: Path) -> None:
        """Make a world."""
        self.world = World(folder, self.inputs)
        self.faults = Faults(self.world.data, self.inputs)

    def run(self, number: int, draw: random.Random) -> Outcome:
        """Fail a call of one command."""
        state, place = spread(self.states, number)
        replaces = draw.random() < 0.3
        more = state.start(self.world, replaces)
        error, times = draw.choice((*ERRORS, 0)), draw.choice(TIMES)
        kinds = CALLS if error else ("read", "write")
        first = state.call(place, replaces, kinds)
        plan = Plan(FAIL if error else SHORTEN, first, times, error, kinds)
        self.faults.plan(plan)
        run = self.world.run(state.step, *more)
        self.faults.stop()
        done = f"call {first}, {times} in a row, {errno.errorcode.get(error, 'short')}: {self.faults.last}"
        problem = problem_of(run, self.world, state, FAILED) or problem_after(self.world, state)
        return Outcome(state.step.name if self.faults.hit else "not reached", done, problem)
