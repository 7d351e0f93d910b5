"""How long do whole runs take? `python -m benchmarks.whole_run FOLDER`

FOLDER has `training/` and `testing/` with photos `NNNNN.jpg` and mattes `NNNNN_matte.png`. Compares the article's
steps as one script with `EvaluateAll` of the article's four gray experiments, in time and peak memory; then times
`EvaluateAll` of all usual experiments on the built-in sample, and the commands on a finished run.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Run, luigi, print_machine, run

FOUR = "gray-unet,gray-simple-3,gray-simple-15,gray-simple-30"
REPEATS = 5


def tell(name: str, one: Run) -> None:
    """Print time and memory of a run."""
    print(f"{name}: {one.seconds:.1f} s, peak memory {one.peak_megabytes:.0f} MB", flush=True)


def main(folder: str) -> None:
    """Run everything, each in an empty folder, and print what it took."""
    print_machine()
    with tempfile.TemporaryDirectory() as empty:
        ours = luigi(Path(empty), "EvaluateAll", "--originals-source", folder, "--report-experiments", FOUR)
        tell("EvaluateAll, the article's four gray experiments", ours)
    with tempfile.TemporaryDirectory() as empty:
        article = run([sys.executable, "-m", "benchmarks.article", folder], Path(empty))
        print(article.printed, end="")
        tell("the article's script", article)
    times, memory = article.seconds / ours.seconds, ours.peak_megabytes / article.peak_megabytes
    print(f"  ours is {times:.2f} times faster, with {memory:.2f} of the memory")
    with tempfile.TemporaryDirectory() as empty:
        tell("EvaluateAll on the sample, all usual experiments", luigi(Path(empty), "EvaluateAll"))
        for task in ("EvaluateAll", "Status"):
            warm = statistics.median(luigi(Path(empty), task).seconds for _ in range(REPEATS))
            print(f"{task}, nothing to do: {warm:.2f} s")
    alone = statistics.median(run([sys.executable, "-c", "import luigi"]).seconds for _ in range(REPEATS))
    print(f'python -c "import luigi": {alone:.2f} s')


if __name__ == "__main__":
    main(sys.argv[1])
