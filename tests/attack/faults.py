"""Failed system calls: the n-th call below the data folder and the inputs gives an error, or few bytes."""

import errno
import random

from tests.attack.calls import CallsAttack
from tests.attack.core import Outcome
from tests.attack.fault import CALLS, ERRORS, FAIL, SHORTEN, Plan
from tests.attack.states import FAILED, problem_after, problem_of, spread

TIMES = (1, 1, 1, 2, 5, 1_000_000)
"""How many calls in a row fail."""


class FailedCalls(CallsAttack):
    """Runs a command while calls fail, and runs it again."""

    name = "faults"

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
