import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).parents[1]
SMALL = ("--small-height", "40", "--small-width", "32")

Run = subprocess.CompletedProcess[str]
Luigi = Callable[..., Run]


def smooth_picture(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    """A colourful picture without sharp edges, (height, width, 3)."""
    grid = np.random.default_rng(seed).integers(0, 256, (4, 3, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC))


def write_pair(
    folder: Path, name: str, seed: int, height: int = 160, width: int = 128, suffix: str = ".png"
) -> None:
    """A photo and its matte, an ellipse, in the PFCN layout."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(smooth_picture(height, width, seed)).save(folder / f"{name}{suffix}")
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    matte = np.clip((0.7 - np.hypot(x, y)) * 400, 0, 255).astype(np.uint8)
    Image.fromarray(matte).save(folder / f"{name}_matte.png")


@pytest.fixture
def portraits(tmp_path: Path) -> Path:
    """Six pairs for training and three for testing."""
    return write_portraits(tmp_path / "portraits")


def write_portraits(root: Path) -> Path:
    for split, count, first in (("training", 6, 0), ("testing", 3, 100)):
        for number in range(1, count + 1):
            write_pair(root / split, f"{number:05d}", first + number)
    return root


@pytest.fixture
def luigi(tmp_path: Path) -> Luigi:
    """The luigi command, in a folder that has the project's luigi.cfg and nothing else."""
    return luigi_in(tmp_path / "work")


def luigi_in(folder: Path) -> Luigi:
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "luigi.cfg", folder)
    command = [str(Path(sys.executable).with_name("luigi")), "--module", "pipeline"]

    def run(*arguments: str) -> Run:
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        return subprocess.run(
            [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    return run


def built(run: Run) -> set[str]:
    """The titles of the stages that a run made."""
    return {line.partition(": done in")[0] for line in run.stderr.splitlines() if ": done in" in line}
