"""State that runs keep: read as it was written, or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.freshness.state import read_json_state, read_state, unsealed, write_json_state, write_state


def test_state_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_state(tmp_path / "state", b"\n\x00content\n")
    assert read_state(tmp_path / "state") == b"\n\x00content\n"
    write_json_state(tmp_path / "state", {"length": 3, "validator": "한"})
    assert read_json_state(tmp_path / "state") == {"length": 3, "validator": "한"}
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_there_may_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_state(tmp_path / "state") is None
    assert read_json_state(tmp_path / "state") is None
    assert capsys.readouterr().err == ""


@given(content=st.binary(max_size=50), data=st.data())
def test_every_changed_bit_and_every_cut_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "state"
    write_state(path, content)
    stored = path.read_bytes()
    assert unsealed(stored) == content
    changed = bytearray(stored)
    changed[data.draw(st.integers(0, len(stored) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert unsealed(bytes(changed)) is None
    assert unsealed(stored[: data.draw(st.integers(0, len(stored) - 1))]) is None
    assert unsealed(stored + data.draw(st.binary(min_size=1, max_size=9))) is None


@pytest.mark.parametrize("text", ["", "{", '{"length": 3}', "null"])
def test_damaged_state_counts_as_absent_and_is_named_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "state").write_text(text, encoding="utf-8")
    assert read_json_state(tmp_path / "state") is None
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"warning: {tmp_path / 'state'} is damaged")


def test_what_cannot_be_read_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with pytest.raises(OSError):  # noqa: PT011 (of another kind on Windows)
        read_state(tmp_path / "state")
