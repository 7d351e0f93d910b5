"""Files and names in Korean on systems whose own encoding is not UTF-8."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import ROOT, Run, environment, write_portraits


def run(folder: Path, encoding: str, program: str, *arguments: str) -> Run:
    """Run luigi, as its command or by python -m, on a system with this encoding."""
    return subprocess.run(
        [sys.executable, str(ROOT / "tests" / "systems" / "legacy.py"), encoding, program, *arguments],
        cwd=folder,
        env={**environment(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.runs
@pytest.mark.parametrize(
    ("encoding", "program"),
    [("cp949", "command"), ("cp1252", "command"), ("latin-1", "luigi"), ("ascii", "command")],
)
def test_a_path_in_luigi_cfg_is_the_same_path_everywhere(tmp_path: Path, encoding: str, program: str) -> None:
    portraits = write_portraits(tmp_path / "내 사진")
    (tmp_path / "luigi.cfg").write_text(
        f"[data]\nroot = 자료/é\n[originals]\nsource = {portraits}\n# 한글 설명\n", encoding="utf-8"
    )
    done = run(tmp_path, encoding, program, "--module", "pipeline", "Originals")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "자료" / "é" / "originals" / "record.json").is_file()
    assert "내 사진" in done.stderr
