"""Rules of the house that no single module can keep alone."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.core.freshness.code import Code, _WhatComputes
from tasks.core.freshness.stage import Stage
from tasks.experiments import BASELINES, EXPERIMENTS
from tasks.targets import TARGETS
from tests.world import ROOT

ABOUT_LUIGI = {
    "tasks/settings.py",
    "tasks/core/data_folder.py",
    "tasks/core/command.py",
    "tasks/core/console.py",
    "tasks/core/defaults.py",
    "tasks/core/freshness/stage.py",
    "tasks/core/spawned.py",
    "tasks/targets/reading.py",
}
ORDER = (
    ("core",),
    ("images",),
    ("settings", "dataset"),
    ("originals",),
    ("small",),
    ("gray",),
    ("targets",),
    ("recipe",),
    ("experiments",),
    ("shipped",),
    ("training",),
    ("evaluation",),
    ("report",),
    ("photos",),
    ("housekeeping",),
)
"""Imports point from right to left: what computes nothing, what all stages share, the stages as data flows."""


TWO_WORDS = re.compile(r"[^\W\d_] [^\W\d_]")
WORDS_IN_CODE = {"not learned": "a kind of check.json, which the report reads"}
"""The texts of several words that programs read, and where."""


@pytest.mark.parametrize("path", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("tasks/**/*.py")))
def test_plain_modules_know_nothing_of_luigi(path: str) -> None:
    if path in ABOUT_LUIGI or path.endswith("/task.py"):
        return
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert not any(name.split(".")[0] == "luigi" or name.endswith((".task", ".stage")) for name in names)


def imported(path: Path) -> set[str]:
    """The modules of this project that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name for name in found if name.startswith("tasks.")}


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("tasks/**/*.py")
        if path != ROOT / "tasks" / "__init__.py"
    ),
)
def test_imports_point_one_way(path: str) -> None:
    layers = {name: number for number, names in enumerate(ORDER) for name in names}
    own = layers[path.removesuffix(".py").split("/")[1]]
    for module in imported(ROOT / path):
        assert layers[module.split(".")[1]] <= own, f"{path} imports {module}"


