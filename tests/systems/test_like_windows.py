"""The whole pipeline in a Python that is as poor as that of Windows: see like_windows/sitecustomize.py."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.core.freshness.lock import LOCKS
from tasks.experiments import BASELINES
from tests.world import LUIGI, WORLD, Run, World, built, environment, make_world, results

pytestmark = [
    pytest.mark.runs,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for open files"),
]

LIKE_WINDOWS = Path(__file__).with_name("like_windows")


def variables(world: World) -> dict[str, str]:
    return {**environment(world.project), "PYTHONPATH": os.pathsep.join(map(str, (LIKE_WINDOWS, world.project)))}


def luigi(world: World, task: str, *arguments: str) -> Run:
    return subprocess.run(
        [*LUIGI, task, *arguments],
        cwd=world.folder / "work",
        env=variables(world),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def held_open(path: Path) -> subprocess.Popen[bytes]:
    """Another program that has a file open until it is killed."""
    program = subprocess.Popen(
        [sys.executable, "-c", "import sys, time\nfile = open(sys.argv[1])\nprint()\ntime.sleep(600)", str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert program.stdout is not None
    program.stdout.readline()
    return program


def test_what_it_lacks_is_missed_by_code_that_needs_it(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text(
        "import os\nassert not hasattr(os, 'fork')\nimport fcntl\n", encoding="utf-8"
    )
    run = subprocess.run(
        [sys.executable, "-c", "import tasks"],
        cwd=tmp_path,
        env={"PYTHONPATH": os.pathsep.join(map(str, (LIKE_WINDOWS, tmp_path)))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "ModuleNotFoundError: No module named 'fcntl'" in run.stderr


def test_a_stopped_training_is_resumed(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = ("TrainModel", "--experiment", "gray-unet", *WORLD, "--training-epochs", "2")
    training = subprocess.Popen(
        [*LUIGI, *command],
        cwd=world.folder / "work",
        env=variables(world),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    world.wait_for_epoch(training, "gray-unet", 1)
    training.send_signal(signal.SIGINT)
    said = training.communicate()[1]
    assert training.returncode == 130
    assert "Stopped. Finished work is kept" in said
    run = luigi(world, *command)
    assert built(run) == {"TrainModel gray-unet"}
    assert "resumed after epoch 1 of 2" in run.stderr


def test_everything_is_made_as_elsewhere_by_two_workers(finished: World, tmp_path: Path) -> None:
    world = make_world(tmp_path)
    settings = (*WORLD, "--report-experiments", "gray-simple-3")
    run = luigi(world, "EvaluateAll", *settings, "--workers", "2")
    assert run.returncode == 0, run.stderr
    everything = 3 + 2 + len(BASELINES) + 1
    assert len(built(run)) == everything
    assert f"({everything} of {everything}" in run.stderr
    made, expected = results(world.data), results(finished.data)
    # The report alone is of fewer experiments.
    assert not [name for name in made if made[name] != expected[name] and not name.startswith("report/")]
    status = luigi(world, "Status", *settings)
    assert "EvaluateAll would do nothing" in status.stdout
    elsewhere = world.run("EvaluateAll", *settings)  # on Linux as it is
    assert (elsewhere.returncode, built(elsewhere)) == (0, set())
    photos = luigi(world, "ApplyToPhotos", *WORLD, "--photos", "../portraits/testing/00001.png")
    assert "1 of 1 photos" in photos.stderr
    cleaned = luigi(world, "Clean", *WORLD, "--all")
    assert cleaned.returncode == 0, cleaned.stderr
    assert [path.name for path in world.data.iterdir() if path.name != LOCKS] == []


def test_a_file_that_a_spreadsheet_has_open_is_named_and_its_folder_replaced_later(world: World) -> None:
    manifest = world.data / "originals" / "manifest.csv"
    spreadsheet = held_open(manifest)
    started = time.monotonic()
    run = luigi(world, "Originals", *WORLD, "--rerun")
    assert time.monotonic() - started > 3
    assert run.returncode == 30
    assert "Another program, such as a spreadsheet, has a file here open: close it" in run.stderr
    assert "Traceback" not in run.stderr
    assert manifest.is_file()
    spreadsheet.kill()
    spreadsheet.wait()
    run = luigi(world, "Originals", *WORLD, "--rerun")
    assert built(run) == {"Originals"}
    assert not [path for path in world.data.rglob(".*") if path.name != LOCKS]
