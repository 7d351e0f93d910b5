"""The chain that is attacked: a world of a few tiny portraits, its commands, and what they must make."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tasks.core.freshness.lock import LOCKS
from tests.attack.forks import Forks, OfProcess, Run, ignore
from tests.world import ROOT, smooth_picture, write_pair

EPOCHS = ("--training-epochs", "2")
SETTINGS = (*EPOCHS, "--small-height", "32", "--small-width", "32", "--report-experiments", "gray-simple-3")
TIMED = {
    "history.csv": ("seconds", "images_per_second", "started"),
    "metrics.csv": ("training_seconds", "images_per_second"),
    "metrics.json": ("training_seconds", "images_per_second"),
}
"""Columns and keys that hold times, by the file's name."""
NUMBER = re.compile(rb"[0-9a-f]{64}|\d+([.,]\d+)*")
"""A number, or a digest, in a page that shows times and digests of files that hold times."""
WITHOUT_DIGEST = ("index.html", *TIMED)
"""Files that hold times, so that their digests differ from run to run."""


@dataclass(frozen=True)
class Step:
    """A command of the chain, which finds what the commands before it made."""

    name: str
    arguments: tuple[str, ...]
    trains: bool = False
    """Whether it starts TensorFlow, which takes seconds."""


STEPS = (
    Step("Originals", ("Originals",)),
    Step("SmallImages", ("SmallImages",)),
    Step("GrayTargets", ("GrayTargets",)),
    Step("EvaluateBaseline", ("EvaluateBaseline", "--baseline", "gray-rec601")),
    Step("EvaluateBaseline matte", ("EvaluateBaseline", "--baseline", "matte-mean")),
    Step("EvaluateBaseline gray", ("EvaluateBaseline", "--baseline", "gray-mean")),
    Step("ApplyToPhotos", ("ApplyToPhotos",)),
    Step("TrainModel", ("TrainModel", "--experiment", "gray-simple-3"), trains=True),
    Step("EvaluateModel", ("EvaluateModel", "--experiment", "gray-simple-3"), trains=True),
    Step("Report", ("Report",)),
)


class World:
    """A data folder to attack, and the inputs that it is made from, which worlds share."""

    def __init__(self, folder: Path, inputs: Path) -> None:
        """Make the world in a folder; the inputs are those of `write_inputs`."""
        self.inputs = inputs
        self.work = folder / "work"
        self.data = self.work / "data"
        self.forks = Forks(folder / "log")
        self.data.mkdir(parents=True)
        shutil.copy(ROOT / "luigi.cfg", self.work)

    def run(self, step: Step, *more: str, meanwhile: OfProcess = ignore, is_cold: bool = False) -> Run:
        """Run a command, in a fork or else in a Python of its own; `meanwhile` is called with its process's id."""
        arguments = [*step.arguments, *SETTINGS, *more]
        if "--originals-source" not in arguments:
            arguments += ["--originals-source", str(self.inputs / "portraits")]
        if step.name == "ApplyToPhotos":
            arguments += ["--photos", str(self.inputs / "photos")]
        return (self.forks.cold if is_cold else self.forks.luigi)(self.work, arguments, meanwhile)

    def reset(self, state: Path) -> None:
        """Put the data folder into a state that was kept."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(state, self.data, symlinks=True)


def write_inputs(inputs: Path) -> Path:
    """Write the portraits, four for training and two for testing, and two photos; return the folder."""
    for split, count, first in (("training", 4, 0), ("testing", 2, 100)):
        for number in range(1, count + 1):
            write_pair(inputs / "portraits" / split, f"{number:05d}", first + number, height=48, width=40)
    (inputs / "photos").mkdir()
    for name, seed in (("one.png", 7), ("two.jpg", 8)):
        Image.fromarray(smooth_picture(40, 36, seed)).save(inputs / "photos" / name)
    return inputs


def leftovers(data: Path) -> list[str]:
    """Return hidden files and folders that should have gone."""
    return sorted(path.relative_to(data).as_posix() for path in data.rglob(".*") if path.name != LOCKS)


def results(data: Path) -> dict[str, Any]:
    """Return all that was made, without times, by path: records and tables as values, other files as bytes.

    What is hidden is left out: locks, and what stopped runs left.
    """
    paths = {path.relative_to(data).as_posix(): path for path in sorted(data.rglob("*"))}
    shown = {name: path for name, path in paths.items() if not name.startswith(".") and "/." not in name}
    return {name: _content(path) for name, path in shown.items() if not path.is_dir() or path.is_symlink()}


def different(expected: dict[str, Any], made: dict[str, Any]) -> list[str]:
    """Return the files that are missing, too many, or other than expected."""
    return sorted(name for name in expected.keys() | made.keys() if expected.get(name) != made.get(name))


def _content(path: Path) -> Any:
    content = path.read_bytes() if path.is_file() else None
    if content is None:
        return None
    try:
        return _compared(path, content)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):  # it is damaged
        return content


def _compared(path: Path, content: bytes) -> Any:
    if path.name == "record.json":
        return _that_decides(json.loads(content))
    if path.name == "metrics.json":
        return _without(json.loads(content), TIMED[path.name])
    if path.name in TIMED:
        rows = [line.split(",") for line in content.decode().splitlines()]
        kept = [column for column, title in enumerate(rows[0]) if title not in TIMED[path.name]]
        return [[row[column] for column in kept] for row in rows]
    return NUMBER.sub(b"0", content) if path.name == "index.html" else content


def _without(values: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(values, dict):
        return {key: _without(value, keys) for key, value in values.items() if key not in keys}
    return [_without(value, keys) for value in values] if isinstance(values, list) else values


def _that_decides(record: Any) -> Any:
    """Return of a record what decides: without times, names for people, and digests that only save time.

    Of code there are two digests, and one that is as it was suffices. What is remembered of earlier outputs counts
    only when these are gone, and then any change makes them again.
    """
    files = {file: None if file in WITHOUT_DIGEST else of for file, of in record["files"].items()}
    inputs = {
        name: None if entry["file"] in WITHOUT_DIGEST else entry["sha256"]
        for name, entry in record["inputs"].items()
    }
    decides = {name: record[name] for name in ("schema", "settings", "watched")}
    return {**decides, "code": sorted(record["code"]), "files": files, "inputs": inputs}
