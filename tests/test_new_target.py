"""A new target reaches the report by one file and a row in each of two catalogues, as CONTRIBUTING.md says."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.world import WORLD, make_world

pytestmark = pytest.mark.runs

TOY = '''"""The matte, from the gray picture."""

from typing import Any

from tasks.targets.target import ImageError, Metric, StageArray, Target, Text

CLOSENESS = Metric("closeness", "closeness", 1, "근접도", percent=True)

TARGET = Target(
    title=Text("A toy", "장난감"),
    card="toys from gray pictures",
    input=StageArray("tasks.gray.task:GrayTargets", "gray_images"),
    output=StageArray("tasks.small.task:SmallImages", "mattes"),
    metrics=(CLOSENESS,),
    headline=CLOSENESS,
    error=ImageError(CLOSENESS),
    history_metrics=(CLOSENESS,),
    measure="tasks.targets.toy:measure",
)


def measure(predictions: Any, targets: Any) -> dict[str, Any]:
    return {"closeness": 1 - abs(predictions - targets).mean(axis=(1, 2, 3))}
'''


@pytest.mark.slow
def test_a_toy_target_reaches_the_report(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    (world.project / "tasks" / "targets" / "toy.py").write_text(TOY, encoding="utf-8")
    catalogue = "tasks/targets/__init__.py"
    world.edit(catalogue, "import gray, matte\n", "import gray, matte, toy\n")
    world.edit(catalogue, '    "matte": matte.TARGET,\n', '    "matte": matte.TARGET,\n    "toy": toy.TARGET,\n')
    world.edit(
        "tasks/experiments.py",
        "EXPERIMENTS: dict[str, Experiment] = {\n",
        'EXPERIMENTS: dict[str, Experiment] = {\n    "toy-simple": Experiment("toy", "simple"),\n',
    )
    chosen = ("--report-experiments", "toy-simple")
    made = world.luigi("EvaluateAll", *chosen)
    assert {"TrainModel toy-simple", "EvaluateModel toy-simple", "EvaluateBaseline toy-mean"} < made

    report = world.data / "report"
    rows = {
        row["name"]: row for row in json.loads((report / "metrics.json").read_text(encoding="utf-8"))["results"]
    }
    assert {"toy-simple", "toy-mean"} < rows.keys()
    assert 0 < rows["toy-simple"]["closeness_low"] <= rows["toy-simple"]["closeness"] < 1
    assert "weight_red" not in rows["toy-simple"]

    page = (report / "index.html").read_text(encoding="utf-8")
    assert '<h3><span lang="en">A toy</span><span lang="ko">장난감</span></h3>' in page
    assert '<span lang="en">closeness</span><span lang="ko">근접도</span>' in page
    assert f"{100 * rows['toy-simple']['closeness']:.1f}%" in page
    assert 'id="points-toy-simple-brightness"' in page
    assert 'id="points-toy-simple-saturation"' not in page
    assert ">1 - closeness<" in page
    assert 'alt="worst test images of toy-simple: input, target, prediction and error"' in page
    assert 'data-title="toy, input"' in page
    assert "The sensitivity of toy-simple" in page

    assert pd.read_csv(report / "history.csv").set_index("name")["closeness"].notna().to_dict() == {
        **dict.fromkeys(("gray-mean", "gray-rec601", "matte-mean"), False),
        **dict.fromkeys(("toy-simple", "toy-mean"), True),
    }
    assert "\nPredicts toys from gray pictures.\n" in (
        world.data / "models" / "toy-simple" / "README.md"
    ).read_text(encoding="utf-8")

    again = world.run("EvaluateAll", *WORLD, *chosen)
    assert again.returncode == 0
    assert [line.split() for line in again.stderr.splitlines() if "A toy" in line] == [
        ["A", "toy", "closeness", "time"]
    ]
