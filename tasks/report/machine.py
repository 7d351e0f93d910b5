"""The table of results for other programs; `docs/metrics.md` describes the file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

SCHEMA = 1


def write_metrics_json(path: Path, table: pd.DataFrame, facts: Mapping[str, Any]) -> None:
    """Write the table of `metrics_table` as JSON behind `facts` on the data, without what a row does not have."""
    rows = [{name: value for name, value in row.items() if not pd.isna(value)} for row in table.to_dict("records")]
    text = json.dumps({"schema": SCHEMA, **facts, "results": rows}, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
