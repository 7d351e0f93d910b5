"""What does a data set in shards cost, as it grows? `python -m benchmarks.scale FOLDER [counts...]` (Linux)

FOLDER is for the generated originals, see `benchmarks.growth`: 2,000, 20,000 and 100,000 pairs unless other
counts are given. Each is made into shards of 2,000 by a real Dask cluster of one worker, and of two. Prints for
each data stage its time, the peak memory of each process, and the bytes that the workers read and wrote; with two
workers, the time and memory of one epoch of a small model and of its evaluation, too.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.growth import STAGES, generated
from benchmarks.measure import luigi, print_machine

SHARD_SIZE = "2000"
BEHIND = tuple(
    (task, "--experiment", "gray-simple-3", "--training-epochs", "1") for task in ("TrainModel", "EvaluateModel")
)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[int]]]:
    """Start a scheduler and workers of one thread each; yield its address and their process numbers."""
    about = folder / "scheduler.json"
    command = [sys.executable, "-m", "dask"]
    more = ["--scheduler-file", str(about), "--no-dashboard"]
    quiet = subprocess.DEVNULL
    started = [subprocess.Popen([*command, "scheduler", "--port", "0", *more], stdout=quiet, stderr=quiet)]
    try:
        while not about.exists():
            time.sleep(0.1)
        worker = [*command, "worker", "--nthreads", "1", "--no-nanny", *more]
        started += [subprocess.Popen(worker, stdout=quiet, stderr=quiet) for _ in range(workers)]
        yield json.loads(about.read_text(encoding="utf-8"))["address"], [process.pid for process in started[1:]]
    finally:
        for process in started:
            process.kill()
            process.wait()


def peak_megabytes(process: int) -> float:
    """Return the most memory that a process has had, in MB (10^6 bytes)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


def moved_megabytes(processes: list[int]) -> float:
    """Return what processes have read and written so far, files and connections, in MB."""
    lines = [
        line
        for process in processes
        for line in Path(f"/proc/{process}/io").read_text(encoding="utf-8").splitlines()
    ]
    return sum(int(line.split()[1]) for line in lines if line.startswith(("rchar", "wchar"))) / 1e6


def measure(folder: Path, source: Path, workers: int) -> None:
    """Print a line for each data stage."""
    with tempfile.TemporaryDirectory(dir=folder) as empty, cluster(Path(empty), workers) as (address, processes):
        options = ["--originals-source", str(source.resolve()), "--small-shard-size", SHARD_SIZE]
        for stage in STAGES:
            before = moved_megabytes(processes)
            one = luigi(Path(empty), stage, *options, "--small-engine", "dask", "--small-dask-address", address)
            moved = moved_megabytes(processes) - before
            peaks = ", ".join(f"{peak_megabytes(process):.0f}" for process in processes)
            print(
                f"{source.name} pairs, {workers} workers, {stage}: {one.seconds:.1f} s; peak memory "
                f"{one.peak_megabytes:.0f} MB, of the workers so far {peaks} MB; the workers moved {moved:.0f} MB",
                flush=True,
            )
        for task, *arguments in BEHIND if workers > 1 else ():
            one = luigi(Path(empty), task, *arguments, *options)
            print(
                f"{source.name} pairs, {task}: {one.seconds:.1f} s; peak memory {one.peak_megabytes:.0f} MB",
                flush=True,
            )


def main(folder: str, *counts: str) -> None:
    """Measure each count with one worker, and with two."""
    print_machine()
    for source in generated(folder, counts):
        for workers in (1, 2):
            measure(Path(folder), source, workers)


if __name__ == "__main__":
    main(*sys.argv[1:])
