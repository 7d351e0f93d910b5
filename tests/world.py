"""What the tests run on: small portraits, and worlds of a project, portraits and a data folder."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from PIL import Image

from tasks.core.freshness.lock import LOCKS
from tasks.core.freshness.resume import PARTIAL
from tasks.experiments import BASELINES, EXPERIMENTS
from tasks.settings import SAMPLE_ARCHIVE

ROOT = Path(__file__).parents[1]
SMALL = ("--small-height", "40", "--small-width", "32")

EXPERIMENTS_HERE = ("gray-unet", "gray-unet-recalibrated", "gray-simple-3", "matte-autoencoder")
"""Some of each kind: a target of its own, running statistics, a model that is taken over."""
TRAINED_HERE = tuple(name for name in EXPERIMENTS_HERE if not EXPERIMENTS[name].recalibrates)
EVERYTHING = 3 + 2 * len(EXPERIMENTS_HERE) + len(BASELINES) + 1
EPOCHS = ("--training-epochs", "1")
WORLD = ("--originals-source", "../portraits", *EPOCHS, *SMALL, "--report-experiments", ",".join(EXPERIMENTS_HERE))

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="by calls of POSIX")
"""Mark of tests whose means Windows does not have."""

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


def write_portraits(root: Path) -> Path:
    for split, count, first in (("training", 6, 0), ("testing", 3, 100)):
        for number in range(1, count + 1):
            write_pair(root / split, f"{number:05d}", first + number)
    return root


def luigi_in(folder: Path, project: Path = ROOT) -> Luigi:
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "luigi.cfg", folder)

    def run(*arguments: str) -> Run:
        return subprocess.run(
            [*LUIGI, *arguments],
            cwd=folder,
            env=environment(project),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


LUIGI = (sys.executable, "-m", "luigi", "--module", "pipeline")


def environment(project: Path) -> dict[str, str]:
    """The environment in which python imports the pipeline of this project folder."""
    return {
        **os.environ,
        "PYTHONPATH": str(project),
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",  # compiled files are compared with their sources by whole seconds only
    }


def run_with_room(folder: Path, size: int, *arguments: str) -> Run:
    """Run luigi in the folder, where no file may be larger than `size` bytes: the nearest thing to a full disk."""
    resource = pytest.importorskip("resource")  # not on Windows
    return subprocess.run(
        [*LUIGI, *arguments],
        cwd=folder,
        env=environment(ROOT),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def without_privileges() -> list[str]:
    """What to put before a command so that permissions count for it, even if the administrator runs it."""
    if sys.platform == "win32":
        pytest.skip("Windows has other permissions")
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("run by the administrator, on a system without setpriv")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def built(run: Run) -> set[str]:
    """The titles of the stages that a run made."""
    return {line.partition(": done in")[0] for line in run.stderr.splitlines() if ": done in" in line}


def trained_and_evaluated(*experiments: str) -> set[str]:
    """The titles of the stages that make and evaluate the models of these experiments."""
    makes = {name: "RecalibrateModel" if EXPERIMENTS[name].recalibrates else "TrainModel" for name in experiments}
    return {f"{task} {name}" for name in experiments for task in (makes[name], "EvaluateModel")}


class World:
    """A folder with portraits, a copy of the project, a luigi.cfg, and the data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.portraits = folder / "portraits"
        self.project = folder / "project"
        self.data = folder / "work" / "data"
        self.run = luigi_in(folder / "work", self.project)

    def luigi(self, task: str, *arguments: str) -> set[str]:
        """Run a task with the world's settings, and return what was built."""
        run = self.run(task, *WORLD, *arguments)
        assert run.returncode == 0, run.stderr
        assert not [path for path in self.data.rglob(".*") if path.name != LOCKS]
        return built(run)

    def start(self, task: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a task with the world's settings; what it says can be read."""
        return subprocess.Popen(
            [*LUIGI, task, *WORLD, *arguments],
            cwd=self.folder / "work",
            env=environment(self.project),
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def wait_for_epoch(self, run: subprocess.Popen[str], experiment: str, number: int) -> None:
        """Wait until a training that runs has finished so many epochs, by its checkpoint."""
        wait_for_epoch(self.data, run, experiment, number)

    def due(self, *arguments: str) -> set[str]:
        """The titles of what `Status` says that EvaluateAll would make."""
        run = self.run("Status", *WORLD, *arguments)
        assert run.returncode == 0, run.stderr
        plan = next(line for line in run.stdout.splitlines() if line.startswith("EvaluateAll would"))
        _, _, titles = plan.partition(": ")
        return set(titles.partition(".")[0].split(", ")) - {""}

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file of the project, where it must be once."""
        file = self.project / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")


def wait_for_epoch(data: Path, run: subprocess.Popen[str], experiment: str, number: int) -> None:
    """Wait until a training that runs on a data folder has finished so many epochs, by its checkpoint."""
    while True:
        for checkpoint in data.glob(f"models/{PARTIAL}{experiment}/*/checkpoint.npz"):
            with np.load(checkpoint) as saved:
                if len(json.loads(str(saved["epochs"]))) >= number:
                    return
        if run.poll() is not None:
            raise AssertionError(run.communicate()[1])
        time.sleep(0.02)


def make_world(folder: Path) -> World:
    """A world in which nothing was run yet."""
    copy_project(folder / "project", write_portraits(folder / "portraits"))
    return World(folder)


def copy_project(project: Path, portraits: Path) -> Path:
    """A copy of the project's code, with these portraits as its sample; return the path of the sample."""
    sample = project / SAMPLE_ARCHIVE.relative_to(ROOT)
    for package in ("pipeline", "tasks"):
        ignored = shutil.ignore_patterns("__pycache__", sample.name)
        shutil.copytree(ROOT / package, project / package, ignore=ignored)
    shutil.make_archive(str(sample.with_suffix("")), "zip", portraits)
    return sample


TIMED = ("seconds", "images_per_second", "training_seconds", "started")


UNCOMPARED = ("record.json", "index.html", "listing.json", "source.json", "report/metrics.json")


def results(data: Path) -> dict[str, bytes]:
    """All that a run made, without times and paths: records, the page, and some columns of tables are left out."""
    found = {}
    for path in data.rglob("*"):
        name = path.relative_to(data).as_posix()
        if path.name in ("history.csv", "metrics.csv"):
            table = pd.read_csv(path, dtype=str)
            found[name] = table.drop(columns=[column for column in TIMED if column in table]).to_csv().encode()
        elif path.is_file() and path.name not in UNCOMPARED and name not in UNCOMPARED:
            found[name] = path.read_bytes()
    return found
