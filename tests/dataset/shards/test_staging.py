"""Shards that workers leave, and what is known of them: whole, or rebuilt."""

from pathlib import Path

import numpy as np
import pytest

from tasks.dataset.shards.staging import ENDING, Staging, read_notes, write_notes

FILE = "train-00000-of-00001.npz"


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    staging = Staging(str(tmp_path), "made of")
    staging.write(FILE, "training", {"images": np.zeros((3, 2, 2, 3), np.uint8)}, {"warnings": ["dark"]})
    return staging


def test_finished_shards_come_back_with_their_facts(staging: Staging, tmp_path: Path) -> None:
    (one,) = staging.staged()
    assert (one.shard.file, one.shard.count, one.facts, one.made_of) == (
        FILE,
        3,
        {"warnings": ["dark"]},
        "made of",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE, FILE + ENDING]


@pytest.mark.parametrize("name", [FILE, FILE + ENDING])
@pytest.mark.parametrize("damaged", [b"", b"{}", b"null", bytes(100)])
def test_a_damaged_shard_or_note_is_not_finished(
    staging: Staging, tmp_path: Path, name: str, damaged: bytes
) -> None:
    (tmp_path / name).write_bytes(damaged)
    assert staging.staged() == []


def test_a_note_without_its_shard_is_not_finished(staging: Staging, tmp_path: Path) -> None:
    (tmp_path / FILE).unlink()
    assert staging.staged() == []


def test_notes_of_an_output_come_back_unless_they_are_damaged(staging: Staging, tmp_path: Path) -> None:
    notes = tmp_path / "shards.notes"
    assert read_notes(notes) == []
    write_notes(notes, staging.staged())
    assert read_notes(notes) == staging.staged()
    notes.write_bytes(notes.read_bytes().replace(b"dark", b"bark"))
    assert read_notes(notes) == []
