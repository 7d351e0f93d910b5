"""How long do whole runs take? `python -m benchmarks.whole_run [FOLDER]`

On the built-in sample: `EvaluateAll` of all usual experiments, cold, and how much of it networks take; the
article's steps as one script on the same portraits; and the commands on a finished run. FOLDER has `training/`
and `testing/` with photos `NNNNN.jpg` and mattes `NNNNN_matte.png`: there, the article's script is compared with
`EvaluateAll` of its four gray experiments, in time and peak memory.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Run, luigi, print_machine, run

FOUR = "gray-unet,gray-simple-3,gray-simple-15,gray-simple-30"
REPEATS = 5


def print_run(name: str, one: Run) -> None:
    """Print time and memory of a run."""
    print(f"{name}: {one.seconds:.1f} s, peak memory {one.peak_megabytes:.0f} MB", flush=True)


def article(originals: Path) -> Run:
    """Run the article's steps as one script on a folder of portraits."""
    with tempfile.TemporaryDirectory() as empty:
        script = run([sys.executable, "-m", "benchmarks.article", str(originals)], Path(empty))
    print(script.printed, end="")
    print_run("the article's script", script)
    return script


def on_the_sample() -> None:
    """Time the usual experiments on the sample, and the commands when all is done."""
    with tempfile.TemporaryDirectory() as empty:
        ours = luigi(Path(empty), "EvaluateAll")
        print_run("EvaluateAll on the sample, all usual experiments", ours)
        records = [
            json.loads(path.read_text(encoding="utf-8"))
            for path in (Path(empty) / "data" / "models").rglob("record.json")
        ]
        networks = sum(record["made"]["seconds"] for record in records)
        print(f"  training and recalibrating networks: {networks:.1f} s, {networks / ours.seconds:.0%} of it")
        script = article(Path(empty) / "data" / "unpacked" / "files")
        times = ours.seconds / script.seconds
        print(f"  ours takes {times:.2f} times as long, for {len(records)} models instead of 4")
        for task in ("EvaluateAll", "Status"):
            warm = statistics.median(luigi(Path(empty), task).seconds for _ in range(REPEATS))
            print(f"{task}, nothing to do: {warm:.2f} s")
    alone = statistics.median(run([sys.executable, "-c", "import luigi"]).seconds for _ in range(REPEATS))
    print(f'python -c "import luigi": {alone:.2f} s')


def on_portraits(folder: str) -> None:
    """Compare the article's four gray experiments with its script."""
    with tempfile.TemporaryDirectory() as empty:
        ours = luigi(Path(empty), "EvaluateAll", "--originals-source", folder, "--report-experiments", FOUR)
    print_run("EvaluateAll, the article's four gray experiments", ours)
    script = article(Path(folder))
    times, memory = script.seconds / ours.seconds, ours.peak_megabytes / script.peak_megabytes
    print(f"  ours is {times:.2f} times faster, with {memory:.2f} of the memory")


def main(folder: str = "") -> None:
    """Run everything, each in an empty folder, and print what it took."""
    print_machine()
    if folder:
        on_portraits(folder)
    on_the_sample()


if __name__ == "__main__":
    main(*sys.argv[1:])
