"""Files and names in Korean on systems whose own encoding is not UTF-8."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import ROOT, Run, environment, write_portraits

TEXTS = ("core/text.py",)
"""Where texts are written: all by the first; the others write records, which hold times, so no two are alike."""
FOLDERS = ("pipeline", "tasks", "tests", "benchmarks", "renderer")


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
@pytest.mark.parametrize(("encoding", "program"), [("cp949", "command"), ("latin-1", "luigi")])
def test_a_path_in_luigi_cfg_is_the_same_path_everywhere(tmp_path: Path, encoding: str, program: str) -> None:
    portraits = write_portraits(tmp_path / "내 사진")
    (tmp_path / "luigi.cfg").write_text(
        f"[data]\nroot = 자료/é\n[originals]\nsource = {portraits}\n# 한글 설명\n", encoding="utf-8"
    )
    done = run(tmp_path, encoding, program, "--module", "pipeline", "Originals")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "자료" / "é" / "originals" / "record.json").is_file()
    assert "내 사진" in done.stderr


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_programs_and_files_say_is_read_as_utf8(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for call in calls(path):
            named = {keyword.arg for keyword in call.keywords}
            where = f"{path}:{call.lineno}"
            assert "encoding" in named or not named & {"text", "universal_newlines"}, where
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("read_text", "write_text"):
                assert "encoding" in named, where


def test_outputs_have_the_same_ends_of_lines_everywhere() -> None:
    for path in (ROOT / "tasks").rglob("*.py"):
        for call in calls(path):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "write_text":
                where = f"{path}:{call.lineno} writes other ends of lines on Windows"
                assert path.relative_to(ROOT / "tasks").as_posix() in TEXTS, where
