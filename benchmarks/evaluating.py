"""How long do evaluations and the report take? `python -m benchmarks.evaluating`

Trains all usual experiments for one epoch on a small rendered sample with 300 test portraits, and prints what the
records say of the evaluations and the report.
"""

import tempfile
from pathlib import Path

from benchmarks.measure import luigi, print_machine
from tasks.experiments import BASELINES
from tasks.freshness.record import read_record


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
        models, baselines = ([f for f in folders if (f.name in BASELINES) is told] for told in (False, True))
        evaluated, compared = (sum(map(seconds, some)) for some in (models, baselines))
        report = seconds(Path(empty) / "data" / "report")
    print(
        f"evaluations of 300 images: {len(models)} experiments {evaluated:.1f} s, {len(baselines)} baselines ",
        end="",
    )
    print(f"{compared:.1f} s; the report: {report:.1f} s")


if __name__ == "__main__":
    main()
