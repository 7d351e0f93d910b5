import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import ROOT

pytestmark = pytest.mark.runs

SCRIPT = """
import gc
import os
from tasks.training.tensorflow_start import import_tensorflow
import_tensorflow()
print(os.environ["TF_ENABLE_ONEDNN_OPTS"])
rubbish = []
rubbish.append(rubbish)
import_tensorflow()
del rubbish
assert gc.get_freeze_count() > 0
assert gc.collect() >= 1  # what came after the import is no part of what stays
"""


def start(folder: Path, tensorflow: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import a module that stands for TensorFlow, whose import takes its time and has its own words."""
    (folder / "tensorflow.py").write_text(tensorflow, encoding="utf-8")
    (folder / "keras.py").write_text("", encoding="utf-8")
    variables = {"PYTHONPATH": f"{folder}:{ROOT}", **environment}
    command = [sys.executable, "-c", SCRIPT]
    return subprocess.run(command, env=variables, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(("environment", "chosen"), [({}, "1"), ({"TF_ENABLE_ONEDNN_OPTS": "0"}, "0")])
def test_onednn_is_on_before_the_import_unless_it_is_off(
    environment: dict[str, str], chosen: str, tmp_path: Path
) -> None:
    run = start(tmp_path, "import os\nassert 'TF_ENABLE_ONEDNN_OPTS' in os.environ", **environment)
    assert (run.stdout, run.stderr) == (f"{chosen}\n", "")


def test_what_the_import_prints_is_seen_only_when_it_fails(tmp_path: Path) -> None:
    words = "import os\nos.write(2, b'a library is missing')\n"
    assert start(tmp_path, words).stderr == ""
    failed = start(tmp_path, words + "raise ImportError('no')")
    assert failed.returncode == 1
    assert "a library is missing" in failed.stderr
    assert "ImportError: no" in failed.stderr


def test_a_processor_that_tensorflow_would_crash_on_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("flags\t\t: fpu sse sse2\n", encoding="utf-8")
    script = (
        "from pathlib import Path\n"
        "from tasks.core import machine\n"
        f"machine.PROCESSOR = Path({str(tmp_path / 'cpuinfo')!r})\n" + SCRIPT
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 1
    assert "UserError: TensorFlow for Linux needs a processor with AVX" in run.stderr
