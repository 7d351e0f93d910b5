from typing import Any

from tasks.report.summary import summary_lines

WRITTEN: dict[str, Any] = {
    "source": "rendered sample",
    "testing_portraits": 40,
    "warnings": ["gray-unet is no better than gray-mean"],
    "results": [
        {"name": "gray-simple-3", "target": "gray", "psnr": 97.659, "training_seconds": 0.9},
        {"name": "gray-mean", "target": "gray", "psnr": 16.5},
        {
            "name": "gray-unet",
            "target": "gray",
            "psnr": 9,
            "training_seconds": 130.4,
            "no_better_than": "gray-mean",
        },
        {"name": "matte-unet", "target": "matte", "iou": 0.93712, "training_seconds": 44},
    ],
}


def test_every_result_has_its_main_metric_and_its_time() -> None:
    rows = [line.split() for line in summary_lines(WRITTEN, "/data/report/index.html")]
    assert ["gray-simple-3", "97.66", "1", "s"] in rows
    assert ["gray-mean", "16.50", "-"] in rows
    assert ["gray-unet", "9.00", "2", "min", *["no", "better", "than", "gray-mean"]] in rows
    assert ["matte-unet", "0.9371", "44", "s"] in rows


def test_warnings_and_the_reports_path_come_last() -> None:
    lines = summary_lines(WRITTEN, "/data/report/index.html")
    assert lines[-3:] == ["warning: gray-unet is no better than gray-mean", "", "Report: /data/report/index.html"]
    without = summary_lines({**WRITTEN, "warnings": []}, "here")
    assert without[-1] == "Report: here"
    assert not any("warning" in line for line in without)


def test_columns_are_aligned() -> None:
    lines = summary_lines(WRITTEN, "here")
    ends = {
        line.index(value) + len(value)
        for line in lines
        for value in ("97.66", "16.50", "0.9371", "dB")
        if value in line
    }
    assert len(ends) == 1


def test_a_target_without_results_has_no_table() -> None:
    gray = [row for row in WRITTEN["results"] if row["target"] == "gray"]
    assert not any("matte" in line for line in summary_lines({**WRITTEN, "results": gray}, "here"))
