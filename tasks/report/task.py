"""Stage 6: `Report`; and `EvaluateAll`, which asks for it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import luigi

from tasks.core.data_folder import data_root
from tasks.core.freshness.description import Input
from tasks.core.freshness.location import location_of
from tasks.core.freshness.record import NAME, needed_record
from tasks.core.freshness.stage import Stage
from tasks.core.spawned import Sendable
from tasks.dataset.findings import FINDINGS, read_findings
from tasks.dataset.manifest import SPLITS, read_manifest, read_photo_names, read_source
from tasks.evaluation.task import EvaluateBaseline, EvaluateModel, Evaluation
from tasks.experiments import baselines_possible, experiments_named
from tasks.originals.task import Originals, has_mattes
from tasks.settings import SAMPLE, changed_settings, originals, report
from tasks.small.task import SmallImages
from tasks.targets import TARGETS
from tasks.targets.reading import target_blocks, target_reads
from tasks.targets.target import PHOTOS, Target
from tasks.training.task import CHECK, EPOCHS, model_stage

if TYPE_CHECKING:
    from tasks.report.images import ShownImages

PAGE = (
    "index.html.j2",
    "results.html.j2",
    "learning.html.j2",
    "images.html.j2",
    "run.html.j2",
    "style.css",
    "sort.js",
    "browse.js",
)
"""The parts of the page."""
RUNS = "history.csv"
"""The metrics of every run so far, kept from each report to the next."""


class Report(Stage):
    """Writes the report on the experiments chosen in the settings."""

    folder = "report"
    produces = ("index.html", "metrics.csv", "metrics.json")
    kept = ("history*.csv",)
    code = ("tasks.report.write", "tasks.report.history", *(f"tasks/report/{name}" for name in PAGE))

    def settings(self) -> dict[str, Any]:
        """Return the source as the report names it; a folder's path is not part of the result."""
        return {"originals.source": SAMPLE if originals().is_sample else "a folder"}

    def reads(self) -> Mapping[str, Input[Stage]]:
        """Return the manifest, warnings, evaluations, models' checks and histories, and the targets' arrays."""
        reads = {"manifest": Input(Originals(), "manifest.csv")}
        for stage in (Originals(), SmallImages()):
            reads[f"{stage.folder}/{FINDINGS}"] = Input(stage, FINDINGS)
        for evaluation in self._evaluations():
            reads |= {f"{evaluation.name}/{file}": Input(evaluation, file) for file in evaluation.produces}
        for name in _experiments():
            model = model_stage(name)
            reads |= {f"{name}/{file}": Input(model, file) for file in (CHECK, EPOCHS) if file in model.produces}
        for name, target in _targets().items():
            reads |= {f"{name} {kind}": read for kind, read in target_reads(target).items()}
        return reads

    def build(self, folder: Path, inputs: Mapping[str, Path]) -> None:
        """Write `index.html`, `metrics.csv` and `metrics.json`, and add the run to `history.csv`."""
        from tasks.report.history import append_run, changes, run_rows
        from tasks.report.results import read_result
        from tasks.report.write import ReportData, write_report

        checks = {one.name: inputs.get(f"{one.name}/{CHECK}") for one in self._evaluations()}
        results = [
            read_result(one.path, check.parent if (check := checks[one.name]) else None)
            for one in self._evaluations()
        ]
        evaluations = {one.name: needed_record(one.path) for one in self._evaluations()}
        rows = run_rows({result.name: result.metrics for result in results}, evaluations)
        history = append_run(folder / RUNS, rows, datetime.now(UTC).isoformat(timespec="seconds"))
        pairs = read_manifest(inputs["manifest"])
        folders = dict.fromkeys(path.parent for path in inputs.values())
        data = ReportData(
            results=results,
            counts={split: sum(pair.split == split for pair in pairs) for split in SPLITS},
            source=read_source(inputs["manifest"].with_name("source.json")).description,
            sample=originals().is_sample,
            findings=[read_findings(path) for path in inputs.values() if path.name == FINDINGS],
            records={path.relative_to(data_root()).as_posix(): path / NAME for path in folders},
            changes=changes(history),
            shown=_shown_images(read_photo_names(inputs["manifest"], "testing")),
            options=changed_settings(),
        )
        write_report(folder, data)

    def closing(self, nothing_to_do: bool) -> list[str] | None:
        """Return the results in a small table, the warnings, and where the report is."""
        from tasks.report.summary import summary_lines

        first = super().closing(nothing_to_do)
        if first is None:
            return None
        written = json.loads(self.fetch("metrics.json").read_text(encoding="utf-8"))
        return [*first, *summary_lines(written, location_of(f"{self.folder}/index.html").shown, _left_out())]

    def _evaluations(self) -> list[Evaluation]:
        models: list[Evaluation] = [EvaluateModel(experiment=name) for name in _experiments()]
        return models + [EvaluateBaseline(baseline=name) for name in baselines_possible(has_mattes())]


def _experiments() -> list[str]:
    return experiments_named(report().experiments, has_mattes())


def _targets() -> dict[str, Target]:
    return {name: target for name, target in TARGETS.items() if has_mattes() or not target.needs_mattes}


def _left_out() -> list[str]:
    """Return the experiments and baselines that are left out, as the originals have no mattes."""
    made = {*_experiments(), *baselines_possible(has_mattes())}
    asked = (*experiments_named(report().experiments), *baselines_possible(with_mattes=True))
    return [name for name in asked if name not in made]


def _shown_images(names: list[str]) -> "ShownImages":
    """Return the first of the test images, with the inputs and outputs of all targets."""
    from tasks.images.sprite import PICTURES
    from tasks.report.images import ShownImages

    names = names[:PICTURES]
    taken = {name: target_blocks(one, "testing").take(range(len(names))) for name, one in _targets().items()}
    inputs = {name: images for name, (images, _) in taken.items()}
    photos = next(inputs[name] for name, target in _targets().items() if target.input == PHOTOS)
    return ShownImages(names, photos, inputs, {name: outputs for name, (_, outputs) in taken.items()})


class EvaluateAll(Sendable, luigi.WrapperTask):
    """Trains and evaluates the experiments chosen in the settings, and reports on them."""

    rerun = luigi.BoolParameter(significant=False, description="rebuild the report even if it is up to date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the task's id depend on the settings, as those of the stages do."""
        super().__init__(*args, **kwargs)
        self.task_id: str = self.requires().task_id.replace(Report.__name__, self.get_task_family())

    def requires(self) -> Report:
        """Return the report, which reads everything else."""
        return Report(rerun=self.rerun)
