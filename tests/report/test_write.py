import json
import shlex
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape

from tasks.dataset.findings import Findings
from tasks.report.history import Change
from tasks.report.results import Result, read_result
from tasks.report.task import PAGE
from tasks.report.write import write_report
from tasks.targets import TARGETS
from tests.report.conftest import CHECK, EVIL, report_data, write_evaluation
from tests.world import ROOT

pytestmark = pytest.mark.runs

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
    (tmp_path / "record.json").write_text(json.dumps(RECORD), encoding="utf-8")
    now = {"target": "gray", "mae": 0.25, "psnr": 12.0}
    changes = [Change(EVIL, {"mae": 0.5, "psnr": 6.0}, now, (EVIL,)), Change("new", None, now, ("new",))]
    data = report_data(
        results,
        counts={"training": 1, "testing": 0},
        source=EVIL,
        sample=sample,
        findings=[Findings([EVIL], [EVIL])],
        records={"models/fast": tmp_path / "record.json"},
        changes=changes,
        options=OPTIONS,
    )
    write_report(out, data)
    text = (out / "index.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.tags.count("script") == 2  # our own, and the data for it
    assert EVIL not in text
    assert len(page.images) == 1 + 2 * (3 + 1)  # the data; of each model three pictures, and its sensitivity
    assert all(image["alt"] for image in page.images)
    assert all(link.startswith(("data:image/", "../models/", "#", "history.csv")) for link in page.links)
    assert ("rendered" in text) is sample
    assert escape(f"EvaluateAll --originals-source {shlex.quote(EVIL)}") in text
    for title in ("Left out of the originals: 1", "Warnings about the originals: 1", "Since the previous run"):
        assert title in text
    assert list(pd.read_csv(out / "metrics.csv")["name"]) == ["fast", "plain", "slow"]
    written = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert (written["schema"], written["rendered_sample"]) == (2, sample)
    assert (written["training_portraits"], written["testing_portraits"]) == (1, 0)
    assert [row["name"] for row in written["results"]] == ["fast", "plain", "slow"]
    assert written["results"][0]["training_seconds"] == 5
    assert "training_seconds" not in written["results"][1]


def test_every_part_of_the_page_is_code_of_the_report() -> None:
    folder = ROOT / "tasks" / "report"
    assert {path.name for kind in ("*.j2", "*.css", "*.js") for path in folder.glob(kind)} == set(PAGE)


def test_titles_and_most_headings_are_there_in_korean() -> None:
    for target in TARGETS.values():
        assert target.title.english != target.title.korean
        for metric in target.metrics:
            assert metric.korean or metric.name in UNIVERSAL


UNIVERSAL = {"MAE", "MSE", "RMSE", "PSNR", "SSIM", "IoU", "Dice", "SAD"}


def test_the_same_input_gives_the_same_page(results: list[Result], tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_report(tmp_path / name, report_data(results))
        pages.append((tmp_path / name / "index.html").read_text(encoding="utf-8"))
    assert pages[0] == pages[1]


def write_page(folder: Path, results: list[Result]) -> str:
    """The page of some results."""
    folder.mkdir()
    write_report(folder, report_data(results, findings=[Findings([EVIL] * 2)]))
    return (folder / "index.html").read_text(encoding="utf-8")


def test_a_model_no_better_than_a_constant_is_marked_with_the_reason(
    results: list[Result], tmp_path: Path
) -> None:
    slow, fast, _ = results
    write_evaluation(tmp_path / "gray-mean", "gray-mean", 22.2)
    constant = read_result(tmp_path / "gray-mean", None)
    lagging = replace(slow, check=replace(CHECK, train_loss=0.4))
    page = write_page(tmp_path / "marked", [lagging, fast, constant])
    assert page.count("no better than gray-mean") == 1
    assert "<code>slow</code> is no better than <code>gray-mean</code>" in page
    assert "0.4000 with them and 0.0900 with each batch" in page
    assert "이동 통계를 쓰면 0.4000" in page
    written = json.loads((tmp_path / "marked" / "metrics.json").read_text(encoding="utf-8"))
    assert {row["name"]: row.get("no_better_than") for row in written["results"]} == {
        "fast": None,
        "gray-mean": None,
        "slow": "gray-mean",
    }
    assert [warning.split()[0] for warning in written["warnings"]] == ["slow", "2"]
    assert "no better than" not in write_page(tmp_path / "unmarked", [fast, constant])


def named(result: Result, name: str, target: str = "gray", **metrics: float) -> Result:
    """The same result under the name of an experiment of the catalogue."""
    return replace(result, metrics={**result.metrics, "name": name, "target": target, **metrics})


def test_what_the_statistics_are_worth_follows_the_figures(results: list[Result], tmp_path: Path) -> None:
    slow, fast, _ = results
    for number, psnr in enumerate((18.0, 8.0)):
        pair = [named(slow, "gray-unet"), replace(named(fast, "gray-unet-recalibrated", psnr=psnr), history=None)]
        page = write_page(tmp_path / str(number), pair)
        assert ("statistics alone take PSNR from 11.10 dB to 18.00 dB" in page) is (psnr == 18)
        assert ("other statistics do not help: PSNR goes from 11.10 dB to 8.00 dB" in page) is (psnr == 8)
    assert "What the running statistics are worth" not in write_page(
        tmp_path / "alone", [named(slow, "gray-unet")]
    )


def test_what_skips_bring_is_said_only_of_networks_that_have_learned(
    results: list[Result], tmp_path: Path
) -> None:
    slow, _, plain = results
    for number, (unet, autoencoder, said) in enumerate(
        (
            (0.93, 0.82, "The U-Net is ahead by\n0.110 in IoU"),
            (0.80, 0.82, "Here the U-Net is nevertheless\nbehind by 0.020 in IoU."),
            (0.93, 0.14, "So the difference between the two says nothing about skips."),
        )
    ):
        iou = {"matte-unet": unet, "matte-autoencoder": autoencoder}
        matte = [named(slow, name, "matte", iou=value) for name, value in iou.items()]
        page = write_page(tmp_path / str(number), [*matte, named(plain, "matte-mean", "matte", iou=0.75)])
        assert said in page
        assert ("is ahead by" in page, "says nothing about skips" in page) == (number == 0, number == 2)


def test_sensitivity_is_said_as_it_was_measured(results: list[Result], tmp_path: Path) -> None:
    slow, fast, _ = results
    assert slow.sensitivity is not None
    alone = replace(slow.sensitivity, middle=1.0, radius=0.0)
    around = replace(slow.sensitivity, middle=0.13, radius=3.25)
    small = replace(named(fast, "small", psnr=40.0), sensitivity=alone)
    large = replace(named(slow, "large", parameters=5000), sensitivity=around)
    page = write_page(tmp_path / "page", [small, large])
    assert ">100% in the middle pixel<" in page
    assert ">13% in the middle pixel, half within 3.2 pixels<" in page
    assert "13% of its sensitivity lies in the pixel that" in page
    assert "are at most 0.01540 off" in page
    other = write_page(tmp_path / "other", [replace(small, metrics={**small.metrics, "psnr": 5.0}), large])
    assert "are still up to 0.0154 off" in other
    assert "of its sensitivity lies in" not in other
