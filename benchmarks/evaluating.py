"""How long do evaluations and the report take? `python -m benchmarks.evaluating`

Trains all usual experiments for one epoch on 64 portraits, evaluates them on 300, and prints what the records say
of the evaluations and the report. The portraits are the sample's, some of them several times.
"""

import tempfile
import zipfile
from itertools import cycle, islice
from pathlib import Path

from benchmarks.measure import luigi, print_machine
from tasks.core.freshness.record import read_record
from tasks.experiments import BASELINES, EXPERIMENTS
from tasks.settings import SAMPLE_ARCHIVE

COUNTS = {"training": 64, "testing": 300}


def write_portraits(root: Path) -> None:
    """Write the portraits in the layout of PFCN."""
    with zipfile.ZipFile(SAMPLE_ARCHIVE) as sample:
        photos = cycle(name for name in sample.namelist() if name.endswith(".jpg"))
        for split, count in COUNTS.items():
            (root / split).mkdir(parents=True)
            for number, photo in enumerate(islice(photos, count)):
                (root / split / f"{number:05d}.jpg").write_bytes(sample.read(photo))
                matte = sample.read(photo.replace(".jpg", "_matte.png"))
                (root / split / f"{number:05d}_matte.png").write_bytes(matte)


def seconds(folder: Path) -> float:
    """Return how long the stage that made the folder took."""
    record = read_record(folder)
    return float(record.made["seconds"]) if record else 0.0


def main() -> None:
    """Print the sums over the evaluations of experiments and of baselines, and the report's time."""
    print_machine()
    with tempfile.TemporaryDirectory() as empty:
        write_portraits(Path(empty) / "portraits")
        luigi(Path(empty), "EvaluateAll", "--originals-source", "portraits", "--training-epochs", "1")
        folders = sorted((Path(empty) / "data" / "evaluation").iterdir())
        for kind, names in ("experiments", set(EXPERIMENTS)), ("baselines", set(BASELINES)):
            measured = [seconds(folder) for folder in folders if folder.name in names]
            print(f"evaluations of {COUNTS['testing']} images, {len(measured)} {kind}: {sum(measured):.1f} s")
        print(f"the report: {seconds(Path(empty) / 'data' / 'report'):.1f} s")


if __name__ == "__main__":
    main()
