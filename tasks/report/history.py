"""The history: the metrics of every run so far, and what changed since the previous one."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tasks.core.freshness.code import meanings
from tasks.core.freshness.digest import text_sha256
from tasks.core.freshness.record import Record
from tasks.core.freshness.schema import json_object, parsed
from tasks.core.freshness.state import set_aside
from tasks.dataset.tables import text_of, write_table
from tasks.targets import TARGETS

TEXT = ("started", "name", "target", "settings", "code", "data")
METRICS = tuple(dict.fromkeys(metric.key for target in TARGETS.values() for metric in target.history_metrics))
"""The metrics that the history keeps; each target has some of them."""
LONGEST_SETTINGS = 1 << 20
"""Characters of the settings in a row."""


@dataclass(frozen=True)
class Change:
    """The rows of one experiment in the previous run and in this one, and what differs between the two."""

    name: str
    before: Mapping[str, Any] | None
    now: Mapping[str, Any]
    reasons: tuple[str, ...]


def run_rows(metrics: Mapping[str, Mapping[str, Any]], records: Mapping[str, Record]) -> list[dict[str, Any]]:
    """Return a row per experiment: the metrics kept, the settings of all its stages, digests of code and data.

    `metrics` and `records` are those of the evaluations, by the experiment's name.
    """
    rows = []
    for name, measured in metrics.items():
        stages = [*records[name].upstream.values(), records[name]]
        settings = {key: value for stage in stages for key, value in stage.settings.items()}
        code = {path: digest for stage in stages for path, digest in meanings(stage.code).items()}
        originals = records[name].upstream.get("originals")
        manifest = originals.files.get("manifest.csv") if originals else None
        rows.append(
            {
                "name": name,
                "target": measured["target"],
                **{metric: measured.get(metric, math.nan) for metric in METRICS},
                "settings": json.dumps(settings, sort_keys=True, ensure_ascii=False),
                "code": text_sha256(json.dumps(code, sort_keys=True))[:12],
                "data": manifest.sha256[:12] if manifest else "",
            }
        )
    return rows


def append_run(path: Path, rows: list[dict[str, Any]], started: str) -> pd.DataFrame:
    """Add a run to the history, unless it equals the last one, and return the whole history.

    Runs are numbered from 1. A history that cannot be understood is set aside, and a new one begins.
    """
    try:
        past = read_history(path)
    except ValueError:
        set_aside(path)
        past = read_history(path)
    last = past[past["run"] == past["run"].max()]
    new = pd.DataFrame(rows)
    # As text, since NaN equals nothing.
    if last[new.columns].to_csv(index=False) == new.to_csv(index=False):
        return past
    new.insert(0, "started", started)
    new.insert(0, "run", 1 if past.empty else int(past["run"].max()) + 1)
    whole = new if past.empty else pd.concat([past, new], ignore_index=True)
    write_table(path, whole)
    return whole


def read_history(path: Path) -> pd.DataFrame:
    """Read the history; it is empty if there is no file yet. Raises `ValueError` if it cannot be understood."""
    if not path.is_file():
        return pd.DataFrame(columns=["run", *TEXT, *METRICS])
    types = {"run": int, **dict.fromkeys(TEXT, str), **dict.fromkeys(METRICS, float)}
    history = pd.read_csv(path, dtype=types, float_precision="round_trip")
    for name in history.columns.intersection(list(TEXT)):
        history[name] = history[name].map(text_of, na_action="ignore")
    if not {"run", *TEXT} <= set(history.columns) or history[["name", "settings"]].isna().any(axis=None):
        raise ValueError("columns or names are missing")
    for settings in history["settings"].unique():
        json_object(parsed(settings, LONGEST_SETTINGS))
    return history.reindex(columns=list(dict.fromkeys([*history.columns, *METRICS])))


def changes(history: pd.DataFrame) -> list[Change]:
    """Return the experiments that are new in the last run or differ from the previous one."""
    last = history["run"].max()
    before = {row["name"]: row for row in history[history["run"] == last - 1].to_dict("records")}
    if not before:
        return []
    changed = []
    for row in history[history["run"] == last].to_dict("records"):
        past = before.get(row["name"])
        reasons = tuple(_reasons(past, row)) if past else ("new",)
        kept = [metric.key for metric in TARGETS[row["target"]].history_metrics]
        if reasons or (past and any(past[key] != row[key] for key in kept)):
            changed.append(Change(row["name"], past, row, reasons))
    return changed


def _reasons(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    old, new = json.loads(before["settings"]), json.loads(now["settings"])
    differing = [
        f"{name} {old.get(name)} -> {new.get(name)}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    return differing + [f"other {part}" for part in ("code", "data") if before[part] != now[part]]
