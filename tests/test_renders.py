"""Composites of a renders folder as one more source of training pairs, as a user sees it."""

import json
import os
from pathlib import Path

import pytest

from tests.training.composites.renders import write_renders
from tests.world import WORLD, World, trained_and_evaluated

MATTE = "matte-autoencoder"
RENDERS = ("--training-renders", "../renders")
DUE = trained_and_evaluated(MATTE) | {"Report"}


def settings(world: World, experiment: str) -> dict[str, object]:
    record = json.loads((world.data / "models" / experiment / "record.json").read_text(encoding="utf-8"))
    recorded: dict[str, object] = record["settings"]
    return recorded


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


@pytest.mark.slow
def test_renders_are_for_matte_models_alone_and_watched(world: World) -> None:
    renders = write_renders(world.folder / "renders")
    assert "training.renders" not in settings(world, MATTE)
    assert world.due() == set()
    assert world.due(*RENDERS) == DUE

    assert world.luigi("EvaluateAll", *RENDERS) == DUE
    assert settings(world, MATTE)["training.renders"] == "../renders"
    assert "1,000 new composites of renders" in (world.data / "models" / MATTE / "README.md").read_text(
        encoding="utf-8"
    )
    assert world.due(*RENDERS) == set()
    assert world.due() == DUE

    world.edit("tasks/training/composites/bystanders.py", "MOST = 3", "MOST = 2")
    assert world.due(*RENDERS) == DUE
    world.edit("tasks/training/composites/bystanders.py", "MOST = 2", "MOST = 3")
    touch(renders / "people" / "00001.png")
    assert world.due(*RENDERS) == DUE


@pytest.mark.slow
def test_a_folder_without_renders_is_one_message(world: World) -> None:
    run = world.run("TrainModel", "--experiment", MATTE, *WORLD, *RENDERS)
    assert run.returncode == 30
    assert "training.renders: ../renders is not a folder; give the folder that the renderer wrote" in run.stderr
    assert "Traceback" not in run.stderr


def test_composites_change_no_model_while_no_renders_are_given(world: World) -> None:
    world.edit("tasks/training/composites/bystanders.py", "MOST = 3", "MOST = 2")
    assert world.due() == set()