def test_tables_have_one_writer() -> None:
    numbers_alone = "training/task.py"
    for path in ROOT.glob("tasks/**/*.py"):
        if not path.match("dataset/tables.py") and not path.match(numbers_alone):
            text = path.read_text(encoding="utf-8")
            assert "csv.writer" not in text, path
            assert not re.search(r"\.to_csv\((?!index)", text), path


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_readmes_have_at_most_150_lines(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 150


def test_a_checkout_has_the_same_bytes_on_every_system() -> None:
    if not shutil.which("git"):
        pytest.skip("without git")
    listing = subprocess.run(
        ["git", "ls-files", "--eol"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if listing.returncode:
        pytest.skip("not a checkout")
    for line in listing.stdout.splitlines():
        in_index, _, attributes, *_ = line.split()
        wanted = "attr/-text" if in_index == "i/-text" else "attr/text=auto"
        assert (in_index in ("i/lf", "i/none", "i/-text"), attributes) == (True, wanted), line


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = {"tensorflow", "keras", "skimage", "pandas", "numpy", "PIL"}
    script = f"import sys, pipeline; print({heavy} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert run.stdout.strip() == "set()"


def test_names_are_files_and_targets_are_known() -> None:
    for experiment in EXPERIMENTS.values():
        assert (ROOT / "tasks" / "training" / "networks" / f"{experiment.network}.py").is_file()
        assert experiment.target in TARGETS
    assert set(BASELINES.values()) <= set(TARGETS)
    assert not EXPERIMENTS.keys() & BASELINES.keys()


def test_the_unets_code_is_that_of_its_experiments_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tasks.training.task import TrainModel

    monkeypatch.chdir(tmp_path)
    unet, simple = (
        set(TrainModel(experiment=name).description().code.digests()) for name in ("gray-unet", "gray-simple-3")
    )
    assert "tasks/training/networks/unet.py" in unet - simple
    assert "tasks/training/networks/simple.py" in simple - unet
    for catalogue_or_display in ("tasks/experiments.py", "tasks/core/progress.py", "tasks/settings.py"):
        assert catalogue_or_display not in unet


def test_a_targets_texts_are_no_code_of_models_and_evaluations(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tasks.evaluation.task import EvaluateBaseline, EvaluateModel
    from tasks.training.task import model_stage

    monkeypatch.chdir(tmp_path)
    for name in EXPERIMENTS:
        for stage in (model_stage(name), EvaluateModel(experiment=name)):
            assert not [path for path in stage.description().code.digests() if path.startswith("tasks/targets/")]
    gray, matte = (
        set(EvaluateBaseline(baseline=name).description().code.digests()) for name in ("gray-mean", "matte-mean")
    )
    assert "tasks/evaluation/metrics/gray.py" in gray - matte
    assert "tasks/evaluation/metrics/matte.py" in matte - gray


def test_code_digests_cover_what_a_stage_calls() -> None:
    digests = Code("tasks.small.task", ("tasks.small.arrays",)).digests()
    assert {"tasks/small/task.py", "tasks/small/resize.py", "tasks/dataset/arrays.py"} <= digests.keys()


def stages_without_texts() -> Iterator[Stage]:
    """The stages that a reworded text must never make stale: all but the report, which consists of texts."""
    from tasks.evaluation.task import EvaluateBaseline, EvaluateModel
    from tasks.gray.task import GrayTargets
    from tasks.originals.download.task import DownloadOriginals
    from tasks.originals.task import Originals
    from tasks.originals.unpack.task import UnpackOriginals
    from tasks.small.task import SmallImages
    from tasks.training.task import model_stage

    yield from (DownloadOriginals(), UnpackOriginals(), Originals(), SmallImages(), GrayTargets())
    for name in EXPERIMENTS:
        yield from (model_stage(name), EvaluateModel(experiment=name))
    yield from (EvaluateBaseline(baseline=name) for name in BASELINES)


def texts_that_compute(source: str) -> set[str]:
    """The strings of several words in what is digested of a module, without those of type annotations."""
    tree = _WhatComputes().visit(ast.parse(source))
    annotations = [getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns")]
    ignored = {id(part) for annotation in annotations if annotation for part in ast.walk(annotation)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in ignored
        if TWO_WORDS.search(node.value)
    }


def test_texts_for_people_are_no_code_of_data_models_evaluations_and_photos(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tasks.photos import task as photos

    monkeypatch.chdir(tmp_path)
    codes = [stage.description().code for stage in stages_without_texts()]
    codes.append(Code(photos.__name__, photos.CODE + photos.CODE_OF_SHIPPED))
    paths = {path for code in codes for path in code.digests() if path.endswith(".py")}
    texts = {path: texts_that_compute((ROOT / path).read_text(encoding="utf-8")) for path in sorted(paths)}
    assert {
        path: found - WORDS_IN_CODE.keys() for path, found in texts.items() if found - WORDS_IN_CODE.keys()
    } == {}
    assert set.union(*texts.values()) == WORDS_IN_CODE.keys()


def test_augmentation_is_code_of_the_models_that_use_it_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tasks.training.task import model_stage

    monkeypatch.chdir(tmp_path)
    for name, row in EXPERIMENTS.items():
        code = model_stage(name).description().code.digests()
        assert ("tasks/training/augment.py" in code) is (row.recipe.augment and not row.recalibrates)


def test_what_the_console_and_status_say_is_no_code_of_any_stage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tasks.report.task import Report

    monkeypatch.chdir(tmp_path)
    paths = {path for stage in (Report(), *stages_without_texts()) for path in stage.description().code.digests()}
    for module in ("dataset/console.py", "originals/changes.py", "report/summary.py"):
        assert f"tasks/{module}" not in paths
        assert (ROOT / f"tasks/{module}").is_file()
