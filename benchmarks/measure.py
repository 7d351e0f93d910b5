"""What the benchmarks measure with."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """What a command took: seconds on the clock, the most memory in MB (10^6 bytes), and what it printed."""

    seconds: float
    peak_megabytes: float
    printed: str


def run(command: Sequence[str], folder: Path | None = None) -> Run:
    """Run a command, which must succeed, with the project on Python's path and its settings."""
    project = Path(__file__).parents[1]
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",  # compiled modules are kept, as usual, even if this is set here
        "PYTHONPATH": os.pathsep.join([str(project), os.environ.get("PYTHONPATH", "")]),
        "LUIGI_CONFIG_PATH": str(project / "luigi.cfg"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    # Linux counts it in kilobytes, macOS in bytes.
    peak = usage.ru_maxrss / 1e6 if sys.platform == "darwin" else usage.ru_maxrss * 1024 / 1e6
    return Run(time.monotonic() - started, peak, printed)


def luigi(folder: Path, *arguments: str) -> Run:
    """Run a task of the pipeline in a folder."""
    return run([sys.executable, "-m", "luigi", "--module", "pipeline", *arguments], folder)


def median_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median time of some runs, after one that does not count."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def print_machine() -> None:
    """Print the processor, its cores, and Python."""
    names = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    name = names[0] if names else platform.processor()
    print(f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}")


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
