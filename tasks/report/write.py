"""Writes the report: one HTML file that needs nothing beside it, and the table as CSV and JSON."""

import shlex
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from tasks.dataset.findings import Findings
from tasks.dataset.manifest import SPLITS, OriginalsSource, Pair
from tasks.gray.luma import REC_709
from tasks.report.behind import models_behind
from tasks.report.browse import ShownImages, cutout_sliders, data_sheet, image_facts, sprites
from tasks.report.collect import Result, metrics_table, read_stages, small_against_large, weight_rows
from tasks.report.columns import TABLES
from tasks.report.curves import weight_curves
from tasks.report.history import Change
from tasks.report.korean import KINDS, KOREAN, korean_explanation
from tasks.report.machine import write_metrics_json
from tasks.report.recalibration import compare_twins, lagging_curves
from tasks.report.sections import shown_change, target_section
from tasks.report.skips import compare_skips
from tasks.report.starts import DEAD, live_shares, starts_figure
from tasks.training.explain import explanation


def write_report(
    folder: Path,
    results: list[Result],
    pairs: list[Pair],
    source: OriginalsSource,
    sample: bool,
    findings: list[Findings],
    records: Mapping[str, Path],
    changed: list[Change],
    tests: ShownImages,
    options: Mapping[str, str],
) -> None:
    """Write index.html, metrics.csv and metrics.json into the folder.

    `records` are the paths of the stages' records, by where the stages' outputs lie below the data folder;
    `sample` tells that the originals are rendered, `findings` warnings about them; `changed` is what differs
    from the run before; `tests` are the test images; `options` are the
    settings that are not at their defaults.
    """
    behind = models_behind(results)
    table = metrics_table(results)
    table["no_better_than"] = [behind[name].baseline if name in behind else None for name in table["name"]]
    table.to_csv(folder / "metrics.csv", index=False, lineterminator="\n")
    counts = {split: sum(pair.split == split for pair in pairs) for split in SPLITS}
    facts = {"source": source.description, "rendered_sample": sample}
    facts |= {f"{split}_portraits": count for split, count in counts.items()}
    left_out = [line for found in findings for line in found.left_out]
    facts["warnings"] = [*(one.warning for one in behind.values()), *_left_out_warning(left_out)]
    write_metrics_json(folder / "metrics.json", table, facts)
    by_name = {result.name: result for result in results}
    models = [by_name[name] for name in table["name"] if by_name[name].is_model]
    trained = [model for model in models if model.history is not None]
    simple = [result for result in trained if result.metrics["target"] == "gray" and "simple" in result.name]
    looks = [result.look for result in models if result.look is not None]
    live = live_shares(tests.images)
    mattes = [result for result in models if result.metrics["target"] == "matte"]
    ranked = sorted(results, key=lambda result: list(table["name"]).index(result.name))
    page = render_page(
        sections=[
            target_section(target, table, models, behind, tests.images)
            for target in TABLES
            if target in set(table["target"])
        ],
        kinds=list(KINDS.items()),
        korean=KOREAN,
        explanation=explanation,
        korean_explanation=korean_explanation,
        data_sheet=data_sheet(tests),
        duel=small_against_large(models),
        skips=compare_skips(by_name, behind),
        twins=compare_twins(by_name),
        lagging=lagging_curves(trained),
        behind=list(behind.values()),
        weights=weight_rows(results),
        weight_curves=weight_curves(simple) if simple else "",
        dead_starts=float((live < DEAD).mean()),
        starts=starts_figure(live) if simple else "",
        looks={target: [look for look in looks if look.target == target] for target in TABLES},
        luma=REC_709,
        source=source,
        sample=sample,
        left_out=left_out,
        warnings=[line for found in findings for line in found.warnings],
        counts=counts,
        stages=read_stages(records),
        options=options,
        command=shlex.join(["luigi", "--module", "pipeline", "EvaluateAll", *chain(*options.items())]),
        sprites=sprites(tests, ranked),
        facts=image_facts(tests, results),
        sliders=cutout_sliders(tests, mattes[0]) if mattes else [],
        sliders_by=mattes[0].name if mattes else "",
        changed=[shown_change(change) for change in changed],
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def _left_out_warning(left_out: list[str]) -> list[str]:
    if not left_out:
        return []
    pairs = "1 pair was" if len(left_out) == 1 else f"{len(left_out)} pairs were"
    return [f"{pairs} left out; the report and originals/findings.json say which and why"]


def render_page(**values: Any) -> str:
    """Fill the template; everything in it is escaped but the figures and the script."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tasks.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("index.html.j2").render(**values)
