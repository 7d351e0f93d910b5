"""The notebook, executed from top to bottom as on Colab; only the mounting of Drive is replaced."""

import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.world import ROOT, copy_project

pytestmark = pytest.mark.runs

MOUNT = """
from pathlib import Path

def mount(path):
    assert (Path(path) / "MyDrive").is_dir()
"""
OPTIONS = ["--training-epochs", "1"]


@pytest.fixture
def colab(tmp_path: Path, portraits: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of /content, with a Drive that has the project on it, and a stand-in for google.colab.

    The project's sample is small.
    """
    drive = tmp_path / "content" / "drive" / "MyDrive" / "portraits"
    copy_project(drive / "project", portraits)
    for file in ("luigi.cfg", "requirements.lock"):
        shutil.copy(ROOT / file, drive / "project")
    package = tmp_path / "stand-in" / "google" / "colab"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from google.colab import drive\n", encoding="utf-8")
    (package / "drive.py").write_text(MOUNT, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stand-in"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    return tmp_path / "content"


def execute(content: Path) -> tuple[str, str]:
    """Run all cells in a new session; return what they printed, and the HTML that they showed."""
    notebook = nbformat.reads((ROOT / "notebooks" / "colab.ipynb").read_text(encoding="utf-8"), as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("/content", str(content)).replace("OPTIONS = []", f"OPTIONS = {OPTIONS}")
    NotebookClient(notebook, timeout=None, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.get("text", "") for output in outputs)
    return printed, "".join(output.data.get("text/html", "") for output in outputs if "data" in output)


@pytest.mark.slow
def test_the_notebook_runs_and_a_new_session_repeats_nothing(colab: Path) -> None:
    printed, shown = execute(colab)
    assert "Report: done in" in printed
    assert "EvaluateAll would do nothing." in printed
    assert "These portraits are rendered" in shown
    kept = colab / "drive" / "MyDrive" / "portraits"
    assert sorted(path.name for path in kept.iterdir()) == ["data.tar", "project"]
    shutil.rmtree(colab / "work")
    printed, shown = execute(colab)
    assert ": done in" not in printed
    assert "These portraits are rendered" in shown
