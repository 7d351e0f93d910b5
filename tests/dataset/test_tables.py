import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.core.names import printable
from tasks.dataset.tables import FORMULA, escaped, read_rows, text_of, unescaped, write_rows, write_table

ANY_TEXT = st.text(
    st.characters(exclude_categories=(), exclude_characters="\0")
    | st.sampled_from("'=+-@\t\r\n\\\"x;,＝\x1b\udcff나")
)


@given(st.lists(st.tuples(ANY_TEXT, st.integers() | st.floats(allow_nan=False))))
def test_texts_and_numbers_come_back(rows: list[tuple[str, float]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_rows(path, ["text", "number"], [(escaped(text), number) for text, number in rows])
        back = [(unescaped(row["text"]), float(row["number"])) for row in read_rows(path)]
        raw = path.read_text(encoding="utf-8")
    assert back == [(text, float(number)) for text, number in rows]
    assert printable(raw.replace("\n", "")) == raw.replace("\n", "")


@given(ANY_TEXT)
def test_no_cell_of_text_is_a_formula(text: str) -> None:
    with TemporaryDirectory() as folder:
        write_rows(Path(folder) / "rows.csv", ["text"], [[text]])
        write_table(Path(folder) / "table.csv", pd.DataFrame({"text": [text]}))
        for path in Path(folder).iterdir():
            (_, cells) = csv.reader(path.read_text(encoding="utf-8").splitlines())
            assert not cells or cells[0][:1] not in tuple("=+-@\t\r＝＋－＠")
            assert not cells or text_of(cells[0]) == printable(text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "＝1", "'=1", "''-1"])
def test_a_formula_gets_an_apostrophe_that_reading_takes_off(tmp_path: Path, text: str) -> None:
    write_rows(tmp_path / "table.csv", ["text"], [[text]])
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == f"text\n'{text}\n"
    assert [row["text"] for row in read_rows(tmp_path / "table.csv")] == [text]


@pytest.mark.parametrize("text", ["a.png", "1-2.png", "'tis.png", "''", "나무 (1).png", "a=b", "", "a,\"b'"])
def test_ordinary_text_and_numbers_stay(tmp_path: Path, text: str) -> None:
    table = pd.DataFrame(
        {"name": [text, "b"], "metric": [-0.5, np.nan], "parameters": [-3, 4], "none": [None, "x"]}
    )
    write_table(tmp_path / "table.csv", table)
    table.to_csv(tmp_path / "plain.csv", index=False, lineterminator="\n")
    assert (tmp_path / "table.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    assert not FORMULA.match(text)
