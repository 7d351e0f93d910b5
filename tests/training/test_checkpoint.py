"""Checkpoints: of this training and whole, or not used."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.training.checkpoint import restore_checkpoint, save_checkpoint

EPOCHS = [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 1 / 3}]


def variables(fill: float) -> list[keras.Variable]:
    return [keras.Variable(np.full((2, 3), fill, np.float32)), keras.Variable(np.array(7, np.int64))]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    (tmp_path / "training").mkdir()
    save_checkpoint(tmp_path / "training" / "checkpoint.npz", variables(0.25), EPOCHS)
    return tmp_path / "training" / "checkpoint.npz"


def used(checkpoint: Path) -> bool:
    state = variables(0)
    epochs = restore_checkpoint(checkpoint, state)
    assert epochs in ([], EPOCHS)
    assert (keras.ops.convert_to_numpy(state[0]) == (0.25 if epochs else 0)).all()
    return bool(epochs)


def test_a_checkpoint_comes_back_as_it_was_saved(checkpoint: Path) -> None:
    assert used(checkpoint)
    assert [path.name for path in checkpoint.parent.iterdir()] == ["checkpoint.npz"]
    assert not used(checkpoint.with_name("none.npz"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_a_damaged_checkpoint_is_not_used(checkpoint: Path, data: st.DataObject) -> None:
    content = checkpoint.read_bytes()
    changed = bytearray(content)
    changed[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    checkpoint.write_bytes(changed)
    assert not used(checkpoint)
    checkpoint.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    assert not used(checkpoint)
    checkpoint.write_bytes(content)


def test_a_checkpoint_with_another_history_is_not_used(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with np.load(checkpoint) as saved:
        arrays = {name: saved[name] for name in saved.files}
    np.savez(checkpoint, **{**arrays, "epochs": np.array(json.dumps([*EPOCHS, {"epoch": 3, "loss": 0.1}]))})
    assert not used(checkpoint)
    assert "checkpoint.npz is damaged and ignored" in capsys.readouterr().err


def test_a_training_that_began_on_another_machine_is_resumed_with_a_note(
    checkpoint: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert used(checkpoint)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("tasks.training.checkpoint.this_machine", lambda: "Windows AMD64, another")
    assert used(checkpoint)
    said = capsys.readouterr().err
    assert said.startswith("note: this training began on another machine (")
    assert "here (Windows AMD64, another)" in said


def test_a_checkpoint_of_another_training_is_not_used(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = checkpoint.parent.rename(checkpoint.parent.with_name("other")) / "checkpoint.npz"
    assert not used(other)
    assert "is of another training and not used" in capsys.readouterr().err
