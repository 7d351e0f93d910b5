import json
import shlex
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape

from tasks.findings import Findings
from tasks.originals.manifest import Pair, Source
from tasks.report.collect import Result, metrics_table, small_against_large, weight_rows
from tasks.report.columns import TABLES
from tasks.report.history import Change
from tasks.report.korean import KOREAN
from tasks.report.task import PAGE
from tasks.report.write import write_report
from tests.report.conftest import EVIL, SHOWN
from tests.world import ROOT

OPTIONS = {"--originals-source": EVIL}
RECORD = {
    "files": {EVIL: {"sha256": "f" * 64, "bytes": 1}},
    "settings": {"originals.source": EVIL},
    "made": {
        "started": "2026-01-01T00:00:00+00:00",
        "seconds": 1.5,
        "python": "3.11",
        "platform": "here",
        "libraries": {"keras": "3"},
        "git_commit": None,
        "git_dirty": None,
    },
}


def test_the_table_has_the_best_first_and_baselines_without_times(results: list[Result]) -> None:
    table = metrics_table(results)
    assert list(table["name"]) == ["fast", "plain", "slow"]
    assert table["training_seconds"].isna().tolist() == [False, True, False]
    assert table.loc[0, "training_seconds"] == 5
    assert table.loc[0, "precision"] == "bfloat16"
    assert table["precision"].isna().tolist() == [False, True, False]
    for metric in ("psnr", "ssim"):
        assert (table[f"{metric}_low"] < table[metric]).all()
        assert (table[metric] < table[f"{metric}_high"]).all()
    assert "rmse_low" not in table


def test_weights_are_compared_with_luma(results: list[Result]) -> None:
    assert [row["name"] for row in weight_rows(results)] == ["slow", "fast"]
    assert weight_rows(results)[0]["error"] == pytest.approx(0.0154)


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag == "img":
            self.images.append(values)
        self.links += [value for name, value in attrs if name in ("src", "href") and value]


@pytest.mark.parametrize("sample", [True, False])
def test_the_page_needs_nothing_beside_it_and_escapes_names(
    results: list[Result], tmp_path: Path, sample: bool
) -> None:
    out = tmp_path / "report"
    out.mkdir()
    (tmp_path / "record.json").write_text(json.dumps(RECORD))
    pairs = [Pair("training", EVIL, EVIL, EVIL, 600, 800, "", "")]
    records = {"models/fast": tmp_path / "record.json"}
    now = {"target": "gray", "mae": 0.25, "psnr": 12.0}
    changed = [Change(EVIL, {"mae": 0.5, "psnr": 6.0}, now, (EVIL,)), Change("new", None, now, ("new",))]
    write_report(
        out,
        results,
        pairs,
        Source("/", EVIL),
        sample,
        [Findings([EVIL], [EVIL])],
        records,
        changed,
        SHOWN,
        OPTIONS,
    )
    text = (out / "index.html").read_text()
    page = Page()
    page.feed(text)
    assert page.tags.count("script") == 2  # our own, and the data for it
    assert EVIL not in text
    assert len(page.images) == 1 + 2 * (3 + 1)  # the data; of each model three pictures, and what it looks at
    assert all(image["alt"] for image in page.images)
    assert all(link.startswith(("data:image/", "../models/", "#", "history.csv")) for link in page.links)
    assert ("rendered" in text) is sample
    assert escape(f"EvaluateAll --originals-source {shlex.quote(EVIL)}") in text
    for title in ("Left out of the originals: 1", "Odd about the originals: 1", "Since the run before"):
        assert title in text
    assert list(pd.read_csv(out / "metrics.csv")["name"]) == ["fast", "plain", "slow"]
    written = json.loads((out / "metrics.json").read_text())
    assert (written["schema"], written["rendered_sample"]) == (1, sample)
    assert (written["training_portraits"], written["testing_portraits"]) == (1, 0)
    assert [row["name"] for row in written["results"]] == ["fast", "plain", "slow"]
    assert written["results"][0]["training_seconds"] == 5
    assert "training_seconds" not in written["results"][1]


def test_every_part_of_the_page_counts_for_its_freshness() -> None:
    folder = ROOT / "tasks" / "report"
    assert {path.name for kind in ("*.j2", "*.css", "*.js") for path in folder.glob(kind)} == set(PAGE)


def test_small_and_large_models_of_gray_are_set_against_each_other(results: list[Result]) -> None:
    slow, fast, _ = results
    assert small_against_large([slow, fast]) is None
    fast.metrics.update(parameters=5000, psnr=20.0)
    duel = small_against_large([slow, fast])
    assert duel is not None
    assert (duel["small"]["name"], duel["large"]["name"]) == ("slow", "fast")


def test_titles_and_most_headings_are_there_in_korean() -> None:
    for table in TABLES.values():
        assert table.title in KOREAN
        for column in table.columns:
            assert column.heading in KOREAN or column.heading.split(",")[0] in UNIVERSAL


UNIVERSAL = {"MAE", "MSE", "RMSE", "PSNR", "SSIM", "IoU", "Dice", "SAD"}


def test_the_same_input_gives_the_same_page(results: list[Result], tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_report(tmp_path / name, results, [], Source("/", "here"), True, [], {}, [], SHOWN, {})
        pages.append((tmp_path / name / "index.html").read_text())
    assert pages[0] == pages[1]
