"""Hostile inputs: mutated files of each format, given to the plain functions that read them.

A child process with limits on memory and time reads many of them, one after the other, and says how each ended. A
child that dies or does not answer is a failure of the file it was at.
"""

import json
import multiprocessing
import random
import re
import resource
import shutil
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.attack.bombs import bomb
from tests.attack.core import Attack, Outcome
from tests.attack.mutate import mutated
from tests.attack.seeds import seeds

EACH = 100
"""One in so many files is a bomb."""
SECONDS = 30
"""How long a reader may take for one of these small files; much, as the machine may be busy."""
SECONDS_FOR_BOMB = 180
"""The same for a large picture, which may be read if that takes no more memory than allowed."""
BEYOND = 3 << 30
"""Memory that the child may have beyond what it has when it starts, bytes."""
BESIDE_RESULT = 1_100_000_000
"""Memory that a reader may take beside its result, bytes: 1 GB, and a little for the allocator."""
BESIDE_FILES = 200_000_000
"""Memory that may be taken to unpack 50 MB, bytes."""
NO_MEMORY = re.compile("MemoryError|[Uu]nable to allocate|[Cc]annot allocate memory|bad_alloc|out of memory")
"""What a reader says that ran into the limit: without it, it would have taken the memory."""


class Inputs(Attack):
    """Gives mutated files to readers."""

    name = "inputs"
    purpose = "a mutated file is read"

    def prepare(self, folder: Path) -> None:
        """Make the seeds."""
        self.seeds = seeds()

    def start(self, folder: Path) -> None:
        """Prepare the folder; the child starts when it is needed."""
        self.folder = folder
        self.child: multiprocessing.Process | None = None

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
            self.child.start()  # type: ignore[union-attr]
            jobs.close()
        self.jobs.send((str(path), which))
        try:
            if self.jobs.poll(seconds):
                return str(self.jobs.recv())
            problem = f"not read after {seconds} s"
        except EOFError:
            self.child.join()  # type: ignore[union-attr]
            problem = f"the process died: exit code {self.child.exitcode}"  # type: ignore[union-attr]
        self.end()
        self.child = None
        return problem


def _serve(jobs: Connection, folder: Path) -> None:
    # C libraries write their warnings to standard error.
    log = (folder / "warnings").open("w")
    sys.stderr.flush()
    import os

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
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak of memory
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
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def read_photo(path: Path, folder: Path) -> int:
    """Read a photo as `ApplyToPhotos` does."""
    from tasks.photos.photo import open_photo

    photo = open_photo(path, max_megapixels=128)
    return photo.width * photo.height * len(photo.getbands())


def read_as_matte(path: Path, folder: Path) -> int:
    """Read a picture or MATLAB file as a matte."""
    from tasks.images.mattes import read_matte_file

    return sum(values.nbytes for values in read_matte_file(path).readings.values())


def read_matte_size(path: Path, folder: Path) -> int:
    """Read the size of a matte."""
    from tasks.images.mattes import matte_size

    matte_size(path)
    return 0


def read_small(path: Path, folder: Path) -> int:
    """Read a photo as it is resized."""
    from tasks.images.pictures import photo_file

    with photo_file(path) as file:
        photo = file.decode((32, 32))
    return photo.width * photo.height * 3


def read_arrays(path: Path, folder: Path) -> int:
    """Read photos and mattes of an npz."""
    from tasks.originals.npz import npz_pairs, read_npz

    parts = read_npz(path)
    npz_pairs(path, parts)
    return sum(part.photos.nbytes + (part.mattes.nbytes if part.mattes is not None else 0) for part in parts)


def read_names(path: Path, folder: Path) -> int:
    """Look into an npz for mattes."""
    from tasks.originals.npz import npz_holds_mattes

    npz_holds_mattes(path)
    return 0


def unpack(path: Path, folder: Path) -> int:
    """Unpack an archive; nothing may appear beside its folder."""
    from tasks.originals.unpack.archive import Limits, unpack_pictures, write_contents

    target = folder / "unpack" / "to"
    target.mkdir(parents=True)
    try:
        unpack_pictures(path, target, Limits(pictures=100, gigabytes=0.05))
        write_contents(folder / "unpack" / "contents.csv", target)
        size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        assert size < 60e6, f"{size / 1e6:.0f} MB unpacked, of 50 allowed"
    finally:
        beside = {file.name for file in (folder / "unpack").iterdir()} - {"to", "contents.csv"}
        links = [file for file in target.rglob("*") if not file.is_file() and not file.is_dir()]
        shutil.rmtree(folder / "unpack")
    assert not beside, f"written outside: {beside}"
    assert not links, f"not files: {links}"
    return 0


def read_model(path: Path, folder: Path) -> int:
    """Load a network as the shipped one is loaded."""
    from tasks.shipped.network import SavedNetwork

    return sum(array.nbytes for arrays in SavedNetwork(path).weights.values() for array in arrays)


def parse(path: Path, folder: Path) -> int:
    """Parse a record."""
    from tasks.core.freshness.record import NAME, read_record

    record = read_record(path.rename(path.with_name(NAME)).parent)
    if record:  # what uses of it rely on
        json.dumps([record.settings, record.made])
        record.remembered(("x", *record.files))
        assert all(isinstance(of.bytes, int) and isinstance(of.sha256, str) for of in record.files.values())
        assert all(isinstance(digests["bytes"], str) for digests in record.code.values())
        assert isinstance(float(record.made.get("seconds", 0)), float)
    return 0


def read_settings(path: Path, folder: Path) -> int:
    """Look for mistakes in a file of settings; where there are none, Luigi's own reader reads it."""
    from luigi.configuration.cfg_parser import LuigiConfigParser

    from tasks.core.settings_file import mistakes_in

    if mistakes_in(path):
        return 0
    parser = LuigiConfigParser()
    parser.read(str(path), encoding="utf-8")
    for section in parser.sections():
        for option in parser.options(section):
            parser.get(section, option)
    return 0


PICTURES = (read_photo, read_as_matte, read_small, read_matte_size)
READERS: dict[str, tuple[Callable[[Path, Path], int], ...]] = {
    **dict.fromkeys((".jpg", ".png", ".webp", ".gif", ".tif", ".bmp", ".heic", ".avif", ".jxl"), PICTURES),
    ".npz": (read_arrays, read_names),
    ".mat": (read_as_matte, read_matte_size),
    ".zip": (unpack,),
    ".tar": (unpack,),
    ".keras": (read_model,),
    ".json": (parse,),
    ".cfg": (read_settings,),
}
