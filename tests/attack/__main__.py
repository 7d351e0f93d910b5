"""`python -m tests.attack`: attacks the pipeline, and prints how much of it held; `--help` says how."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.attack.core import Attack, Cases, Tally
from tests.attack.fault import COMPILER, compile_library
from tests.attack.forks import import_all

LONG = {"flips": 4000, "kills": 1500, "faults": 4000, "inputs": 10_000, "server": 500}
"""How many cases of each kind the long form has."""
WITH_LIBRARY = ("flips", "kills", "faults")
"""The kinds that need the preload library."""


def main() -> None:
    """Run the attacks that were asked for."""
    given = arguments()
    kinds = given.only or list(LONG)
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        if "ATTACK_FOLDER" not in os.environ:
            sys.exit(os.spawnve(os.P_WAIT, sys.executable, again(), environment(Path(folder), kinds)))
        sys.exit(attack(kinds, given, Path(os.environ["ATTACK_FOLDER"])))


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser("python -m tests.attack", description=__doc__)
    parser.add_argument("--only", choices=list(LONG), action="append", help="a kind of attack; by default all")
    parser.add_argument("--count", type=int, help="cases of each kind; by default as in the long form")
    parser.add_argument("--seed", type=int, default=0, help="of all that is random")
    parser.add_argument("--case", type=int, help="run this case alone")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="cases at once")
    parser.add_argument("--without-training", action="store_true", help="leave out all that starts TensorFlow")
    return parser.parse_args()


def again() -> list[str]:
    """Return the command of this process."""
    return [sys.executable, "-m", "tests.attack", *sys.argv[1:]]


def environment(folder: Path, kinds: list[str]) -> dict[str, str]:
    """Return the environment to run in: with the library, quiet, and with temporary files in the folder."""
    given = {**os.environ, "ATTACK_FOLDER": str(folder), "TMPDIR": str(folder)}
    given |= {"OPENBLAS_NUM_THREADS": "1", "GIT_DIR": str(folder / "none")}  # git would be asked in each run
    if COMPILER and set(kinds) & set(WITH_LIBRARY):
        given["LD_PRELOAD"] = str(compile_library(folder))
    return given


def attack(kinds: list[str], given: argparse.Namespace, folder: Path) -> int:
    """Run the attacks, and print the table; return the exit code."""
    tally = Tally()
    for kind in kinds:
        if kind in WITH_LIBRARY and not COMPILER:
            print(f"{kind}: left out, as there is no C compiler (cc)")
            continue
        count = given.count or LONG[kind]
        numbers = range(count) if given.case is None else range(given.case, given.case + 1)
        chosen = kind_named(kind, not given.without_training)
        (folder / kind).mkdir()
        chosen.prepare(folder / kind)
        tally.take(chosen, Cases(given.seed, numbers), folder / kind, given.processes)
    print("\n".join(tally.table()))
    return 0 if tally.all_held else 1


def kind_named(name: str, trains: bool) -> Attack:
    """Import what a kind needs, and return it."""
    import_all(with_tensorflow=trains and name in WITH_LIBRARY)
    if name == "inputs":
        from tests.attack.inputs import Inputs

        return Inputs()
    if name == "server":
        from tests.attack.server import Server

        return Server()
    from tests.attack.faults import FailedCalls
    from tests.attack.flips import Flips
    from tests.attack.kills import Kills

    kinds: dict[str, type[Flips | Kills | FailedCalls]] = {"flips": Flips, "kills": Kills, "faults": FailedCalls}
    return kinds[name](trains)


if __name__ == "__main__":
    main()
