import os
import time
from pathlib import Path

import pytest

from tasks.core.file_times import COARSEST, unsettled


def state_at(path: Path, nanoseconds: int) -> os.stat_result:
    path.touch()
    os.utime(path, ns=(nanoseconds, nanoseconds))
    return path.stat()


def test_a_file_just_written_on_a_coarse_disk_is_unsettled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_000_000_001.5)
    assert unsettled(state_at(tmp_path / "a", 1_000_000_000 * 10**9)) == pytest.approx(COARSEST - 1.5)


@pytest.mark.parametrize("seconds", [1_000_000_000.25, 999_999_999, 1_000_000_009])
def test_fine_times_old_files_and_clocks_that_were_set_need_no_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_000_000_001.5)
    assert unsettled(state_at(tmp_path / "a", int(seconds * 10**9))) == 0
