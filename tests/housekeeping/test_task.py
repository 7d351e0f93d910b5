"""`Status` and `Clean` as a user runs them."""

import os
import shutil
from pathlib import Path

import pytest

from tasks.core.freshness.lock import LOCKS, locked
from tests.world import EVERYTHING, TRAINED_HERE, WORLD, World

CHANGED = ("--training-epochs", "2")


def files(data: Path) -> dict[Path, tuple[bytes, int]]:
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in data.rglob("*") if path.is_file()}


def command(world: World, name: str, *arguments: str) -> list[str]:
    run = world.run(name, *WORLD, *arguments)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return run.stdout.splitlines()


def states(lines: list[str]) -> dict[str, str]:
    """The state of each stage, by its title."""
    known = ("fresh", "stale", "damaged", "missing", "removed")
    table = lines[: lines.index("")]
    return {
        line[: line.index(state)].strip(): state for line in table for state in known if f"  {state}" in line[:60]
    }


def test_status_of_a_finished_run(finished: World) -> None:
    before = files(finished.data)
    lines = command(finished, "Status")
    assert set(states(lines).values()) == {"fresh"}
    assert len(states(lines)) == EVERYTHING
    assert all(("images/s" in line) == ("TrainModel" in line) for line in lines)
    assert lines[-1] == "EvaluateAll would do nothing."
    assert files(finished.data) == before


def test_status_of_an_empty_data_folder(finished: World, tmp_path: Path) -> None:
    lines = command(finished, "Status", "--data-root", str(tmp_path / "none"))
    assert set(states(lines).values()) == {"missing"}
    assert not (tmp_path / "none").exists()


def test_status_says_in_words_what_is_wrong(world: World) -> None:
    shutil.rmtree(world.data / "gray")
    os.truncate(world.data / "models" / "gray-unet" / "model.keras", 10)
    (world.portraits / "testing" / "00003.png").touch()
    (world.portraits / "training" / "00001.png").unlink()
    world.edit("tasks/evaluation/metrics/gray.py", "error.mean(axis=1)", "error.mean(axis=1) + 1")
    lines = command(world, "Status", *CHANGED)
    text = "\n".join(lines)
    assert "photos and mattes: 1 replaced or touched, 1 removed" in text
    assert "model.keras is damaged" in text
    assert "training.epochs 1 -> 2" in text
    assert "tasks/evaluation/metrics/gray.py changed" in text
    found = states(lines)
    assert found["Originals"] == "stale"
    assert found["GrayTargets"] == "missing"
    assert found["TrainModel gray-unet"] == "damaged"
    assert f"would make {EVERYTHING} of {EVERYTHING} outputs" in text


def test_an_output_that_is_not_missed_is_said_to_be_removed(world: World) -> None:
    shutil.rmtree(world.data / "small")
    lines = command(world, "Status")
    assert states(lines)["SmallImages"] == "removed"
    assert "EvaluateAll would do nothing." in lines


def test_clean_lists_and_then_removes_what_is_stale_and_nothing_else(world: World) -> None:
    (world.data / "models" / "gray-unet" / "notes.txt").write_text("the user's", encoding="utf-8")
    shutil.copytree(world.data / "models" / "gray-simple-3", world.data / "models" / "an-older-name")
    before = files(world.data)
    listed = command(world, "Clean", *CHANGED, "--dry-run")
    assert files(world.data) == before
    assert listed[-1].startswith(f"Would remove {len(TRAINED_HERE) + 1} folders, ")
    done = command(world, "Clean", *CHANGED)
    assert done[:-1] == listed[:-1]
    left = {path.relative_to(world.data / "models") for path in (world.data / "models").rglob("*")}
    waiting = Path("gray-unet-recalibrated")  # which is stale only if another gray-unet comes of it
    assert waiting in left
    assert {path.as_posix() for path in left if waiting not in (path, *path.parents)} == {
        "gray-unet",
        "gray-unet/notes.txt",
    }
    assert command(world, "Clean", *CHANGED) == ["Removed 0 folders, 0 kB."]
    for stage in ("originals", "small", "gray", "evaluation", "report"):
        assert (world.data / stage).is_dir()


@pytest.mark.slow
def test_clean_keeps_work_that_the_next_run_resumes(world: World) -> None:
    train = ("TrainModel", "--experiment", "gray-simple-3", "--training-epochs", "40")
    run = world.start(*train)
    world.wait_for_epoch(run, "gray-simple-3", 3)
    run.terminate()
    run.communicate()
    command(world, "Clean", "--training-epochs", "40")
    assert list(world.data.rglob("checkpoint.npz"))
    command(world, "Clean", "--training-epochs", "41")
    assert not list(world.data.rglob("checkpoint.npz"))


@pytest.mark.slow
def test_clean_keeps_a_model_that_was_trained_while_it_waited(world: World) -> None:
    world.luigi("TrainModel", "--experiment", "gray-simple-15")
    model, elsewhere = world.data / "models" / "gray-simple-15", world.folder / "elsewhere"
    model.rename(elsewhere)
    with locked(world.data / LOCKS / "report", alone=True, waiting=lambda: None):
        clean = world.start("Clean")
        assert clean.stderr is not None
        assert "waiting for a run" in clean.stderr.readline()
        elsewhere.rename(model)
    assert clean.communicate()[1] == ""
    assert (model / "model.keras").is_file()


@pytest.mark.parametrize("own", [None, "notes.txt"])
def test_clean_all_leaves_only_locks_and_what_is_not_the_pipelines(world: World, own: str | None) -> None:
    kept = set()
    if own:
        (world.data / "report" / own).write_text("the user's", encoding="utf-8")
        kept = {world.data / "report", world.data / "report" / own}
    command(world, "Clean", "--all")
    assert {path for path in world.data.rglob("*") if LOCKS not in path.parts} == kept
    # A run that waits for a lock must find the same file when another run asks for it.
    assert all(path.stat().st_size == 0 for path in (world.data / LOCKS).iterdir())
    assert world.portraits.is_dir()


def test_clean_of_nothing(finished: World, tmp_path: Path) -> None:
    assert command(finished, "Clean", "--data-root", str(tmp_path / "none")) == ["Removed 0 folders, 0 kB."]
