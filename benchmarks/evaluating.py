"""How long do evaluations and the report take? `python -m benchmarks.evaluating`

Trains all usual experiments for one epoch on a small rendered sample with 300 test portraits, and prints what the
records say of the evaluations and the report.
"""

import tempfile
from pathlib import Path

from benchmarks.measure import luigi, print_machine
from tasks.core.freshness.record import read_record
from tasks.experiments import BASELINES, EXPERIMENTS


def seconds(folder: Path) -> float:
    """Return how long the stage that made the folder took."""
    record = read_record(folder)
    return float(record.made["seconds"]) if record else 0.0


def main() -> None:
    """Print the sums over the evaluations of experiments and of baselines, and the report's time."""
    print_machine()
    with tempfile.TemporaryDirectory() as empty:
        sample = ("--originals-sample-training", "64", "--originals-sample-testing", "300")
        luigi(Path(empty), "EvaluateAll", *sample, "--training-epochs", "1")
        folders = sorted((Path(empty) / "data" / "evaluation").iterdir())
        for kind, names in ("experiments", set(EXPERIMENTS)), ("baselines", set(BASELINES)):
            measured = [seconds(folder) for folder in folders if folder.name in names]
            print(f"evaluations of 300 images, {len(measured)} {kind}: {sum(measured):.1f} s")
        print(f"the report: {seconds(Path(empty) / 'data' / 'report'):.1f} s")


if __name__ == "__main__":
    main()
