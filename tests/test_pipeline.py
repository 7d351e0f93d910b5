"""The graph as a user runs it: the luigi command, in a folder of its own."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tasks.core.freshness.lock import LOCKS
from tasks.experiments import BASELINES, EXPERIMENTS
from tasks.training.precision import chosen_precision
from tests.world import (
    EPOCHS,
    EXPERIMENTS_HERE,
    LUIGI,
    ROOT,
    SMALL,
    WORLD,
    Luigi,
    World,
    built,
    environment,
)


def test_every_stage_writes_what_the_design_names(finished: World) -> None:
    data = finished.data
    assert {path.name for path in data.iterdir()} == {
        "originals",
        "small",
        "gray",
        "models",
        "evaluation",
        "report",
        LOCKS,
    }
    assert {path.name for path in (data / "models").iterdir()} == set(EXPERIMENTS_HERE)
    assert {path.name for path in (data / "evaluation").iterdir()} == set(EXPERIMENTS_HERE) | set(BASELINES)
    with np.load(data / "gray" / "pfcn_gray.npz") as gray:
        assert {name: gray[name].shape for name in gray} == {
            "train_gray_images": (6, 40, 32, 1),
            "test_gray_images": (3, 40, 32, 1),
        }
    for name in EXPERIMENTS_HERE:
        metrics = json.loads((data / "evaluation" / name / "metrics.json").read_text(encoding="utf-8"))
        per_image = pd.read_csv(data / "evaluation" / name / "per_image.csv")
        assert list(per_image["name"]) == [f"testing/0000{number}.png" for number in (1, 2, 3)]
        assert metrics["mae"] == pytest.approx(per_image["mae"].mean())
        headline = {"gray": "psnr", "matte": "iou"}[EXPERIMENTS[name].target]
        assert metrics[headline] == pytest.approx(per_image[headline].mean())
        if EXPERIMENTS[name].recalibrates:
            assert not (data / "models" / name / "history.csv").exists()
            continue
        history = pd.read_csv(data / "models" / name / "history.csv")
        assert len(history) == 1
        assert history.loc[0, "precision"] == chosen_precision("auto", EXPERIMENTS[name].recipe.precision)
    assert len(pd.read_csv(data / "report" / "metrics.csv")) == len(EXPERIMENTS_HERE) + len(BASELINES)


@pytest.mark.slow
def test_all_experiments_get_to_the_report(luigi: Luigi, portraits: Path) -> None:
    run = luigi(
        "EvaluateAll", "--originals-source", str(portraits), *EPOCHS, *SMALL, "--report-experiments", "all"
    )
    assert run.returncode == 0, run.stderr
    assert len(built(run)) == 3 + 2 * len(EXPERIMENTS) + len(BASELINES) + 1


def test_a_bad_source_fails_in_one_message_and_keeps_what_was_there(
    luigi: Luigi, portraits: Path, tmp_path: Path
) -> None:
    settings = ("--originals-source", str(portraits), *SMALL)
    assert luigi("GrayTargets", *settings).returncode == 0
    data = tmp_path / "work" / "data"
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    (portraits / "training" / "00001.png").write_text("not a picture", encoding="utf-8")
    (portraits / "training" / "00002_matte.png").unlink()
    run = luigi("GrayTargets", *settings)
    assert run.returncode == 30
    assert "training/00001.png: cannot be read" in run.stderr
    assert "training/00002.png: photo without a matte" in run.stderr
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Originals", "--originals-source", "nowhere"), "'nowhere' is neither a folder nor"),
        (("SmallImages", "--small-dtype", "int8"), "int8"),
        (("SmallImages", "--small-height", "tall"), "'height'"),
        (("TrainModel", "--experiment", "gray-unknown"), "gray-unknown"),
        (("TrainModel",), "'experiment'"),
        (("EvaluateAll", "--report-experiments", "gray-unet,gray-unknown"), "gray-unknown is not an experiment"),
        (("SmallImages", "--small-heihgt", "100"), "--small-heihgt"),
    ],
)
def test_a_mistake_is_answered_in_a_sentence(luigi: Luigi, arguments: tuple[str, ...], said: str) -> None:
    run = luigi(*arguments)
    assert run.returncode != 0
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_setting_that_there_is_no_more_is_named_and_ignored(tmp_path: Path) -> None:
    (tmp_path / "luigi.cfg").write_text(
        "[core]\nlocal_scheduler = true\n[originals]\nsample_seed = 0\n", encoding="utf-8"
    )
    run = subprocess.run(
        [*LUIGI, "Status"],
        cwd=tmp_path,
        env=environment(ROOT) | {"PYTHONWARNINGS": "default"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "warning: luigi.cfg: [originals] has no setting sample_seed; remove it" in run.stderr.splitlines()
    assert "UnconsumedParameterWarning" not in run.stderr


@pytest.mark.parametrize("more", [(), ("--local-scheduler",)])
def test_without_a_luigi_cfg_the_same_holds(luigi: Luigi, tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "work" / "luigi.cfg").unlink()
    run = luigi("SmallImages", "--originals-source", "nowhere", *more)
    assert run.returncode == 30
    assert "'nowhere' is neither a folder nor" in run.stderr
    assert "Traceback" not in run.stderr
    assert "DEBUG" not in run.stderr
    assert "scheduler" not in run.stderr.lower(), "it looks for a service, and waits a minute for it"


def test_other_settings_are_another_task_for_a_shared_scheduler(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import luigi as luigi_module
    from luigi.task_register import Register

    from tasks.gray.task import GrayTargets
    from tasks.report.task import EvaluateAll

    ids = set()
    for folder, height in ((tmp_path / "a", "40"), (tmp_path / "b", "40"), (tmp_path / "b", "50")):
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        luigi_module.configuration.get_config().set("small", "height", height)
        Register.clear_instance_cache()
        ids |= {task().task_id for task in (GrayTargets, EvaluateAll)}
    luigi_module.configuration.get_config().remove_option("small", "height")
    Register.clear_instance_cache()
    assert len(ids) == 6


def test_a_run_ends_with_the_results_and_where_the_report_is(finished: World) -> None:
    run = finished.run("EvaluateAll", *WORLD)
    lines = run.stderr.splitlines()
    assert lines[0] == f"Report: up to date, in {finished.data}/report"
    assert lines[-1] == f"Report: {finished.data}/report/index.html"
    assert "Luigi Execution Summary" not in run.stderr
    table = {line.split()[0]: line.split()[1] for line in lines if line.startswith("  ")}
    for name in (*EXPERIMENTS_HERE, *BASELINES):
        metrics = json.loads((finished.data / "evaluation" / name / "metrics.json").read_text(encoding="utf-8"))
        shown = f"{metrics['psnr']:.2f}" if metrics["target"] == "gray" else f"{metrics['iou']:.4f}"
        assert table[name] == shown
    behind = {line.split()[0] for line in lines if "  no better than" in line}
    assert {line.split()[1] for line in lines if line.startswith("warning: ")} == behind


def test_stages_say_which_of_how_many_they_are(luigi: Luigi, portraits: Path) -> None:
    settings = ("--originals-source", str(portraits), *SMALL)
    first = luigi("GrayTargets", *settings).stderr.splitlines()
    starts = [line for line in first if ": starting" in line]
    assert starts == [
        "Originals: starting (1 of 3)",
        "SmallImages: starting (2 of 3)",
        "GrayTargets: starting (3 of 3)",
    ]
    assert first[-1].startswith("GrayTargets: done in")
    again = luigi("SmallImages", *settings, "--small-width", "33").stderr
    # Where the machine was slow the time left is there, too.
    assert re.search(r"SmallImages: starting \(1 of 1.*\): small\.width 32 -> 33", again)
    assert luigi("Originals", *settings).stderr.startswith("Originals: up to date, in ")


def test_workers_number_the_stages_too(luigi: Luigi, portraits: Path) -> None:
    run = luigi("GrayTargets", "--originals-source", str(portraits), *SMALL, "--workers", "2")
    assert "GrayTargets: starting (3 of 3)" in run.stderr
    assert "up to date" not in run.stderr
    assert run.stderr.splitlines()[-1].startswith("GrayTargets: done in ")


def test_luigis_summary_stays_where_something_failed(luigi: Luigi) -> None:
    run = luigi("GrayTargets", "--originals-source", "nowhere")
    assert "Luigi Execution Summary" in run.stderr
    assert "up to date" not in run.stderr
