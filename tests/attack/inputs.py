"""Hostile inputs: mutated files of each format, given to the plain functions that read them.

A child process with limits on memory and time reads many of them, one after the other, and says how each ended. A
child that dies or does not answer is a failure of the file it was at.
"""

import multiprocessing
import os
import random
import re
import resource
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.attack.bombs import bomb
from tests.attack.core import Attack, Outcome
from tests.attack.mutate import mutated
from tests.attack.readers import READERS, unpack
from tests.attack.seeds import seeds

EACH = 100
"""One in so many files is a bomb."""
SECONDS = 30
"""How long a reader may take for one of these small files; much, as the machine may be busy."""
SECONDS_FOR_BOMB = 180
"""The same for a large picture, which may be read if that takes no more memory than allowed."""
BEYOND = 3 << 30
"""Memory that the child may have beyond what it has when it starts, bytes."""
BESIDE_RESULT = 1_200_000_000
"""Memory that a reader may take beside its result, bytes: 1 GB, and what libraries take that are first used."""
BESIDE_FILES = 200_000_000
"""Memory that may be taken to unpack 50 MB, bytes."""
NO_MEMORY = re.compile("MemoryError|[Uu]nable to allocate|[Cc]annot allocate memory|bad_alloc|out of memory")
"""What a reader says that ran into the limit: without it, it would have taken the memory."""


class Inputs(Attack):
    """Gives mutated files to readers."""

    name = "inputs"

    def prepare(self, folder: Path) -> None:
        """Make the seeds."""
        self.seeds = seeds()

    def start(self, folder: Path) -> None:
        """Prepare the folder; the child starts when it is needed."""
        self.folder = folder
        self.child: Any = None

    def end(self) -> None:
        """End the child."""
        if self.child:
            self.child.kill()
            self.child.join()

    def run(self, number: int, draw: random.Random) -> Outcome:
        """Mutate a seed and read it."""
        turn, place = divmod(number, EACH)
        if place == EACH - 1:
            seed = bomb(turn, draw)
            content, done = seed.content, "whole"
        else:
            seed = self.seeds[(number - turn) % len(self.seeds)]
            content, done = mutated(seed, self.seeds, draw)
        path = self.folder / f"input{seed.suffix}"
        path.write_bytes(content)
        seconds = SECONDS_FOR_BOMB if place == EACH - 1 else SECONDS
        problem = self._read(path, draw.randrange(1000), seconds)
        return Outcome(seed.format, f"{done}, {len(content)} bytes", problem)

    def _read(self, path: Path, which: int, seconds: float) -> str:
        """Let the child read a file; return what did not hold."""
        if self.child is None:
            self.jobs, jobs = multiprocessing.Pipe()
            context: Any = multiprocessing.get_context("fork")
            self.child = context.Process(target=_serve, args=(jobs, self.folder), daemon=True)
            self.child.start()
            jobs.close()
        self.jobs.send((str(path), which))
        try:
            if self.jobs.poll(seconds):
                return str(self.jobs.recv())
            problem = f"not read after {seconds} s"
        except EOFError:
            self.child.join()
            problem = f"the process died: exit code {self.child.exitcode}"
        self.end()
        self.child = None
        return problem


def _serve(jobs: Connection, folder: Path) -> None:
    # C libraries write their warnings to standard error.
    log = (folder / "warnings").open("w", encoding="utf-8")
    sys.stderr.flush()
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    used = _status("VmSize")
    resource.setrlimit(resource.RLIMIT_AS, (used + BEYOND, used + BEYOND))
    while True:
        path, which = jobs.recv()
        jobs.send(_problem(Path(path), which, folder))


def _problem(path: Path, which: int, folder: Path) -> str:
    """Read a file with one of the functions for its format; return what did not hold."""
    from tasks.core.errors import UserError

    readers = READERS[path.suffix]
    read = readers[which % len(readers)]
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forgets the peak of memory
    before = _status("VmRSS")
    result = 0
    try:
        result = read(path, folder)
    except UserError as error:
        if NO_MEMORY.search(str(error)):
            return f"{read.__name__}: it tried to take more memory than the limit: {error}"
    except BaseException:
        return f"{read.__name__}: no UserError\n{traceback.format_exc()}"
    beside, allowed = _status("VmHWM") - before - result, BESIDE_FILES if read is unpack else BESIDE_RESULT
    return f"{read.__name__}: {beside / 1e6:.0f} MB beside its result" if beside > allowed else ""


def _status(name: str) -> int:
    """Return a line of this process's status, bytes."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) * 1024
