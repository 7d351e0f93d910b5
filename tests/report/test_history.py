import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.core.freshness.record import FileRecord, Record
from tasks.report.history import append_run, changes, read_history, run_rows

ORIGINALS = Record("Originals", {}, {}, {}, {"manifest.csv": FileRecord("a" * 64, 1)})
MODEL = Record("TrainModel plain", {"training.epochs": 15}, {"train.py": {"bytes": "1", "meaning": "1"}}, {}, {})
EVALUATION = Record(
    "EvaluateModel plain", {}, {}, {}, {}, upstream={"originals": ORIGINALS, "models/plain": MODEL}
)


def rows(mae: float = 0.1, originals: Record = ORIGINALS, model: Record = MODEL) -> list[dict[str, Any]]:
    record = replace(EVALUATION, upstream={"originals": originals, "models/plain": model})
    return run_rows({"plain": {"target": "gray", "mae": mae, "psnr": 20.0}}, {"plain": record})


def test_a_run_says_with_what_its_figures_were_made() -> None:
    (row,) = rows()
    assert (row["name"], row["target"], row["mae"], row["psnr"]) == ("plain", "gray", 0.1, 20.0)
    assert json.loads(row["settings"]) == {"training.epochs": 15}
    assert row["data"] == "a" * 12


def test_runs_are_kept_in_order_and_read_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    assert append_run(path, rows(1 / 3), "2026-01-01")["run"].tolist() == [1]
    history = append_run(path, rows(0.2), "2026-01-02")
    assert history[["run", "started", "mae"]].values.tolist() == [[1, "2026-01-01", 1 / 3], [2, "2026-01-02", 0.2]]
    assert read_history(path).to_csv() == history.to_csv()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "run\n1\n",
        "run,started,name,target,settings,code,data\nx,,plain,gray,{},,\n",
        "run,started,name,target,settings,code,data\n1,,plain,gray,[],,\n",
        "run,started,name,target,settings,code,data\n1,,plain,gray,{,,\n",
        "run,started,name,target,settings,code,data\n1,,,gray,{},,\n",
        "run,started,name,target,settings,code,data,mae\n1,,plain,gray,{},,,small\n",
        '"' * 7,
        "\udcff",
    ],
)
def test_a_history_that_cannot_be_understood_is_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "history.csv"
    path.write_text(text, errors="surrogateescape", encoding="utf-8")
    damaged = path.read_bytes()
    assert append_run(path, rows(), "2026-01-01")["run"].tolist() == [1]
    assert changes(append_run(path, rows(0.2), "2026-01-02")) != []
    assert (tmp_path / "history.damaged-1.csv").read_bytes() == damaged
    assert "history.csv is damaged" in capsys.readouterr().err


def test_the_same_run_again_is_no_run(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    append_run(path, rows(1 / 3), "2026-01-01")
    before = path.read_bytes()
    assert len(append_run(path, rows(1 / 3), "2026-01-02")) == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("second", "reasons"),
    [
        (rows(0.2, model=replace(MODEL, settings={"training.epochs": 30})), ("training.epochs 15 -> 30",)),
        (rows(0.2, model=replace(MODEL, code={"train.py": {"bytes": "2", "meaning": "2"}})), ("other code",)),
        (
            rows(0.2, originals=replace(ORIGINALS, files={"manifest.csv": FileRecord("b" * 64, 1)})),
            ("other data",),
        ),
        (rows(0.2), ()),
    ],
)
def test_what_changed_since_the_run_before_is_said(
    tmp_path: Path, second: list[dict[str, Any]], reasons: tuple[str, ...]
) -> None:
    path = tmp_path / "history.csv"
    assert changes(append_run(path, rows(), "first")) == []
    (change,) = changes(append_run(path, second, "second"))
    assert change.reasons == reasons
    assert change.before is not None
    assert (change.before["mae"], change.now["mae"]) == (0.1, 0.2)


def test_formatting_of_the_code_is_no_change(tmp_path: Path) -> None:
    formatted = replace(MODEL, code={"train.py": {"bytes": "other", "meaning": "1"}})
    append_run(tmp_path / "history.csv", rows(), "first")
    assert len(append_run(tmp_path / "history.csv", rows(model=formatted), "second")) == 1


def test_an_experiment_that_joined_is_new_and_one_that_stayed_is_not_reported(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    append_run(path, rows(), "first")
    joined = append_run(path, [*rows(), {**rows()[0], "name": "another"}], "second")
    assert [(change.name, change.reasons, change.before) for change in changes(joined)] == [
        ("another", ("new",), None)
    ]
