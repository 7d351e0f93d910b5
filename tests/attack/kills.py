"""Kills: SIGKILL at the n-th call that changes a file, and SIGTERM or Ctrl-C at any moment."""

import os
import random
import signal
import time

from tests.attack.calls import CallsAttack
from tests.attack.core import Outcome
from tests.attack.fault import CHANGING, KILL, Plan
from tests.attack.states import State, problem_after, problem_of, spread

STOPPED = 130
EARLIEST = 0.05
"""When a run may be stopped at the earliest, seconds: before, Python itself answers signals."""
IMPORTS = 2.0
"""How long a Python of its own imports, seconds."""
SOON = 30.0
"""How long a run may take to end after a signal, seconds: much, as the machine may be busy."""


class Kills(CallsAttack):
    """Kills or stops a command, and runs it again."""

    name = "kills"

    def run(self, number: int, draw: random.Random) -> Outcome:
        """Kill one command, in some cases its rerun too; or stop it."""
        state, place = spread(self.states, number)
        return self._stop(state, place, draw) if draw.random() < 0.2 else self._kill(state, place, draw)

    def _kill(self, state: State, place: float, draw: random.Random) -> Outcome:
        replaces = draw.random() < 0.3
        more = state.start(self.world, replaces)
        first = state.call(place, replaces, CHANGING)
        done = []
        for _ in range(draw.choice((1, 1, 1, 2))):
            self.faults.plan(Plan(KILL, first, calls=CHANGING))
            run = self.world.run(state.step, *more)
            self.faults.stop()
            done.append(f"at change {first}: {self.faults.last}")
            if run.code != -signal.SIGKILL and (problem := problem_of(run, self.world, state, ())):
                return Outcome(state.step.name, ", ".join(done), problem)
            first, more = state.call(draw.random(), False, CHANGING), ()
        return Outcome(state.step.name, ", ".join(done), problem_after(self.world, state))

    def _stop(self, state: State, place: float, draw: random.Random) -> Outcome:
        more = state.start(self.world, replaces=draw.random() < 0.3)
        is_cold = draw.random() < 0.2
        sent = draw.choice((signal.SIGTERM, signal.SIGINT))
        seconds = EARLIEST + place * (state.seconds + (IMPORTS if is_cold else 0))

        def stop(process: int) -> None:
            time.sleep(seconds)
            os.kill(process, sent)  # which it survives if it has ended

        run = self.world.run(state.step, *more, meanwhile=stop, is_cold=is_cold)
        done = f"{sent.name} after {seconds:.3f} s{' of a Python of its own' * is_cold}"
        problem = problem_of(run, self.world, state, (STOPPED,))
        if not problem and run.seconds > seconds + SOON:
            problem = f"it ended {run.seconds - seconds:.0f} s after the signal"
        return Outcome(f"{state.step.name}, stopped", done, problem or problem_after(self.world, state))
