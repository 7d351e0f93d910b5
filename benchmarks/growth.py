"""How do time and memory grow with the originals? `python -m benchmarks.growth FOLDER [counts...]`

FOLDER is for the generated originals: pairs of 200x150, all different, 2,000, 20,000 and 100,000 unless other
counts are given. Prints the time and the peak memory of each data stage, and the size of what it made.
"""

import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.measure import luigi, print_machine
from tasks.core.threads import in_threads

COUNTS = ("2000", "20000", "100000")
STAGES = ("Originals", "SmallImages", "GrayTargets")
PERSON = np.where(np.hypot(*np.mgrid[-1:1:200j, -1:1:150j]) < 0.6, 255, 0).astype(np.uint8)


def generate(folder: Path, count: int) -> None:
    """Write pairs in the layout of PFCN, a seventh for testing."""
    matte = io.BytesIO()
    Image.fromarray(PERSON).save(matte, "PNG")
    coarse = np.random.default_rng(0).integers(0, 256, (64, 9, 7, 3), np.uint8)
    portraits = [np.asarray(Image.fromarray(portrait).resize((150, 200))) for portrait in coarse]

    def write(number: int) -> None:
        split = folder / ("testing" if number % 7 == 0 else "training")
        portrait = portraits[number % len(portraits)].copy()
        portrait[:8, :16] = [0, 0, 0]
        bits = np.array([number >> bit & 1 for bit in range(17)], np.uint8)
        portrait[: 8 * 17 : 8, 20:40] = bits[:, None, None] * 255
        Image.fromarray(np.roll(portrait, number // len(portraits), axis=1)).save(split / f"{number:06}.jpg")
        (split / f"{number:06}_matte.png").write_bytes(matte.getvalue())

    for split in ("training", "testing"):
        (folder / split).mkdir(parents=True, exist_ok=True)
    list(in_threads(write, range(count)))


def generated(folder: str, counts: Sequence[str]) -> Iterator[Path]:
    """Yield the folder of the originals of each count, after generating them if they are not there."""
    for count in counts or COUNTS:
        source = Path(folder) / count
        if not source.exists():
            generate(source, int(count))
        yield source


def main(folder: str, *counts: str) -> None:
    """Print a line a stage for each count."""
    print_machine()
    for source in generated(folder, counts):
        with tempfile.TemporaryDirectory(dir=folder) as empty:
            for stage in STAGES:
                one = luigi(Path(empty), stage, "--originals-source", str(source.resolve()))
                output = (
                    Path(empty) / "data" / {"Originals": "originals", "SmallImages": "small"}.get(stage, "gray")
                )
                made = sum(file.stat().st_size for file in output.iterdir()) / 1e6
                measured = f"{one.seconds:.1f} s, peak memory {one.peak_megabytes:.0f} MB, made {made:.0f} MB"
                print(f"{source.name} pairs, {stage}: {measured}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
