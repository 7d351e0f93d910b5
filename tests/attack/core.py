"""Draws cases from a seed, runs them in several processes, and counts those that held."""

import json
import os
import random
import shutil
import sys
import time
import traceback
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

LINES = 20
"""How many lines of progress are printed for a kind."""
SHOWN = 25
"""How many lines of what a run said are shown."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case: of which group it was, what was done, and what did not hold; "" if all did."""

    group: str
    done: str
    problem: str = ""
    number: int = -1


class Attack(ABC):
    """A kind of attack. It is prepared once, and then each of several processes starts and runs cases."""

    name: str

    @abstractmethod
    def prepare(self, folder: Path) -> None:
        """Make what all cases share, in a folder."""

    def start(self, folder: Path) -> None:  # noqa: B027 (not every kind needs it)
        """Make what one process needs, in a folder of its own."""

    def end(self) -> None:  # noqa: B027
        """End what `start` started."""

    @abstractmethod
    def run(self, number: int, draw: random.Random) -> Outcome:
        """Run a case. All that is random comes from `draw`, and all that is to be spread from the number."""


@dataclass(frozen=True)
class Cases:
    """Which cases of a kind to run: some of the numbers from 0, and the seed."""

    seed: int
    numbers: range

    def draw(self, attack: Attack, number: int) -> random.Random:
        """Return the generator of a case, which depends on kind, seed and number alone."""
        return random.Random(f"{attack.name} {self.seed} {number}")


def run_cases(attack: Attack, cases: Cases, folder: Path, processes: int) -> Iterator[Outcome]:
    """Run cases in so many processes; yield their outcomes as they come."""
    processes = min(processes, len(cases.numbers))
    with DefaultSelector() as waiting:
        for process in range(processes):
            read, write = os.pipe()
            if os.fork() == 0:
                os.close(read)
                _work(attack, cases, cases.numbers[process::processes], folder / f"{attack.name} {process}", write)
            os.close(write)
            waiting.register(os.fdopen(read), EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                line = key.fileobj.readline()  # type: ignore[union-attr]
                if line:
                    yield Outcome(**json.loads(line))
                else:
                    waiting.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
                    os.wait()


def _work(attack: Attack, cases: Cases, numbers: range, folder: Path, results: int) -> None:
    """Run cases in a process that ends with them."""
    with os.fdopen(results, "w") as file:
        try:
            folder.mkdir()
            attack.start(folder)
            for number in numbers:
                try:
                    outcome = attack.run(number, cases.draw(attack, number))
                except Exception:
                    outcome = Outcome("the attack itself", "", traceback.format_exc())
                print(json.dumps({**asdict(outcome), "number": number}), file=file, flush=True)
        except BaseException:
            traceback.print_exc()
        finally:
            attack.end()
            shutil.rmtree(folder, ignore_errors=True)
            file.flush()
            os._exit(0)


class Tally:
    """How many cases of each group of each kind were tried, and how many held."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.tried: Counter[tuple[str, str]] = Counter()
        self.held: Counter[tuple[str, str]] = Counter()
        self.seconds: Counter[str] = Counter()

    def take(self, attack: Attack, cases: Cases, folder: Path, processes: int) -> None:
        """Run cases, count them, and print what did not hold."""
        started = time.monotonic()
        failed = 0
        for number, outcome in enumerate(run_cases(attack, cases, folder, processes), start=1):
            key = (attack.name, outcome.group)
            self.tried[key] += 1
            self.held[key] += not outcome.problem
            if outcome.problem:
                failed += 1
                print(_failure(attack, cases, outcome), flush=True)
            if number * LINES // len(cases.numbers) != (number - 1) * LINES // len(cases.numbers):
                seconds = time.monotonic() - started
                print(
                    f"{attack.name}: {number} of {len(cases.numbers)} in {seconds:.0f} s, {failed} did not hold",
                    file=sys.stderr,
                )
        self.seconds[attack.name] = round(time.monotonic() - started)
        lost = len(cases.numbers) - sum(count for key, count in self.tried.items() if key[0] == attack.name)
        if lost:
            self.tried[attack.name, "lost"] += lost

    @property
    def all_held(self) -> bool:
        """Whether every case held."""
        return self.tried == self.held

    def table(self) -> Iterator[str]:
        """Yield the lines of a table: a row for each kind, and one for each of its groups."""
        yield f"{'kind':<40}{'tried':>8}{'held':>8}{'seconds':>9}"
        for kind in dict.fromkeys(kind for kind, _ in self.tried):
            keys = sorted(key for key in self.tried if key[0] == kind)
            tried, held = (sum(counts[key] for key in keys) for counts in (self.tried, self.held))
            yield f"{kind:<40}{tried:>8}{held:>8}{self.seconds[kind]:>9}"
            for key in keys:
                yield f"  {key[1]:<38}{self.tried[key]:>8}{self.held[key]:>8}"


def _failure(attack: Attack, cases: Cases, outcome: Outcome) -> str:
    again = f"python -m tests.attack --only {attack.name} --seed {cases.seed} --case {outcome.number}"
    first, *rest = [line for line in outcome.problem.splitlines() if line.strip()]
    problem = "\n    ".join([first, *rest[-SHOWN:]])
    return f"\n{attack.name} {outcome.number}, {outcome.group}: {outcome.done}\n    {problem}\n  again: {again}"
